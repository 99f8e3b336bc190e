//! Verification of ID tokens (OpenID Connect Core §3.1.3.7).

use secrecy::SecretString;
use time::OffsetDateTime;

use super::Okta;
use super::discovery::Metadata;
use crate::domain::connection::ClientId;
use crate::domain::failure::{FailureKind, OktaFailure};

/// What the token must be bound to.
#[derive(Debug, Clone)]
pub struct Expected<'a> {
    pub nonce: ExpectedNonce<'a>,
    /// The access token of the same response, for `at_hash`.
    pub access_token: &'a SecretString,
}

/// The nonce that was sent, or the SHA-256 of it where only that was kept.
#[derive(Debug, Clone)]
pub enum ExpectedNonce<'a> {
    Plain(&'a SecretString),
    Sha256([u8; 32]),
}

/// The person who signed in, as Okta vouches for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Okta's id of the user (`00u…`).
    pub subject: String,
    pub email: Option<String>,
    pub name: Option<String>,
    /// The name that they sign in with (`preferred_username`).
    pub login: Option<String>,
    pub auth_time: Option<OffsetDateTime>,
}

impl Okta {
    /// Verifies the ID token of a token response and gives who signed in.
    pub async fn verify_id_token(
        &self,
        _metadata: &Metadata,
        _client_id: &ClientId,
        _id_token: &SecretString,
        _expected: &Expected<'_>,
    ) -> Result<Identity, OktaFailure> {
        Err(OktaFailure::new(FailureKind::Other))
    }
}
