//! When tokens are refreshed: well before they end, and, after a failure, again when it may help.
//! Pure: chance comes in as a number from 0 to 1.

use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::failure::{FailureKind, OktaFailure};

/// So long before the fixed end of a sign-in people are told of it.
pub const NOTICE: Duration = Duration::days(14);

/// After what passes by itself, the longest pause, in first pauses: five minutes of a second each.
const LONGEST_PASSING: f64 = 300.0;
/// After what an administrator can mend, the first and the longest pause: a minute and an hour.
const FIRST_MENDABLE: f64 = 60.0;
const LONGEST_MENDABLE: f64 = 3_600.0;
/// Okta's reset is a moment for all who wait for it: they come back spread over so many first pauses.
const SPREAD: f64 = 10.0;

/// Chance out of an id: its last bytes are random.
#[must_use]
pub fn chance_of(id: Uuid) -> f64 {
    let [.., a, b, c, d] = id.into_bytes();
    f64::from(u32::from_be_bytes([a, b, c, d])) / f64::from(u32::MAX)
}

/// When tokens that end at `end` are due: when two thirds to five sixths of their time are over, so
/// that whoever needs one almost always finds one that has some time left.
#[must_use]
pub fn due_ahead_of(end: OffsetDateTime, now: OffsetDateTime, chance: f64) -> OffsetDateTime {
    let left = (end - now).max(Duration::ZERO);
    now + left * (2.0 / 3.0 + chance / 6.0)
}

/// How long to wait after `attempts` failures in a row before this one; `first` is the shortest pause.
/// Never called for what ends the sign-in.
///
/// Where Okta may have acted without our seeing its answer, every other try follows soon: a rotated
/// token is forgiven for some 30 seconds only.
#[must_use]
pub fn pause_after(failure: &OktaFailure, attempts: u32, first: Duration, chance: f64) -> Duration {
    let doubling = 2_f64.powi(i32::try_from(attempts.min(20)).unwrap_or(20));
    let pauses = if !failure.kind.is_passing() {
        (FIRST_MENDABLE * doubling).min(LONGEST_MENDABLE)
    } else if failure.may_have_acted() && attempts.is_multiple_of(2) {
        1.0
    } else {
        doubling.min(LONGEST_PASSING)
    };
    let pause = first * (pauses * (0.5 + chance / 2.0));
    match failure.retry_after.map(Duration::try_from) {
        // Others name a time too, but theirs promises nothing, and may be after the leeway.
        Some(Ok(asked)) if failure.kind == FailureKind::RateLimited => {
            asked.max(pause) + first * (1.0 + SPREAD * chance)
        }
        _ => pause,
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    const SECOND: Duration = Duration::SECOND;

    fn after(kind: FailureKind, attempts: u32) -> Duration {
        pause_after(&OktaFailure::new(kind), attempts, SECOND, 1.0)
    }

    #[test]
    fn a_token_is_due_well_before_its_end_and_not_at_the_same_moment_as_others() {
        let now = datetime!(2026-11-25 12:00 UTC);
        let end = now + Duration::hours(1);
        assert_eq!(due_ahead_of(end, now, 0.0) - now, Duration::minutes(40));
        assert_eq!(due_ahead_of(end, now, 1.0) - now, Duration::minutes(50));
        assert_eq!(due_ahead_of(now - SECOND, now, 1.0), now, "already over");
    }

    #[test]
    fn what_passes_is_tried_again_soon_and_then_less_and_less_often() {
        let limited = |attempts| after(FailureKind::RateLimited, attempts);
        assert_eq!([limited(0), limited(3)], [SECOND, SECOND * 8]);
        assert_eq!(limited(40), Duration::minutes(5));
    }

    #[test]
    fn a_try_whose_answer_may_be_lost_is_followed_by_one_inside_the_leeway() {
        for attempts in (0..40).step_by(2) {
            assert_eq!(after(FailureKind::TimedOut, attempts), SECOND);
        }
        assert_eq!(after(FailureKind::TimedOut, 31), Duration::minutes(5));
        let unsent = OktaFailure::new(FailureKind::Unreachable)
            .with_detail(crate::domain::failure::NOT_SENT);
        assert!(pause_after(&unsent, 8, SECOND, 1.0) > Duration::minutes(4));
    }

    #[test]
    fn what_somebody_has_to_mend_is_looked_at_up_to_hourly() {
        assert_eq!(after(FailureKind::WrongSecret, 0), Duration::minutes(1));
        assert_eq!(after(FailureKind::WrongSecret, 60), Duration::hours(1));
    }

    #[test]
    fn a_server_error_that_names_a_time_is_tried_again_inside_the_leeway_all_the_same() {
        let mut broken = OktaFailure::new(FailureKind::OktaBroken);
        broken.retry_after = Some(std::time::Duration::from_mins(1));
        assert_eq!(pause_after(&broken, 0, SECOND, 1.0), SECOND);
    }

    #[test]
    fn nobody_comes_back_before_okta_s_reset_and_not_everybody_at_it() {
        let mut limited = OktaFailure::new(FailureKind::RateLimited);
        limited.retry_after = Some(std::time::Duration::from_mins(1));
        let pause = |chance| pause_after(&limited, 0, SECOND, chance);
        assert!(pause(0.0) > Duration::minutes(1));
        assert_eq!(pause(1.0) - pause(0.0), SECOND * 10);
    }
}
