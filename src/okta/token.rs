//! The token endpoint (RFC 6749 §4.1.3): what is spent there, and what comes back.

use std::time::Duration;

use secrecy::SecretString;
use url::Url;

use super::Okta;
use super::client::Client;
use super::discovery::Metadata;
use crate::domain::failure::{FailureKind, OktaFailure};
use crate::domain::scope::ScopeSet;

/// What a good token response gave. `Debug` shows no secret.
#[derive(Debug, Clone)]
pub struct TokenResponse {
    pub access_token: SecretString,
    pub expires_in: Duration,
    pub refresh_token: Option<SecretString>,
    pub id_token: Option<SecretString>,
    /// `None` where Okta named none (RFC 6749 §5.1 then means "as requested": introspect).
    pub scopes: Option<ScopeSet>,
}

impl Okta {
    /// Spends the authorization code. Never repeated: Okta takes a code once.
    pub async fn exchange_code(
        &self,
        _metadata: &Metadata,
        _client: &Client<'_>,
        _code: &SecretString,
        _verifier: &SecretString,
        _redirect_uri: &Url,
    ) -> Result<TokenResponse, OktaFailure> {
        Err(OktaFailure::new(FailureKind::Other))
    }
}
