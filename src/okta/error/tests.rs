//! Okta's own texts, and the cause of each.

use FailureKind::*;

use super::*;

const ON_THE_CALLBACK: &[(&str, &str, FailureKind)] = &[
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

const ABOUT_THE_CLIENT: &[(&str, FailureKind)] = &[
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

const AT_DIFFERENT_DOORS: &[(Asked, &str, &str, FailureKind)] = &[
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
        Asked::CodeExchange,
        "access_denied",
        "The request is made from outside the client's permitted network zones.",
        NetworkZone,
    ),
    (
        Asked::CodeExchange,
        "jwks_uri_error",
        "Error retrieving the client JWKSet from jwks_uri.",
        KeyRefused,
    ),
    (
        Asked::Management,
        "E0000011",
        "Invalid token provided",
        AccessTokenDead,
    ),
    (
        Asked::Document,
        "invalid_client",
        "Invalid value for `client_id` parameter",
        UnknownClient,
    ),
];

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
    for (error, description, expected) in ON_THE_CALLBACK {
        let failure = authorization_error(error, Some(description));
        assert_eq!(failure.kind, *expected, "{error}: {description}");
        assert_eq!(failure.said.error.as_deref(), Some(*error));
    }
}

#[test]
fn every_text_about_the_client_has_its_cause() {
    for (description, expected) in ABOUT_THE_CLIENT {
        for asked in [Asked::CodeExchange, Asked::Refresh, Asked::AboutToken] {
            assert_eq!(
                kind_of(asked, "invalid_client", description),
                *expected,
                "{description}"
            );
        }
    }
}

#[test]
fn the_same_error_means_another_thing_at_another_door() {
    for (asked, error, description, expected) in AT_DIFFERENT_DOORS {
        assert_eq!(
            kind_of(*asked, error, description),
            *expected,
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
