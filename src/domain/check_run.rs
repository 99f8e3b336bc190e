//! A check as a piece of work: why it runs, how far it is, how it ends.

use time::{Duration, OffsetDateTime};

use super::failure::FailureKind;
use super::id::CheckId;

/// A tenant is checked so often when nobody asks.
pub const EVERY: Duration = Duration::days(1);
/// A check moves by up to this much around its time, so that not all tenants' fall together.
pub const JITTER: Duration = Duration::hours(2);

/// Whoever asks for checks waits so long between two: each asks Okta about everything that is granted.
pub const PAUSE: Duration = Duration::seconds(30);

/// Why a check runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trigger {
    /// Somebody authorized.
    Connected,
    /// Somebody pressed *Check again*.
    Again,
    /// A day has passed.
    Daily,
}

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckOutcome {
    Complete,
    /// The token could not be used at all, for this reason.
    Failed(FailureKind),
    /// Another authorization came meanwhile.
    Superseded,
}

/// How far an open check is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckProgress {
    pub check: CheckId,
    /// A worker has begun with it.
    pub is_running: bool,
    pub done: usize,
    pub total: usize,
}

impl Trigger {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Connected => "connected",
            Self::Again => "again",
            Self::Daily => "daily",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Connected, Self::Again, Self::Daily]
            .into_iter()
            .find(|trigger| trigger.code() == code)
    }
}

impl CheckOutcome {
    /// The stored outcome and, for a failure, its cause.
    #[must_use]
    pub const fn to_columns(self) -> (&'static str, Option<&'static str>) {
        match self {
            Self::Complete => ("complete", None),
            Self::Failed(kind) => ("failed", Some(kind.code())),
            Self::Superseded => ("superseded", None),
        }
    }

    #[must_use]
    pub fn from_columns(outcome: &str, failure: Option<&str>) -> Option<Self> {
        match (outcome, failure) {
            ("complete", None) => Some(Self::Complete),
            ("failed", Some(code)) => FailureKind::from_code(code).map(Self::Failed),
            ("superseded", None) => Some(Self::Superseded),
            _ => None,
        }
    }
}

/// When a tenant is checked next: a day from now, moved by `random` (any number) within [`JITTER`].
#[must_use]
pub fn next_due(now: OffsetDateTime, random: u64) -> OffsetDateTime {
    let width = JITTER.whole_seconds() * 2;
    let shift = i64::try_from(random % u64::try_from(width).unwrap_or(1)).unwrap_or(0);
    now + EVERY - JITTER + Duration::seconds(shift)
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn the_next_check_falls_around_the_same_time_tomorrow() {
        let now = datetime!(2026-11-23 12:00 UTC);
        for random in [0, 1, 7_200, 14_399, 14_400, u64::MAX] {
            let distance = next_due(now, random) - now;
            assert!(
                distance >= EVERY - JITTER && distance < EVERY + JITTER,
                "{distance}"
            );
        }
    }

    #[test]
    fn every_outcome_survives_its_columns() {
        let failed = CheckOutcome::Failed(FailureKind::RefreshTokenDead);
        for outcome in [CheckOutcome::Complete, failed, CheckOutcome::Superseded] {
            let (name, failure) = outcome.to_columns();
            assert_eq!(CheckOutcome::from_columns(name, failure), Some(outcome));
        }
    }
}
