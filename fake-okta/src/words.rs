//! Okta's own words: `(status, error, description)` of the OAuth errors that the fake can give,
//! letter for letter as Okta publishes them.

/// An OAuth error.
pub(crate) type Words = (u16, &'static str, &'static str);

pub(crate) const DENIED: &str = "The resource owner or authorization server denied the request.";

pub(crate) const ACCESS_DENIED: Words = (403, "access_denied", DENIED);
pub(crate) const NOT_ASSIGNED: Words = (
    400,
    "access_denied",
    "User is not assigned to the client application.",
);
pub(crate) const NETWORK_ZONE: Words = (
    403,
    "access_denied",
    "The request is made from outside the client's permitted network zones.",
);
pub(crate) const NO_SCOPES_GRANTED: Words = (
    400,
    "consent_required",
    "You are not allowed any of the requested scopes.",
);
pub(crate) const LOGIN_REQUIRED: Words = (
    400,
    "login_required",
    "The client specified not to prompt, but the user is not logged in.",
);

pub(crate) const CLIENT_ID: Words = (
    401,
    "invalid_client",
    "Invalid value for 'client_id' parameter.",
);
pub(crate) const CLIENT_AUTH: Words = (
    401,
    "invalid_client",
    "Client authentication failed. Either the client or the client credentials are invalid.",
);
pub(crate) const CLIENT_SECRET: Words = (
    401,
    "invalid_client",
    "The client secret supplied for a confidential client is invalid.",
);
pub(crate) const NO_CREDENTIALS: Words = (401, "invalid_client", "No client credentials found.");
pub(crate) const BASIC_UNREADABLE: Words = (
    401,
    "invalid_client",
    "Found Authentication header but was not valid client credentials.",
);
pub(crate) const SEVERAL_CREDENTIALS: Words = (
    401,
    "invalid_request",
    "Cannot supply multiple client credentials. Use one of the following: credentials in the \
     Authorization header, credentials in the post body, or a client_assertion in the post body.",
);
pub(crate) const CREDENTIALS_IN_QUERY: Words = (
    400,
    "invalid_request",
    "Client credentials cannot be supplied via query parameters.",
);
pub(crate) const DUPLICATES: Words = (
    400,
    "invalid_request",
    "The request contained multiple parameters with the same name.",
);
pub(crate) const SECRET_FOR_SERVICE: Words = (
    401,
    "invalid_client",
    "Client Credentials requests to the Org Authorization Server must use the private_key_jwt \
     token_endpoint_auth_method.",
);
pub(crate) const NOT_A_SERVICE: Words = (
    401,
    "invalid_client",
    "Only clients with 'application_type' of 'service' may use the client_credentials \
     'grant_type' with the Org Authorization Server.",
);

pub(crate) const ASSERTION_TYPE: Words = (
    400,
    "invalid_request",
    "The client_assertion_type is invalid.",
);
pub(crate) const ASSERTION_UNREADABLE: Words = (
    401,
    "invalid_client",
    "The parsing of the client_assertion failed.",
);
pub(crate) const ASSERTION_ALGORITHM: Words = (
    401,
    "invalid_client",
    "The client_assertion JWT signature algorithm is invalid.",
);
pub(crate) const ASSERTION_ISSUER: Words = (
    401,
    "invalid_client",
    "The issuer claim for client_assertion is not a valid client_id.",
);
pub(crate) const ASSERTION_SUBJECT: Words = (
    401,
    "invalid_client",
    "The subject claim for client_assertion is not a valid client_id.",
);
pub(crate) const ASSERTION_AUDIENCE: Words = (
    401,
    "invalid_client",
    "The audience claim for client_assertion must be the endpoint invoked for the request.",
);
pub(crate) const ASSERTION_NO_EXPIRY: Words = (
    401,
    "invalid_client",
    "The client_assertion must contain the 'exp' claim as seconds since epoch.",
);
pub(crate) const ASSERTION_EXPIRED: Words = (
    401,
    "invalid_client",
    "The client_assertion token is expired.",
);
pub(crate) const ASSERTION_TOO_LONG: Words = (
    401,
    "invalid_client",
    "The client_assertion token has an expiration too far into the future.",
);
pub(crate) const ASSERTION_FROM_FUTURE: Words = (
    401,
    "invalid_client",
    "The client_assertion token must be issued before the current time.",
);
pub(crate) const ASSERTION_REUSED: Words = (
    401,
    "invalid_client",
    "The client_assertion token has already been used.",
);
pub(crate) const ASSERTION_SIGNATURE: Words = (
    401,
    "invalid_client",
    "The client_assertion signature is invalid.",
);
pub(crate) const ASSERTION_KID: Words = (
    401,
    "invalid_client",
    "The client_assertion JWT kid is invalid.",
);
pub(crate) const JWKS_INVALID: Words = (401, "invalid_client", "The client JWKSet is invalid.");
pub(crate) const JWKS_MISSING: Words = (
    401,
    "invalid_client",
    "The client does not have a JWKSet configured, but the client_assertion requires one.",
);
pub(crate) const JWKS_URI_ERROR: Words = (
    401,
    "invalid_client",
    "Error retrieving the client JWKSet from jwks_uri.",
);
pub(crate) const JWKS_URI_EMPTY: Words = (
    401,
    "invalid_client",
    "The client JWKSet from jwks_uri must contain at least one key.",
);

