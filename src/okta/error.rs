//! What Okta's errors mean: from `error`, `error_description` and what was asked, to one cause.
//!
//! Okta uses one `error` for many causes (`access_denied` alone has some seventy), so the description
//! decides. The texts are those of Okta's catalogue of OAuth errors; an unknown text still gets the
//! cause that its `error` most often has, and is kept for people to read.

use crate::domain::failure::{FailureKind, OktaFailure, OktaSaid, clean};

/// What an error is the answer to. The same text means different things at different doors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// The browser, at the authorize endpoint.
    Authorization,
    /// The token endpoint, with a code.
    CodeExchange,
    /// The token endpoint, with a refresh token.
    Refresh,
    /// Introspection or revocation, where only the client proves itself.
    AboutToken,
    /// A public document.
    Document,
    /// The management API.
    Management,
}

/// The cause behind `?error=…&error_description=…` on the callback.
#[must_use]
pub fn authorization_error(error: &str, description: Option<&str>) -> OktaFailure {
    let said = OktaSaid {
        error: Some(clean(error)),
        description: description.map(clean),
        ..OktaSaid::default()
    };
    failure(Asked::Authorization, said)
}

/// The failure behind an answer that is an error.
pub(super) fn failure(asked: Asked, said: OktaSaid) -> OktaFailure {
    let description = said
        .description
        .as_deref()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let kind = kind(
        asked,
        said.error.as_deref().unwrap_or_default(),
        &description,
    );
    OktaFailure::new(kind).with_said(said)
}

fn kind(asked: Asked, error: &str, description: &str) -> FailureKind {
    match error {
        "access_denied" => denial(description),
        "consent_required" => consent(description),
        "invalid_scope" => FailureKind::UnknownScope,
        "invalid_client" => client(asked, description),
        "jwks_uri_error" => FailureKind::KeyRefused,
        "unauthorized_client" => unauthorized_client(asked),
        "invalid_grant" => grant(asked, description),
        "invalid_dpop_proof" | "use_dpop_nonce" => FailureKind::DpopRequired,
        "login_required"
        | "interaction_required"
        | "account_selection_required"
        | "insufficient_user_authentication" => FailureKind::InteractionRequired,
        "temporarily_unavailable" | "server_error" => FailureKind::OktaBroken,
        "E0000047" => FailureKind::RateLimited,
        "invalid_token" | "E0000011" => FailureKind::AccessTokenDead,
        "invalid_request" if description.contains("must be a login redirect uri") => {
            FailureKind::RedirectAddressNotRegistered
        }
        _ => FailureKind::Other,
    }
}

fn denial(description: &str) -> FailureKind {
    let says = |text: &str| description.contains(text);
    if says("not assigned to the client") {
        FailureKind::NotAssigned
    } else if says("network zone") {
        FailureKind::NetworkZone
    } else if says("any of the requested scopes") {
        FailureKind::NothingGranted
    } else if says("policy") || says("mfa") {
        FailureKind::PolicyDenied
    } else {
        FailureKind::Denied
    }
}

fn consent(description: &str) -> FailureKind {
    if description.contains("any of the requested scopes") {
        FailureKind::NothingGranted
    } else {
        FailureKind::InteractionRequired
    }
}

/// Okta names the method that the application is set to only indirectly: a key without key set, an
/// assertion for an application with a secret, or a sentence that names neither.
fn client(asked: Asked, description: &str) -> FailureKind {
    let says = |text: &str| description.contains(text);
    if asked == Asked::Document || says("client_id") {
        FailureKind::UnknownClient
    } else if says("does not have a client secret")
        || says("does not have a jwkset configured")
        || says("token_endpoint_auth_method")
        || says("client or the client credentials are invalid")
        || says("no client credentials found")
    {
        FailureKind::WrongAuthMethod
    } else if says("client_assertion") || says("jwk") || says("jwt") || says("key") {
        FailureKind::KeyRefused
    } else if says("secret") || says("authentication header") {
        FailureKind::WrongSecret
    } else {
        FailureKind::Other
    }
}

const fn unauthorized_client(asked: Asked) -> FailureKind {
    match asked {
        Asked::Refresh => FailureKind::RefreshTokenGrantDisabled,
        Asked::Authorization | Asked::CodeExchange => FailureKind::CodeGrantDisabled,
        _ => FailureKind::Other,
    }
}

fn grant(asked: Asked, description: &str) -> FailureKind {
    match asked {
        Asked::Refresh => FailureKind::RefreshTokenDead,
        // A wrong verifier or redirect address is a mistake of ours, and no new sign-in mends it.
        _ if description.contains("pkce") || description.contains("redirect_uri") => {
            FailureKind::Other
        }
        _ => FailureKind::CodeExpired,
    }
}

#[cfg(test)]
mod tests;
