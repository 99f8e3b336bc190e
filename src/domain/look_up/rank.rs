//! Who needs help most: one number per tenant, since when, and what the list can be cut down to.

use time::OffsetDateTime;

use super::{Filter, SOON};
use crate::domain::connection::{AttentionReason, ConnectionState};
use crate::domain::grant_status::{CategoryState, GrantStatus};

/// The most pressing first. The number is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// Connected once, and broken now.
    Broken,
    /// Somebody tried to connect, and failed last.
    Stuck,
    /// Waits for the vendor's own people.
    OnHold,
    /// Works in part.
    Partial,
    /// Works, and ends soon.
    EndsSoon,
    /// Invited, and not there yet.
    Pending,
    /// Works.
    Fine,
    /// Ended on purpose.
    Over,
}

/// What the rank follows from.
#[derive(Debug, Clone)]
pub struct RankFacts<'a> {
    pub state: ConnectionState,
    pub grants: &'a GrantStatus,
    pub sign_in_ends_at: Option<OffsetDateTime>,
    pub last_failure_at: Option<OffsetDateTime>,
    /// Since when the tokens cannot be renewed, once that stops everything.
    pub stalled_since: Option<OffsetDateTime>,
    /// When the state that the tenant is in began, as far as is known.
    pub changed_at: OffsetDateTime,
    pub now: OffsetDateTime,
}

/// Where a tenant stands in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rank {
    pub urgency: Urgency,
    pub since: OffsetDateTime,
    /// What it is filtered by, with `all`.
    pub flags: Vec<String>,
}

impl Urgency {
    #[must_use]
    pub const fn number(self) -> i16 {
        self as i16
    }
}

impl Rank {
    #[must_use]
    pub fn of(facts: &RankFacts<'_>) -> Self {
        let urgency = urgency(facts);
        let since = match urgency {
            Urgency::Broken => facts.stalled_since.unwrap_or(facts.changed_at),
            Urgency::Stuck => facts.last_failure_at.unwrap_or(facts.changed_at),
            Urgency::EndsSoon => facts.sign_in_ends_at.unwrap_or(facts.changed_at),
            _ => facts.changed_at,
        };
        Self {
            urgency,
            since,
            flags: flags(facts),
        }
    }
}

fn ends_soon(facts: &RankFacts<'_>) -> bool {
    facts
        .sign_in_ends_at
        .is_some_and(|end| facts.now < end && end <= facts.now + SOON)
}

fn urgency(facts: &RankFacts<'_>) -> Urgency {
    let lacks = |category: CategoryState| {
        matches!(
            category,
            CategoryState::Partial | CategoryState::Missing | CategoryState::Blocked
        )
    };
    match facts.state {
        ConnectionState::NeedsAttention(AttentionReason::NotSuperAdministrator) => Urgency::Partial,
        ConnectionState::NeedsAttention(_) => Urgency::Broken,
        ConnectionState::Connected if facts.stalled_since.is_some() => Urgency::Broken,
        ConnectionState::Pending | ConnectionState::Connected
            if facts.last_failure_at.is_some() =>
        {
            Urgency::Stuck
        }
        ConnectionState::Pending => Urgency::Pending,
        ConnectionState::OnHold => Urgency::OnHold,
        ConnectionState::Disconnected => Urgency::Over,
        ConnectionState::Connected => {
            let mut categories = facts.grants.categories().iter();
            if categories.any(|category| lacks(category.state())) {
                Urgency::Partial
            } else if ends_soon(facts) {
                Urgency::EndsSoon
            } else {
                Urgency::Fine
            }
        }
    }
}

/// That a category is granted is not worth a filter: nearly all are.
fn flags(facts: &RankFacts<'_>) -> Vec<String> {
    let (state, reason) = facts.state.to_columns();
    let mut flags = vec!["all".to_owned(), Filter::State(state.to_owned()).flag()];
    flags.extend(reason.map(|reason| Filter::Reason(reason.to_owned()).flag()));
    if ends_soon(facts) {
        flags.push(Filter::Expiring.flag());
    }
    if facts.state == ConnectionState::Pending {
        return flags;
    }
    let categories = facts.grants.categories().iter();
    let telling = categories.filter(|category| category.state() != CategoryState::Granted);
    flags.extend(telling.map(|category| {
        Filter::Category(category.category().id().to_owned(), category.state()).flag()
    }));
    flags
}

