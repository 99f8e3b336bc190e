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
mod tests {
    use super::*;

    fn kind_of(asked: Asked, error: &str, description: &str) -> FailureKind {
        let said = OktaSaid {
            error: Some(error.to_owned()),
            description: Some(description.to_owned()),
            ..OktaSaid::default()
        };
        failure(asked, said).kind
    }

    #[test]
    fn every_text_on_the_callback_has_its_cause() {
        use FailureKind::*;
        let cases = [
            (
                "access_denied",
                "User is not assigned to the client application.",
                NotAssigned,
            ),
            (
                "access_denied",
                "The resource owner or authorization server denied the request.",
                Denied,
            ),
            (
                "access_denied",
                "Policy evaluation failed for this request, please check the policy configurations.",
                PolicyDenied,
            ),
            (
                "access_denied",
                "The authorize request required an MFA prompt but the org has no factors configured.",
                PolicyDenied,
            ),
            (
                "access_denied",
                "The request is made from outside the client's permitted network zones.",
                NetworkZone,
            ),
            (
                "consent_required",
                "You are not allowed any of the requested scopes.",
                NothingGranted,
            ),
            (
                "invalid_scope",
                "One or more scopes are not configured for the authorization server resource.",
                UnknownScope,
            ),
            (
                "invalid_scope",
                "Custom scopes are not allowed for this request",
                UnknownScope,
            ),
            (
                "login_required",
                "The client specified not to prompt, but the user is not logged in.",
                InteractionRequired,
            ),
            (
                "unauthorized_client",
                "The client is not authorized to use the provided response type. Configured response types: [token].",
                CodeGrantDisabled,
            ),
            ("temporarily_unavailable", "", OktaBroken),
            ("brand_new_error", "Something else.", Other),
        ];
        for (error, description, expected) in cases {
            let failure = authorization_error(error, Some(description));
            assert_eq!(failure.kind, expected, "{error}: {description}");
            assert_eq!(failure.said.error.as_deref(), Some(error));
        }
    }

    #[test]
    fn every_text_about_the_client_has_its_cause() {
        use FailureKind::*;
        let cases = [
            (
                "The client secret supplied for a confidential client is invalid.",
                WrongSecret,
            ),
            (
                "Found Authentication header but was not valid client credentials.",
                WrongSecret,
            ),
            (
                "Client authentication failed. Either the client or the client credentials are invalid.",
                WrongAuthMethod,
            ),
            (
                "The client does not have a JWKSet configured, but the client_assertion requires one.",
                WrongAuthMethod,
            ),
            (
                "The issuer and subject claim for client_assertion is invalid because the client does not have a client secret.",
                WrongAuthMethod,
            ),
            (
                "Client Credentials requests to the Org Authorization Server must use the private_key_jwt token_endpoint_auth_method.",
                WrongAuthMethod,
            ),
            ("Invalid value for 'client_id' parameter.", UnknownClient),
            (
                "The issuer claim for client_assertion is not a valid client_id.",
                UnknownClient,
            ),
            ("The client_assertion signature is invalid.", KeyRefused),
            ("The client_assertion JWT kid is invalid.", KeyRefused),
            (
                "The client_assertion token has already been used.",
                KeyRefused,
            ),
            ("The client JWKSet is invalid.", KeyRefused),
            (
                "The client JWKSet from jwks_uri must contain at least one key.",
                KeyRefused,
            ),
        ];
        for (description, expected) in cases {
            for asked in [Asked::CodeExchange, Asked::Refresh, Asked::AboutToken] {
                assert_eq!(
                    kind_of(asked, "invalid_client", description),
                    expected,
                    "{description}"
                );
            }
        }
        let jwks = kind_of(
            Asked::CodeExchange,
            "jwks_uri_error",
            "Error retrieving the client JWKSet from jwks_uri.",
        );
        assert_eq!(jwks, KeyRefused);
    }

    #[test]
    fn the_same_grant_error_means_another_thing_at_another_door() {
        use FailureKind::*;
        let cases = [
            (
                Asked::CodeExchange,
                "invalid_grant",
                "The authorization code is invalid or has expired.",
                CodeExpired,
            ),
            (
                Asked::CodeExchange,
                "invalid_grant",
                "PKCE verification failed.",
                Other,
            ),
            (
                Asked::CodeExchange,
                "invalid_grant",
                "The 'redirect_uri' does not match the redirection URI used in the authorization request.",
                Other,
            ),
            (
                Asked::Refresh,
                "invalid_grant",
                "The refresh token is invalid or expired.",
                RefreshTokenDead,
            ),
            (
                Asked::Refresh,
                "unauthorized_client",
                "The client is not authorized to use the provided grant type. Configured grant types: [authorization_code].",
                RefreshTokenGrantDisabled,
            ),
            (
                Asked::CodeExchange,
                "unauthorized_client",
                "The client is not authorized to use the provided grant type. Configured grant types: [refresh_token].",
                CodeGrantDisabled,
            ),
            (
                Asked::CodeExchange,
                "use_dpop_nonce",
                "Authorization server requires nonce in DPoP proof.",
                DpopRequired,
            ),
            (
                Asked::CodeExchange,
                "invalid_dpop_proof",
                "The DPoP proof JWT header is missing.",
                DpopRequired,
            ),
            (
                Asked::Management,
                "E0000011",
                "Invalid token provided",
                AccessTokenDead,
            ),
        ];
        for (asked, error, description, expected) in cases {
            assert_eq!(
                kind_of(asked, error, description),
                expected,
                "{description}"
            );
        }
    }

    #[test]
    fn a_hostile_description_is_kept_only_clean_and_short() {
        let hostile = format!("<script>\r\n\u{202e}{}", "x".repeat(70_000));

        let said = authorization_error("access_denied", Some(&hostile)).said;

        let kept = said.description.expect("a description");
        assert!(kept.starts_with("<script> x") && kept.chars().count() < 400);
    }
}
