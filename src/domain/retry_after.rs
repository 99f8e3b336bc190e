//! How long another server asks to be left alone (RFC 9110 §10.2.3).

use std::time::Duration;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

/// Nobody is believed to want more patience than this: what is beyond counts as this.
pub const LONGEST: Duration = Duration::from_hours(24);

/// Reads a `Retry-After`. A date is measured by that server's own clock (its `Date`), where it tells the
/// time, else by ours. `None` for what is neither.
#[must_use]
pub fn read(text: &str, date: Option<&str>, now: i64) -> Option<Duration> {
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // Only a number that is too long does not fit.
        let seconds = text.parse().unwrap_or(u64::MAX);
        return Some(Duration::from_secs(seconds).min(LONGEST));
    }
    let until = unix(text)?;
    let theirs = date.and_then(unix).unwrap_or(now);
    let seconds = u64::try_from(until.saturating_sub(theirs)).unwrap_or(0);
    Some(Duration::from_secs(seconds).min(LONGEST))
}

/// A date as HTTP writes it, in seconds since 1970.
#[must_use]
pub fn unix(date: &str) -> Option<i64> {
    let date = OffsetDateTime::parse(date.trim(), &Rfc2822).ok()?;
    Some(date.unix_timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 25 November 2026, 08:00:00 UTC.
    const NOW: i64 = 1_795_593_600;

    fn asked(text: &str, date: Option<&str>) -> Option<u64> {
        read(text, date, NOW).map(|wait| wait.as_secs())
    }

    #[test]
    fn seconds_and_dates_are_read_and_nothing_else() {
        let in_ten_minutes = "Wed, 25 Nov 2026 08:10:00 GMT";
        assert_eq!(asked("120", None), Some(120));
        assert_eq!(asked(in_ten_minutes, None), Some(600));
        let slow_clock = Some("Wed, 25 Nov 2026 07:55:00 GMT");
        assert_eq!(asked(in_ten_minutes, slow_clock), Some(900));
        assert_eq!(asked("Wed, 25 Nov 2026 07:00:00 GMT", None), Some(0));
        for nothing in [
            "",
            "-1",
            "+1",
            "1.5",
            "soon",
            "Wed, 32 Nov 2026 08:10:00 GMT",
        ] {
            assert_eq!(asked(nothing, None), None, "{nothing}");
        }
    }

    #[test]
    fn more_than_a_day_is_a_day_however_much_it_is() {
        for much in [
            "86401",
            "99999999999",
            "18446744073709551615",
            "18446744073709551616",
            "99999999999999999999999999999999",
            "Wed, 25 Nov 2099 08:10:00 GMT",
        ] {
            assert_eq!(asked(much, None), Some(86_400), "{much}");
        }
    }

    fn feed_waits(count: usize) {
        const VALID: &[&str] = &[
            "120",
            "0",
            "Wed, 25 Nov 2026 08:10:00 GMT",
            "Wed, 25 Nov 2026 08:10:00 +0000",
        ];
        crate::fuzz::texts(
            count,
            VALID,
            &["9999999999", "GMT", "Nov", ":", "-"],
            |text| {
                let waits = [
                    read(text, None, NOW),
                    read("120", Some(text), NOW),
                    read(text, Some(text), i64::MIN),
                ];
                assert!(
                    waits.into_iter().flatten().all(|wait| wait <= LONGEST),
                    "{text:?}"
                );
            },
        );
    }

    crate::fuzz::both!(
        feed_waits,
        no_hostile_wait_is_longer_than_a_day,
        soak_of_hostile_waits
    );
}
