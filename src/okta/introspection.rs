//! Asking about a token (RFC 7662) and ending it (RFC 7009).

use secrecy::SecretString;
use time::OffsetDateTime;

use super::Okta;
use super::client::Client;
use super::discovery::Metadata;
use crate::domain::failure::{FailureKind, OktaFailure};
use crate::domain::scope::ScopeSet;

/// Which kind of token is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenHint {
    AccessToken,
    RefreshToken,
}

/// What Okta knows of a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Introspection {
    pub active: bool,
    /// `None` where Okta named none.
    pub scopes: Option<ScopeSet>,
    pub expires_at: Option<OffsetDateTime>,
    /// Okta's id of the user (`00u…`).
    pub user_id: Option<String>,
}

impl Okta {
    pub async fn introspect(
        &self,
        _metadata: &Metadata,
        _client: &Client<'_>,
        _token: &SecretString,
        _hint: TokenHint,
    ) -> Result<Introspection, OktaFailure> {
        Err(OktaFailure::new(FailureKind::Other))
    }

    /// Ends the token. Okta also answers well for a token that it does not know.
    pub async fn revoke(
        &self,
        _metadata: &Metadata,
        _client: &Client<'_>,
        _token: &SecretString,
        _hint: TokenHint,
    ) -> Result<(), OktaFailure> {
        Err(OktaFailure::new(FailureKind::Other))
    }
}
