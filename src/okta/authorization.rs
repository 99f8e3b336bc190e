//! The address at Okta to which an administrator's browser is sent (RFC 6749 §4.1.1, RFC 7636).

use std::borrow::Cow;

use aws_lc_rs::digest::{SHA256, digest};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use oauth2::basic::BasicClient;
use oauth2::{AuthUrl, CsrfToken, RedirectUrl, Scope};
use secrecy::SecretString;
use url::Url;

use super::Okta;
use super::discovery::Metadata;
use super::secret;
use crate::domain::connection::ClientId;
use crate::domain::scope::ScopeSet;

/// Whether Okta asks the person to sign in, or uses a session that the browser already has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prompt {
    /// Sign in now, whoever was signed in before: the person sees who connects.
    Login,
    /// Use the session that there is, and ask for a sign-in only without one.
    Existing,
    /// Answer at once, without asking anything.
    Never,
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
    /// From [`pkce_challenge`]; the method is always S256, whatever the metadata says.
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
        request: &AuthorizationRequest<'_>,
    ) -> Url {
        request.address(&metadata.authorization_endpoint)
    }
}

impl AuthorizationRequest<'_> {
    /// The request as an address at this endpoint.
    pub(super) fn address(&self, endpoint: &Url) -> Url {
        let client = BasicClient::new(oauth2::ClientId::new(self.client_id.to_string()))
            .set_auth_uri(AuthUrl::from_url(endpoint.clone()));
        let state = || CsrfToken::new(secret::open(self.state).to_owned());
        let scopes = self
            .scopes
            .iter()
            .map(|scope| Scope::new(scope.to_string()));
        let mut authorization = client
            .authorize_url(state)
            .add_scopes(scopes)
            .set_redirect_uri(Cow::Owned(RedirectUrl::from_url(self.redirect_uri.clone())))
            // The crate takes a challenge only together with the verifier, which stays sealed here.
            .add_extra_param("code_challenge", self.pkce_challenge)
            .add_extra_param("code_challenge_method", "S256")
            .add_extra_param("nonce", secret::open(self.nonce));
        if let Some(prompt) = self.prompt.parameter() {
            authorization = authorization.add_extra_param("prompt", prompt);
        }
        if let Some(login_hint) = self.login_hint {
            authorization = authorization.add_extra_param("login_hint", login_hint);
        }
        authorization.url().0
    }
}

impl Prompt {
    const fn parameter(self) -> Option<&'static str> {
        match self {
            Self::Login => Some("login"),
            Self::Existing => None,
            Self::Never => Some("none"),
        }
    }
}

/// The S256 challenge of a PKCE verifier (RFC 7636 §4.2).
#[must_use]
pub fn pkce_challenge(verifier: &SecretString) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(digest(&SHA256, secret::open(verifier).as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_the_one_of_rfc_7636_appendix_b() {
        let verifier = SecretString::from("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");

        assert_eq!(
            pkce_challenge(&verifier),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }
}
