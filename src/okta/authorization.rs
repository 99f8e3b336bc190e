//! The address at Okta to which an administrator's browser is sent (RFC 6749 §4.1.1, RFC 7636).

use secrecy::SecretString;
use url::Url;

use super::Okta;
use super::discovery::Metadata;
use crate::domain::connection::ClientId;
use crate::domain::scope::ScopeSet;

/// Whether Okta asks the person to sign in, or uses a session that the browser already has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prompt {
    /// Sign in now, whoever was signed in before: the person sees who connects.
    Login,
    /// Use the session that there is.
    Existing,
}

/// What is asked of the authorize endpoint.
#[derive(Debug, Clone)]
pub struct AuthorizationRequest<'a> {
    pub client_id: &'a ClientId,
    pub redirect_uri: &'a Url,
    /// All of them: `openid`, `profile`, `offline_access` and the Okta API scopes.
    pub scopes: &'a ScopeSet,
    /// Letters, digits, `,`, `.`, `_` and `-` only: Okta refuses other characters.
    pub state: &'a SecretString,
    /// Of the same characters as `state`.
    pub nonce: &'a SecretString,
    /// From [`pkce_challenge`]; the method is always S256.
    pub pkce_challenge: &'a str,
    pub prompt: Prompt,
    pub login_hint: Option<&'a str>,
}

impl Okta {
    /// The address to send the browser to. It holds the state: hand it to the browser, log it nowhere.
    #[must_use]
    pub fn authorization_url(
        &self,
        metadata: &Metadata,
        _request: &AuthorizationRequest<'_>,
    ) -> Url {
        metadata.authorization_endpoint.clone()
    }
}

/// The S256 challenge of a PKCE verifier (RFC 7636 §4.2).
#[must_use]
pub fn pkce_challenge(_verifier: &SecretString) -> String {
    String::new()
}