pub(crate) const CODE_INVALID: Words = (
    400,
    "invalid_grant",
    "The authorization code is invalid or has expired.",
);
pub(crate) const CODE_OF_ANOTHER: Words = (
    400,
    "invalid_grant",
    "The grant was issued to another client. Please make sure the 'client_id' matches the one \
     used at the authorize request.",
);
pub(crate) const REDIRECT_DIFFERS: Words = (
    400,
    "invalid_grant",
    "The 'redirect_uri' does not match the redirection URI used in the authorization request.",
);
pub(crate) const PKCE_FAILED: Words = (400, "invalid_grant", "PKCE verification failed.");
pub(crate) const PKCE_NO_VERIFIER: Words = (
    400,
    "invalid_request",
    "PKCE code verifier is required by the application.",
);
pub(crate) const PKCE_NO_CHALLENGE: Words = (
    400,
    "invalid_request",
    "PKCE code challenge should be specified in the authorize request for code verification.",
);
pub(crate) const REFRESH_INVALID: Words = (
    400,
    "invalid_grant",
    "The refresh token is invalid or expired.",
);
pub(crate) const NO_GRANT_TYPE: Words = (
    400,
    "invalid_request",
    "The token request must specify a 'grant_type'. Valid values: [authorization_code, \
     refresh_token, client_credentials]",
);
pub(crate) const NO_TOKEN: Words = (400, "invalid_request", "The 'token' parameter is required.");
pub(crate) const DPOP_MISSING: Words = (
    400,
    "invalid_dpop_proof",
    "The DPoP proof JWT header is missing.",
);
pub(crate) const DPOP_NONCE: Words = (
    400,
    "use_dpop_nonce",
    "Authorization server requires nonce in DPoP proof.",
);

pub(crate) const REDIRECT_UNREGISTERED: &str =
    "The 'redirect_uri' parameter must be a Login redirect URI in the client app settings.";
pub(crate) const SERVICE_AT_AUTHORIZE: &str = "Clients with 'application_type' of 'service' are not allowed to access the 'authorize' endpoint.";
pub(crate) const LOGOUT_HINT: &str =
    "The 'id_token_hint' parameter must be an ID token that was issued to the client.";
pub(crate) const LOGOUT_UNREGISTERED: &str = "The 'post_logout_redirect_uri' parameter must be a Logout redirect URI in the client app settings.";

pub(crate) const STATE_INVALID: Words = (
    400,
    "invalid_request",
    "The authentication request has an invalid 'state' parameter.",
);
pub(crate) const RESPONSE_MODE: Words = (
    400,
    "unsupported_response_mode",
    "The response mode is not supported by the authorization server. Valid response modes: \
     [query, fragment, form_post, okta_post_message].",
);
pub(crate) const POST_MESSAGE: Words = (
    400,
    "unsupported_response_mode",
    "'okta_post_message' response mode cannot be used with the 'code' response type.",
);
pub(crate) const RESPONSE_TYPE: Words = (
    400,
    "unsupported_response_type",
    "The response type is not supported by the authorization server. Configured response types: \
     [code].",
);
pub(crate) const REQUEST_OBJECT: Words = (
    400,
    "request_not_supported",
    "The authorize request object is not supported by this client.",
);
pub(crate) const REQUEST_URI: Words = (
    400,
    "request_uri_not_supported",
    "The authorize request uri is not supported by this client.",
);
pub(crate) const PROMPT: Words = (
    400,
    "invalid_request",
    "Invalid value for 'prompt' parameter. Supported values: [none, consent, login]",
);
pub(crate) const MAX_AGE: Words = (
    400,
    "invalid_request",
    "Invalid value for 'max_age' parameter. It should be within range 0 - 2^31-1.",
);
pub(crate) const CHALLENGE_MISSING: Words = (
    400,
    "invalid_request",
    "PKCE code challenge is required by the application.",
);
pub(crate) const CHALLENGE_ILLEGAL: Words = (
    400,
    "invalid_request",
    "PKCE code challenge contains illegal characters.",
);
pub(crate) const CHALLENGE_METHOD: Words = (
    400,
    "invalid_request",
    "PKCE code challenge method is not supported. Valid values: [S256]",
);
pub(crate) const NO_SCOPES: Words = (400, "invalid_scope", "No scopes were requested.");
pub(crate) const SCOPE_UNKNOWN: Words = (
    400,
    "invalid_scope",
    "One or more scopes are not configured for the authorization server resource.",
);
pub(crate) const OPENID_REQUIRED: Words = (
    400,
    "invalid_scope",
    "Requests for ID tokens or access tokens with OpenID scopes require the 'openid' scope.",
);
pub(crate) const OPENID_FOR_SERVICE: Words = (
    400,
    "invalid_scope",
    "Cannot request 'openid' scopes using client credentials.",
);
