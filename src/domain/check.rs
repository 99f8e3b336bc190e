//! What a check's answers mean: whether a granted scope really works, and the evidence for it.
//!
//! It judges answers that somebody else fetched. It sends nothing, and holds no words for people.

mod classify;

use std::collections::BTreeMap;

use time::OffsetDateTime;

use super::failure::FailureKind;
use super::scope::Scope;

pub use classify::classify;

/// What a check found out of one scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Finding {
    /// Okta answered as it does to somebody who may.
    Effective,
    /// The token has the scope; the role of the person or application behind it is too weak.
    BlockedByRole,
    /// Okta says that the token lacks the scope.
    Missing,
    /// The organization's edition or licence does not have what the scope is for.
    Unavailable,
    /// The endpoint does not take this kind of token.
    TokenRefused,
    /// The answer does not tell, or nothing could be asked that would.
    CannotTell,
    /// The check itself failed: says nothing of the scope.
    CheckFailed,
}

/// What Okta answered to a probe, without its body, which may hold people's data.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProbeAnswer {
    pub status: u16,
    /// The body's `errorCode`.
    pub code: Option<String>,
    /// `error` of the `WWW-Authenticate` header.
    pub bearer_error: Option<String>,
    /// `scope` of that header: what the endpoint wants.
    pub bearer_scope: Option<String>,
    /// A good answer's list has no element. A body of another shape than the probe's proof is no
    /// answer but [`FailureKind::Nonsense`].
    pub is_empty: bool,
    /// The `X-Okta-Request-Id` header.
    pub request_id: Option<String>,
}

/// What came of one probe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProbeResult {
    Answered(ProbeAnswer),
    /// No answer that could be read.
    Failed(FailureKind),
}

/// What follows from one probe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Classified {
    Finding(Finding),
    /// The access token is not valid any more: get another one, once, and ask again.
    TokenDead,
    /// It passes by itself (rate limit, outage, time-out): wait and ask again, a few times.
    Retry,
}

/// A finding with what it was concluded from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    pub finding: Finding,
    /// The path and query that were asked; empty when nothing was.
    pub endpoint: String,
    /// The HTTP status, when there was an answer.
    pub status: Option<u16>,
    /// Okta's `errorCode`; without one the bearer error; without an answer our name of the failure.
    pub code: Option<String>,
    pub request_id: Option<String>,
    pub at: OffsetDateTime,
}

/// A scope whose finding is another than at the check before; `None` where there was none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub scope: Scope,
    pub from: Option<Finding>,
    pub to: Option<Finding>,
}

impl Finding {
    pub const ALL: [Self; 7] = [
        Self::Effective,
        Self::BlockedByRole,
        Self::Missing,
        Self::Unavailable,
        Self::TokenRefused,
        Self::CannotTell,
        Self::CheckFailed,
    ];

    /// The stable name.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Effective => "effective",
            Self::BlockedByRole => "blocked_by_role",
            Self::Missing => "missing",
            Self::Unavailable => "unavailable",
            Self::TokenRefused => "token_refused",
            Self::CannotTell => "cannot_tell",
            Self::CheckFailed => "check_failed",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|finding| finding.code() == code)
    }
}

impl Classified {
    /// The finding when there is no further try.
    #[must_use]
    pub const fn settled(self) -> Finding {
        match self {
            Self::Finding(finding) => finding,
            Self::TokenDead | Self::Retry => Finding::CheckFailed,
        }
    }
}

impl Evidence {
    /// Of a probe that was sent to `endpoint`.
    #[must_use]
    pub fn of(
        finding: Finding,
        endpoint: String,
        result: &ProbeResult,
        at: OffsetDateTime,
    ) -> Self {
        let (status, code, request_id) = match result {
            ProbeResult::Answered(answer) => (
                Some(answer.status),
                answer.code.clone().or_else(|| answer.bearer_error.clone()),
                answer.request_id.clone(),
            ),
            ProbeResult::Failed(kind) => (None, Some(kind.code().to_owned()), None),
        };
        Self {
            finding,
            endpoint,
            status,
            code,
            request_id,
            at,
        }
    }

    /// Of what is known without asking: no question tells (cannot tell), or the edition does not
    /// have it (unavailable).
    #[must_use]
    pub const fn without_asking(finding: Finding, at: OffsetDateTime) -> Self {
        Self {
            finding,
            endpoint: String::new(),
            status: None,
            code: None,
            request_id: None,
            at,
        }
    }
}

/// What changed between two checks, by scope in alphabetical order.
#[must_use]
pub fn check_difference(
    previous: &BTreeMap<Scope, Finding>,
    now: &BTreeMap<Scope, Finding>,
) -> Vec<Change> {
    let gone = previous.keys().filter(|scope| !now.contains_key(scope));
    let mut scopes: Vec<&Scope> = now.keys().chain(gone).collect();
    scopes.sort_unstable();
    let change = |scope: &Scope| Change {
        scope: scope.clone(),
        from: previous.get(scope).copied(),
        to: now.get(scope).copied(),
    };
    let changes = scopes.into_iter().map(change);
    changes.filter(|change| change.from != change.to).collect()
}

#[cfg(test)]
mod tests;