#[cfg(test)]
mod tests {
    use time::Duration;
    use time::macros::datetime;

    use super::*;
    use crate::domain::catalog::Catalog;
    use crate::domain::failure::FailureKind;
    use crate::domain::grant_status::GrantFacts;
    use crate::domain::scope::ScopeSet;
    use crate::domain::token_set::ScopesSource;

    const NOW: OffsetDateTime = datetime!(2026-11-25 12:00 UTC);

    fn grants(leave_out: usize) -> GrantStatus {
        let all: ScopeSet = Catalog::default_catalog().scopes().cloned().collect();
        let granted: ScopeSet = Catalog::default_catalog()
            .scopes()
            .skip(leave_out)
            .cloned()
            .collect();
        GrantStatus::compute(
            Catalog::default_catalog(),
            &GrantFacts {
                requested: Some(all),
                granted: Some(granted),
                source: Some(ScopesSource::TokenResponse),
                ..GrantFacts::default()
            },
        )
    }

    fn rank(
        state: ConnectionState,
        leave_out: usize,
        ends_in: Option<Duration>,
        failed: bool,
    ) -> Rank {
        Rank::of(&RankFacts {
            state,
            grants: &grants(leave_out),
            sign_in_ends_at: ends_in.map(|time| NOW + time),
            last_failure_at: failed.then_some(NOW - Duration::HOUR),
            stalled_since: None,
            changed_at: NOW - Duration::DAY,
            now: NOW,
        })
    }

    #[test]
    fn what_cannot_be_renewed_is_broken_whatever_its_state_says() {
        let since = NOW - Duration::minutes(20);
        let stalled = Rank::of(&RankFacts {
            state: ConnectionState::Connected,
            grants: &grants(0),
            sign_in_ends_at: None,
            last_failure_at: None,
            stalled_since: Some(since),
            changed_at: NOW - Duration::DAY,
            now: NOW,
        });
        assert_eq!((stalled.urgency, stalled.since), (Urgency::Broken, since));
    }

    #[test]
    fn what_is_broken_comes_before_what_is_stuck_waits_or_works() {
        use ConnectionState::{Connected, Disconnected, NeedsAttention, OnHold, Pending};
        let dead = NeedsAttention(AttentionReason::Failed(FailureKind::RefreshTokenDead));
        let far = Some(Duration::days(60));
        let order = [
            rank(dead, 0, far, false),
            rank(Pending, 25, None, true),
            rank(OnHold, 0, far, false),
            rank(Connected, 2, far, false),
            rank(Connected, 0, Some(Duration::days(3)), false),
            rank(Pending, 25, None, false),
            rank(Connected, 0, far, false),
            rank(Disconnected, 0, None, false),
        ];
        let numbers: Vec<i16> = order.iter().map(|rank| rank.urgency.number()).collect();
        assert_eq!(numbers, [0, 1, 2, 3, 4, 5, 6, 7]);
    }

    #[test]
    fn the_filters_tell_state_reason_end_and_what_lacks() {
        let dead =
            ConnectionState::NeedsAttention(AttentionReason::Failed(FailureKind::RefreshTokenDead));
        let flags = rank(dead, 2, Some(Duration::days(3)), false).flags;
        for flag in [
            "all",
            "state:needs_attention",
            "reason:refresh_token_dead",
            "expiring",
            "category:users:missing",
        ] {
            assert!(
                flags.iter().any(|found| found == flag),
                "{flag} in {flags:?}"
            );
        }
        assert!(!flags.iter().any(|flag| flag.ends_with(":granted")));
    }

    #[test]
    fn an_end_is_soon_from_fourteen_days_before_until_it_is_there() {
        let at = |time| rank(ConnectionState::Connected, 0, Some(time), false).urgency;
        assert_eq!(at(Duration::days(15)), Urgency::Fine);
        assert_eq!(at(Duration::days(14)), Urgency::EndsSoon);
        assert_eq!(at(Duration::ZERO), Urgency::Fine);
    }
}
