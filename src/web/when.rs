//! Moments in words: for a glance, and for the record.

use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use time::{Duration, OffsetDateTime};

use super::pages::When;

/// `at`, seen from `now`.
pub(super) fn when(at: OffsetDateTime, now: OffsetDateTime) -> When {
    let exact =
        format_description!("[day padding:none] [month repr:short] [year], [hour]:[minute] UTC");
    When {
        relative: relative(at - now),
        exact: at.format(exact).unwrap_or_default(),
        iso: at
            .replace_nanosecond(0)
            .unwrap_or(at)
            .format(&Rfc3339)
            .unwrap_or_default(),
    }
}

/// A moment out of a page's address, as microseconds since 1970. Anybody can write into that, and what
/// lies before we were there PostgreSQL does not even know.
pub(super) fn from_micros(text: &str) -> Option<OffsetDateTime> {
    let micros: i64 = text.parse().ok()?;
    let at = OffsetDateTime::from_unix_timestamp_nanos(i128::from(micros) * 1_000).ok()?;
    (at >= OffsetDateTime::UNIX_EPOCH).then_some(at)
}

fn relative(distance: Duration) -> String {
    let past = distance.is_negative();
    let distance = distance.abs();
    // What has passed has passed in full. What is to come is rounded: 90 days are 90 days, also when
    // the first second of them is over.
    let counted = |unit: Duration| if past { distance } else { distance + unit / 2 };
    let minutes = counted(Duration::minutes(1));
    let hours = counted(Duration::hours(1));
    let (number, unit) = if distance < Duration::minutes(1) {
        return if past { "just now" } else { "in a moment" }.to_owned();
    } else if minutes < Duration::hours(1) {
        (minutes.whole_minutes(), "minute")
    } else if hours < Duration::days(2) {
        (hours.whole_hours(), "hour")
    } else {
        (counted(Duration::days(1)).whole_days(), "day")
    };
    let plural = if number == 1 { "" } else { "s" };
    if past {
        format!("{number} {unit}{plural} ago")
    } else {
        format!("in {number} {unit}{plural}")
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn a_moment_reads_like_a_person_would_say_it() {
        let now = datetime!(2026-11-23 17:40:30 UTC);
        let cases = [
            (Duration::seconds(-5), "just now"),
            (Duration::seconds(-90), "1 minute ago"),
            (Duration::minutes(-59), "59 minutes ago"),
            (Duration::hours(-30), "30 hours ago"),
            (Duration::days(90), "in 90 days"),
            (Duration::days(90) - Duration::seconds(1), "in 90 days"),
            (Duration::seconds(599), "in 10 minutes"),
            (Duration::days(-90) + Duration::seconds(1), "89 days ago"),
            (Duration::seconds(30), "in a moment"),
        ];
        for (distance, words) in cases {
            assert_eq!(when(now + distance, now).relative, words);
        }
        assert_eq!(when(now, now).exact, "23 Nov 2026, 17:40 UTC");
        assert_eq!(when(now, now).iso, "2026-11-23T17:40:30Z");
    }
}
