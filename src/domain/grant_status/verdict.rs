//! The one thing to say about all of a tenant's scopes, and the numbers behind it.

use super::{GrantStatus, ScopeState, ScopeStatus};

/// The one thing to say, the most pressing first: each variant rules out those above it. The numbers
/// for the sentence are in [`Counts`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// No authorization yet.
    NothingYet,
    /// Okta did not say what it granted, and no check showed it.
    Unverified,
    NoneGranted,
    /// Some are not granted. Of the granted, some may not work.
    SomeMissing {
        granted: usize,
        total: usize,
    },
    /// All are granted; the role behind the token is too weak for some.
    SomeBlocked,
    /// Some could not be checked, for a reason that passes.
    SomeChecksFailed,
    /// Nothing was checked yet.
    AllGranted,
    /// Some are still to be checked. None is known not to work, but for what this organization does
    /// not have.
    SomeUnchecked,
    /// Of some, the answer that should have told did not.
    SomeUntold,
    /// Whatever this organization has works, and it does not have everything.
    SomeUnavailable,
    /// All were seen to work, but for those of which the catalog says that no answer can tell.
    AllEffective,
}

/// How many of the catalog's scopes are how. Each is in exactly one of those that are named after a
/// state, so that they add up to `total`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub total: usize,
    /// Known to be granted, whether or not they work.
    pub granted: usize,
    pub effective: usize,
    /// Granted and not checked.
    pub unchecked: usize,
    pub blocked: usize,
    pub unavailable: usize,
    /// Granted, and no answer told.
    pub unverified: usize,
    /// Of `unverified`, those of which the catalog says that no answer can tell.
    pub unprovable: usize,
    pub check_failed: usize,
    pub missing: usize,
    pub unrequested: usize,
}

impl GrantStatus {
    #[must_use]
    pub fn counts(&self) -> Counts {
        let count = |state| self.in_state(state).count();
        Counts {
            total: self.total(),
            granted: self.granted_count(),
            effective: count(ScopeState::Effective),
            unchecked: count(ScopeState::Granted),
            blocked: count(ScopeState::BlockedByRole),
            unavailable: count(ScopeState::Unavailable),
            unverified: count(ScopeState::Unverified),
            unprovable: self.scopes().filter(|status| is_unprovable(status)).count(),
            check_failed: count(ScopeState::CheckFailed),
            missing: count(ScopeState::Missing),
            unrequested: count(ScopeState::Unrequested),
        }
    }

    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let counts = self.counts();
        let lacking = counts.missing + counts.unrequested;
        let (granted, total) = (counts.granted, counts.total);
        if !self.authorized {
            Verdict::NothingYet
        } else if self.scopes().any(ScopeStatus::is_assumed) {
            Verdict::Unverified
        } else if lacking == total {
            Verdict::NoneGranted
        } else if lacking > 0 {
            Verdict::SomeMissing { granted, total }
        } else {
            of_a_full_grant(counts)
        }
    }
}

const fn of_a_full_grant(counts: Counts) -> Verdict {
    if counts.blocked > 0 {
        Verdict::SomeBlocked
    } else if counts.check_failed > 0 {
        Verdict::SomeChecksFailed
    } else if counts.unchecked == counts.total {
        Verdict::AllGranted
    } else if counts.unchecked > 0 {
        Verdict::SomeUnchecked
    } else if counts.unverified > counts.unprovable {
        Verdict::SomeUntold
    } else if counts.unavailable > 0 {
        Verdict::SomeUnavailable
    } else {
        Verdict::AllEffective
    }
}

fn is_unprovable(status: &ScopeStatus) -> bool {
    status.state() == ScopeState::Unverified && status.permission().unprovable().is_some()
}
