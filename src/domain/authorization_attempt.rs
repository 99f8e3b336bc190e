//! One round trip to Okta's authorize endpoint: begun once, spent once, by the browser that began it.

use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::connection::ClientId;
use super::id::{AttemptId, ConnectionId, TenantId};
use super::org_url::OrgOrigin;
use super::scope::ScopeSet;

/// How long a person may take at Okta.
pub const LIFETIME: Duration = Duration::minutes(10);

/// What the round trip is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Grants the vendor access: the whole catalog is requested.
    Connect,
    /// Lets a known administrator back in: only `openid profile email` is requested.
    SignIn,
    /// Shows that a signed-in administrator is a Super Administrator now: what is requested besides is
    /// only the scope with which roles can be read.
    Verify,
}

/// Where a person goes on after a round trip, from a closed list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReturnTo {
    /// *Grant them for me*.
    Grants,
    Disconnect,
    People,
}

/// The facts of an attempt. Its state and nonce are kept only as hashes, its verifier sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorizationAttempt {
    pub id: AttemptId,
    pub tenant: TenantId,
    pub connection: ConnectionId,
    /// The browser that began it.
    pub session_family: Uuid,
    pub purpose: Purpose,
    pub nonce_hash: [u8; 32],
    pub redirect_uri: String,
    pub origin: OrgOrigin,
    pub client_id: ClientId,
    /// Begun with the app that an onboarding entered, not with the live one.
    pub uses_next_app: bool,
    pub requested: ScopeSet,
    /// `None`: the tenant's page.
    pub returns_to: Option<ReturnTo>,
    /// So few working permissions, below those of the live sign-in, a Super Administrator saw and chose.
    pub accepts: Option<usize>,
    /// The version of the catalog that is agreed to by it; `None` when no permission is asked for.
    pub catalog_version: Option<String>,
    pub expires_at: OffsetDateTime,
}

/// Why an answer from Okta cannot be matched with an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AttemptProblem {
    #[error("the answer names no attempt")]
    StateMissing,
    #[error("the answer names an attempt that was never begun here")]
    Unknown,
    #[error("the attempt was finished before")]
    Used,
    #[error("the attempt was begun in another browser")]
    OtherBrowser,
    #[error("the attempt is older than ten minutes")]
    Expired,
    #[error("the answer came to another connection's address")]
    OtherConnection,
    #[error("the answer is not one that Okta sends")]
    Malformed,
}

impl AuthorizationAttempt {
    /// When the browser was sent to Okta.
    #[must_use]
    pub fn begun_at(&self) -> OffsetDateTime {
        self.expires_at - LIFETIME
    }
}

impl Purpose {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::SignIn => "sign_in",
            Self::Verify => "verify",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Connect, Self::SignIn, Self::Verify]
            .into_iter()
            .find(|purpose| purpose.code() == code)
    }
}

impl ReturnTo {
    /// The stored name, which is the end of the page's address too.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Grants => "grants",
            Self::Disconnect => "disconnect",
            Self::People => "people",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Grants, Self::Disconnect, Self::People]
            .into_iter()
            .find(|target| target.code() == code)
    }
}
