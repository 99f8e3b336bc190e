//! What Okta says when something fails: its own words, and numbers as it gives them to requests.

use super::dice::roll;
use crate::domain::failure::{FailureKind, OktaFailure, OktaSaid};

/// `error` and `error_description`.
pub(super) fn said(kind: FailureKind) -> (&'static str, &'static str) {
    match kind {
        FailureKind::NotAssigned => (
            "access_denied",
            "User is not assigned to the client application.",
        ),
        FailureKind::NothingGranted => (
            "consent_required",
            "You are not allowed any of the requested scopes.",
        ),
        FailureKind::PolicyDenied => (
            "access_denied",
            "Policy evaluation failed for this request, please check the policy configurations.",
        ),
        FailureKind::InteractionRequired => (
            "interaction_required",
            "The client specified not to prompt, but the user needs to interact.",
        ),
        FailureKind::UnknownScope => (
            "invalid_scope",
            "One or more scopes are not configured for the authorization server resource.",
        ),
        FailureKind::CodeExpired => (
            "invalid_grant",
            "The authorization code is invalid or has expired.",
        ),
        FailureKind::RedirectAddressNotRegistered => (
            "invalid_request",
            "The 'redirect_uri' parameter must be a Login redirect URI in the client app settings.",
        ),
        _ => (
            "access_denied",
            "The resource owner or authorization server denied the request.",
        ),
    }
}

/// The failure of a sign-in. Only what came from the token endpoint has a request's number.
pub(super) fn failure(number: usize, kind: FailureKind) -> OktaFailure {
    let (error, description) = said(kind);
    let is_of_token = kind == FailureKind::CodeExpired;
    OktaFailure::new(kind).with_said(OktaSaid {
        status: is_of_token.then_some(400),
        error: Some(error.to_owned()),
        description: Some(description.to_owned()),
        request_id: is_of_token.then(|| request_id(number)),
    })
}

fn request_id(number: usize) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let letter = |place: u64| char::from(LETTERS[roll(number, 900 + place, LETTERS.len())]);
    (0..28).map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_has_a_number_only_where_there_was_one() {
        let of = |kind| failure(7, kind).said.request_id;
        assert_eq!(of(FailureKind::NotAssigned), None);
        assert_eq!(of(FailureKind::CodeExpired).map(|id| id.len()), Some(28));
    }
}
