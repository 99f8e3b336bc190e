//! How long a delivery is tried: ten times in a little over three days, further and further apart.

use time::Duration;

/// The waits between attempts.
const WAITS: [Duration; 9] = [
    Duration::seconds(5),
    Duration::minutes(5),
    Duration::minutes(30),
    Duration::hours(2),
    Duration::hours(5),
    Duration::hours(10),
    Duration::hours(14),
    Duration::hours(20),
    Duration::hours(24),
];
/// A server may ask for more patience, but not for more than this.
const LONGEST_WISH: Duration = Duration::hours(24);

/// An endpoint that answered nothing good for so long is disabled.
pub const GIVES_UP_AFTER: Duration = Duration::days(5);

/// How long to wait after the failure that ended this attempt (counted from 1): at least as long as
/// the server wished. `None` after the last one.
#[must_use]
pub fn after_failure(attempt: u32, wish: Option<Duration>, dice: u8) -> Option<Duration> {
    let index = usize::try_from(attempt.checked_sub(1)?).ok()?;
    let wait = jittered(*WAITS.get(index)?, dice);
    Some(wait.max(wish.unwrap_or(Duration::ZERO).min(LONGEST_WISH)))
}

/// Up to a fifth more, so that what failed together does not come back together.
#[must_use]
pub fn jittered(wait: Duration, dice: u8) -> Duration {
    wait + wait * (f64::from(dice) / 255.0 / 5.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_attempts_take_more_than_three_days_and_less_than_four() {
        for dice in [0, 128, 255] {
            let mut total = Duration::ZERO;
            let mut attempts = 1;
            while let Some(wait) = after_failure(attempts, None, dice) {
                total += wait;
                attempts += 1;
            }
            assert_eq!(attempts, 10);
            assert!(
                total > Duration::days(3) && total < Duration::days(4),
                "{total}"
            );
        }
    }

    #[test]
    fn a_server_may_wish_for_more_patience_within_a_day() {
        let wait = |wish| after_failure(1, Some(wish), 0);
        assert_eq!(wait(Duration::seconds(2)), Some(Duration::seconds(5)));
        assert_eq!(wait(Duration::minutes(2)), Some(Duration::minutes(2)));
        assert_eq!(wait(Duration::days(400)), Some(Duration::hours(24)));
        assert_eq!(after_failure(10, Some(Duration::minutes(1)), 0), None);
    }

    #[test]
    fn jitter_adds_at_most_a_fifth() {
        let hour = Duration::hours(1);
        assert_eq!(jittered(hour, 0), hour);
        assert_eq!(jittered(hour, 255), Duration::minutes(72));
    }
}
