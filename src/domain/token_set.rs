//! What Okta's token endpoint gave: the secrets, and the facts about them.

use secrecy::SecretString;
use time::OffsetDateTime;

use super::scope::ScopeSet;

/// How we know which scopes a token has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScopesSource {
    /// The token response named them.
    TokenResponse,
    /// The response named none, so the introspection endpoint was asked.
    Introspection,
    /// Neither said; RFC 6749 §5.1 then means "as requested". Shown as unverified.
    Assumed,
}

/// The tokens of one connection. `Debug` shows no secret.
#[derive(Debug, Clone)]
pub struct TokenSet {
    pub access_token: SecretString,
    pub access_expires_at: OffsetDateTime,
    pub refresh_token: Option<SecretString>,
    /// The fixed end of the refresh token: 90 days after the sign-in at Okta.
    pub refresh_expires_at: Option<OffsetDateTime>,
    pub scopes: ScopeSet,
    pub scopes_source: ScopesSource,
}

impl ScopesSource {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TokenResponse => "token_response",
            Self::Introspection => "introspection",
            Self::Assumed => "assumed",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::TokenResponse, Self::Introspection, Self::Assumed]
            .into_iter()
            .find(|source| source.code() == code)
    }
}
