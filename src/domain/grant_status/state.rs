//! The states of scopes and categories, and how a category's follows from its scopes'.

use serde::Serialize;

use super::{GrantFacts, ScopeStatus};
use crate::domain::check::Finding;
use crate::domain::scope::Scope;
use crate::domain::token_set::ScopesSource;

/// The states of a scope. The last five come from evidence of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ScopeState {
    /// In the token's scopes, or covered by a granted `.manage` of the same resource.
    Granted,
    /// Asked for, and not granted.
    Missing,
    /// Not asked for.
    Unrequested,
    /// Seen to work.
    Effective,
    /// Granted, but the administrator's role does not allow what it would.
    BlockedByRole,
    /// The feature or the edition is not there.
    Unavailable,
    /// Cannot be told, or not checked yet.
    Unverified,
    /// The check itself failed (rate limit, outage): says nothing about the scope.
    CheckFailed,
}

/// The states of a category.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CategoryState {
    /// All of its scopes granted, and none known to be ineffective.
    Granted,
    /// Some work and some do not.
    Partial,
    /// None was granted.
    Missing,
    /// Nothing works, because the administrator's role forbids it.
    Blocked,
    /// Nothing of it exists in this organization.
    Unavailable,
    /// Okta did not say.
    Unknown,
}

/// What the authorization alone says of a scope. Kept apart from the state, because a granted
/// scope that a check cannot judge is still granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grant {
    Granted,
    /// Granted if Okta granted what was asked, which it did not confirm.
    Assumed,
    Missing,
    Unrequested,
}

impl Grant {
    pub(super) fn of(scope: &Scope, facts: &GrantFacts) -> Self {
        let Some(granted) = &facts.granted else {
            return Self::Unrequested;
        };
        if granted.covers(scope) {
            return match facts.source {
                Some(ScopesSource::TokenResponse | ScopesSource::Introspection) => Self::Granted,
                Some(ScopesSource::Assumed) | None => Self::Assumed,
            };
        }
        match &facts.requested {
            Some(requested) if !requested.covers(scope) => Self::Unrequested,
            _ => Self::Missing,
        }
    }

    /// Whether the token has the scope, as far as the authorization tells.
    pub(super) const fn is_given(self) -> bool {
        matches!(self, Self::Granted | Self::Assumed)
    }

    /// The grant as a check saw it: Okta's refusal of the scope outweighs what its answer named, and
    /// an answer that only holders of the scope get outweighs its silence.
    pub(super) const fn seen(self, finding: Option<Finding>) -> Self {
        match (self, finding) {
            (Self::Granted | Self::Assumed, Some(Finding::Missing)) => Self::Missing,
            (Self::Assumed, Some(Finding::Effective | Finding::BlockedByRole)) => Self::Granted,
            (grant, _) => grant,
        }
    }

    pub(super) const fn state(self, finding: Option<Finding>) -> ScopeState {
        match (self, finding) {
            (Self::Missing, _) => ScopeState::Missing,
            (Self::Unrequested, _) => ScopeState::Unrequested,
            (Self::Granted, None) => ScopeState::Granted,
            (Self::Assumed, None) => ScopeState::Unverified,
            (_, Some(finding)) => ScopeState::of(finding),
        }
    }
}

impl ScopeState {
    pub const ALL: [Self; 8] = [
        Self::Granted,
        Self::Missing,
        Self::Unrequested,
        Self::Effective,
        Self::BlockedByRole,
        Self::Unavailable,
        Self::Unverified,
        Self::CheckFailed,
    ];

