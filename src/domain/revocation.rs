//! Ending tokens at Okta: why, when it is tried again, and what ends the trying.

use std::time::Duration as StdDuration;

use time::Duration;

use super::failure::OktaFailure;

/// Okta ends a refresh token so long after the sign-in by itself: then nothing is left to revoke.
pub const LONGEST: Duration = Duration::days(90);

/// The pause after the first try that failed; doubled with each further one …
const FIRST_PAUSE: Duration = Duration::seconds(30);
/// … up to this.
const LONGEST_PAUSE: Duration = Duration::hours(6);

/// Why a token is to be ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// The connection was ended.
    Disconnected,
    /// Somebody authorized again, and this is the token from before.
    Replaced,
    /// Okta issued it for something that had ended meanwhile, so it was never kept.
    Unkept,
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Okta has confirmed it.
    Revoked,
    /// Okta does not accept the app any more, so that it cannot be asked.
    Refused,
    /// Okta never answered, and the token has ended by itself.
    Expired,
    /// The token, or what proves the app, did not open, so that Okta could not be asked.
    Unreadable,
}

/// What a program is told of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// There was no token to revoke.
    Nothing,
    Pending,
    Ended(Outcome),
}

impl Reason {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Disconnected => "disconnected",
            Self::Replaced => "replaced",
            Self::Unkept => "unkept",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Disconnected, Self::Replaced, Self::Unkept]
            .into_iter()
            .find(|reason| reason.code() == code)
    }
}

impl Outcome {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Revoked => "revoked",
            Self::Refused => "refused",
            Self::Expired => "expired",
            Self::Unreadable => "unreadable",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [
            Self::Revoked,
            Self::Refused,
            Self::Expired,
            Self::Unreadable,
        ]
        .into_iter()
        .find(|outcome| outcome.code() == code)
    }
}

impl Progress {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Nothing => "nothing_to_revoke",
            Self::Pending => "pending",
            Self::Ended(outcome) => outcome.code(),
        }
    }
}

/// Whether Okta's own word on the request to revoke ends the trying: it does not know the app any more,
/// or does not accept its proof. That Okta could not read our keys just now is no such word.
#[must_use]
pub fn is_final(failure: &OktaFailure) -> bool {
    !failure.kind.is_passing() && failure.said.error.as_deref() != Some("jwks_uri_error")
}

/// How long to wait after the `tries`-th try has failed: ever longer, spread by `random`, and never
/// less than Okta asks for.
#[must_use]
pub fn pause(tries: u32, asked_for: Option<StdDuration>, random: u32) -> Duration {
    let doubled = FIRST_PAUSE * 2_i32.saturating_pow(tries.saturating_sub(1).min(20));
    let spread = 1.0 + f64::from(random) / f64::from(u32::MAX) / 2.0;
    let asked_for = asked_for.and_then(|asked_for| Duration::try_from(asked_for).ok());
    (doubled.min(LONGEST_PAUSE) * spread).max(asked_for.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::failure::{FailureKind, OktaSaid};

    #[test]
    fn pauses_grow_to_six_hours_and_are_spread_by_half() {
        assert_eq!(pause(1, None, 0), Duration::seconds(30));
        assert_eq!(pause(1, None, u32::MAX), Duration::seconds(45));
        assert_eq!(pause(4, None, 0), Duration::minutes(4));
        assert_eq!(pause(11, None, 0), LONGEST_PAUSE);
        assert_eq!(pause(u32::MAX, None, u32::MAX), Duration::hours(9));
    }

    #[test]
    fn okta_may_ask_for_a_longer_pause_but_not_for_a_shorter_one() {
        let minutes = |minutes: u64| Some(StdDuration::from_secs(minutes * 60));
        assert_eq!(pause(1, minutes(10), 0), Duration::minutes(10));
        assert_eq!(pause(8, minutes(1), 0), Duration::minutes(64));
    }

    #[test]
    fn only_oktas_word_about_the_app_is_final() {
        for kind in FailureKind::ALL {
            assert_eq!(is_final(&OktaFailure::new(kind)), !kind.is_passing());
        }
        let unread = OktaSaid {
            error: Some("jwks_uri_error".to_owned()),
            ..OktaSaid::default()
        };
        assert!(!is_final(
            &OktaFailure::new(FailureKind::KeyRefused).with_said(unread)
        ));
    }

    #[test]
    fn every_word_survives_its_column() {
        for reason in [Reason::Disconnected, Reason::Replaced, Reason::Unkept] {
            assert_eq!(Reason::from_code(reason.code()), Some(reason));
        }
        for outcome in [
            Outcome::Revoked,
            Outcome::Refused,
            Outcome::Expired,
            Outcome::Unreadable,
        ] {
            assert_eq!(Outcome::from_code(outcome.code()), Some(outcome));
        }
    }
}