    /// The stable name.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::Missing => "missing",
            Self::Unrequested => "unrequested",
            Self::Effective => "effective",
            Self::BlockedByRole => "blocked_by_role",
            Self::Unavailable => "unavailable",
            Self::Unverified => "unverified",
            Self::CheckFailed => "check_failed",
        }
    }

    /// The state of a granted scope of which a check found `finding`.
    const fn of(finding: Finding) -> Self {
        match finding {
            Finding::Effective => Self::Effective,
            Finding::BlockedByRole => Self::BlockedByRole,
            Finding::Missing => Self::Missing,
            Finding::Unavailable => Self::Unavailable,
            Finding::TokenRefused | Finding::CannotTell => Self::Unverified,
            Finding::CheckFailed => Self::CheckFailed,
        }
    }

    /// Whether Okta is known not to have granted the scope.
    #[must_use]
    pub const fn is_lacking(self) -> bool {
        matches!(self, Self::Missing | Self::Unrequested)
    }
}

impl CategoryState {
    pub const ALL: [Self; 6] = [
        Self::Granted,
        Self::Partial,
        Self::Missing,
        Self::Blocked,
        Self::Unavailable,
        Self::Unknown,
    ];

    /// The stable name.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::Partial => "partial",
            Self::Missing => "missing",
            Self::Blocked => "blocked",
            Self::Unavailable => "unavailable",
            Self::Unknown => "unknown",
        }
    }
}

/// A category's state, from the pair of grant and state of each scope.
pub(super) fn of_category(scopes: &[ScopeStatus]) -> CategoryState {
    let pairs: Vec<_> = scopes
        .iter()
        .map(|status| (status.grant, status.state()))
        .collect();
    of_pairs(&pairs)
}

fn of_pairs(scopes: &[(Grant, ScopeState)]) -> CategoryState {
    let all = |is: fn(Grant, ScopeState) -> bool| scopes.iter().all(|&(g, s)| is(g, s));
    let any = |is: fn(Grant, ScopeState) -> bool| scopes.iter().any(|&(g, s)| is(g, s));
    if all(works) {
        CategoryState::Granted
    } else if any(is_assumed) {
        CategoryState::Unknown
    } else if any(works) {
        CategoryState::Partial
    } else if all(|_, state| state == ScopeState::Unavailable) {
        CategoryState::Unavailable
    } else if any(|_, state| state == ScopeState::BlockedByRole) {
        CategoryState::Blocked
    } else {
        CategoryState::Missing
    }
}

/// Granted, and not known to be ineffective.
fn works(grant: Grant, state: ScopeState) -> bool {
    match state {
        ScopeState::Granted | ScopeState::Effective => true,
        ScopeState::Unverified | ScopeState::CheckFailed => grant == Grant::Granted,
        ScopeState::Missing
        | ScopeState::Unrequested
        | ScopeState::BlockedByRole
        | ScopeState::Unavailable => false,
    }
}

pub(super) fn is_assumed(grant: Grant, state: ScopeState) -> bool {
    grant == Grant::Assumed && matches!(state, ScopeState::Unverified | ScopeState::CheckFailed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_categorys_state_takes_evidence_into_account() {
        use ScopeState::{BlockedByRole, CheckFailed, Effective, Missing, Unavailable, Unverified};
        let granted = |state| (Grant::Granted, state);
        for (scopes, expected) in [
            (
                vec![granted(Effective), granted(Unverified)],
                CategoryState::Granted,
            ),
            (
                vec![granted(Effective), granted(CheckFailed)],
                CategoryState::Granted,
            ),
            (
                vec![granted(Effective), granted(BlockedByRole)],
                CategoryState::Partial,
            ),
            (
                vec![granted(BlockedByRole), granted(BlockedByRole)],
                CategoryState::Blocked,
            ),
            (
                vec![granted(BlockedByRole), (Grant::Missing, Missing)],
                CategoryState::Blocked,
            ),
            (vec![granted(Unavailable)], CategoryState::Unavailable),
            (
                vec![granted(Unavailable), (Grant::Missing, Missing)],
                CategoryState::Missing,
            ),
            (
                vec![granted(Unavailable), granted(Effective)],
                CategoryState::Partial,
            ),
            (vec![(Grant::Assumed, CheckFailed)], CategoryState::Unknown),
            (vec![(Grant::Assumed, Effective)], CategoryState::Granted),
        ] {
            assert_eq!(of_pairs(&scopes), expected, "{scopes:?}");
        }
    }
}
