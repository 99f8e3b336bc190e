//! Whether tokens are renewed in time.

use std::collections::BTreeMap;

use time::{Date, Duration, OffsetDateTime};

use super::charts::{Pile, columns};
use super::connections::day;
use super::{at_most, bare, counted, grouped, too_slow};
use crate::flows::{OverviewFacts, REFRESH_DAYS, RefreshDay, RefreshLag};
use crate::web::pages::{Cell, Panel, Table};
use crate::web::when::when;

const REFRESHES: &str = "Renewing tokens";
/// What a refresh that succeeded is counted as.
const REFRESHED: &str = "refreshed";

pub(super) fn refreshes(facts: &OverviewFacts) -> Panel {
    let (Some(lag), Some(days)) = (&facts.lag, &facts.days) else {
        return too_slow("refreshes", REFRESHES);
    };
    let lead = lead(lag, facts.at);
    let days = by_day(days, facts.at);
    let total: i64 = days.iter().map(|(_, good, bad)| good + bad).sum();
    if total == 0 {
        let lead = format!("{lead} No token was renewed in the last {REFRESH_DAYS} days.");
        return bare("refreshes", REFRESHES, lead);
    }
    let label = |date: &Date| day(date.midnight().assume_utc());
    let piles = days.iter().map(|(date, good, bad)| Pile {
        label: label(date),
        says: format!(
            "{}: {} renewed, {} failed",
            label(date),
            grouped(*good),
            grouped(*bad)
        ),
        parts: vec![(*good, "good"), (*bad, "bad")],
    });
    let title = format!(
        "Tokens renewed by day: {} in {REFRESH_DAYS} days",
        grouped(total)
    );
    Panel {
        chart: Some(columns(
            title,
            piles.collect(),
            |most| counted(most, "try in a day", "tries in a day"),
            vec![("good", "renewed".to_owned()), ("bad", "failed".to_owned())],
        )),
        table: Some(Table {
            caption: "Tokens renewed by day".to_owned(),
            head: ["Day", "Renewed", "Failed"].map(str::to_owned).to_vec(),
            rows: days
                .iter()
                .rev()
                .map(|(date, good, bad)| {
                    let numbers = [good, bad].map(|number| Cell::number(grouped(*number)));
                    [Cell::text(label(date))]
                        .into_iter()
                        .chain(numbers)
                        .collect()
                })
                .collect(),
        }),
        ..bare("refreshes", REFRESHES, lead)
    }
}

fn lead(lag: &RefreshLag, now: OffsetDateTime) -> String {
    let overdue = match (lag.overdue, lag.oldest_due) {
        (0, _) | (_, None) => "Nothing is late.".to_owned(),
        (number, Some(oldest)) => {
            let are = if number == 1 { "is" } else { "are" };
            let since = when(oldest, now).relative;
            format!(
                "{} {are} late; the oldest was due {since}.",
                at_most(number)
            )
        }
    };
    let failing = match (lag.failing, lag.failing_since) {
        (0, _) | (_, None) => "The latest try of each succeeded.".to_owned(),
        (1, Some(since)) => {
            let since = when(since, now).relative;
            format!("The latest try failed for 1 customer, {since}.")
        }
        (number, Some(since)) => {
            let since = when(since, now).relative;
            format!(
                "The latest try failed for {} customers; for the first of them {since}.",
                at_most(number)
            )
        }
    };
    format!("{overdue} {failing}")
}

/// Every day of the time shown, those without a refresh too: renewed, and failed.
fn by_day(counts: &[RefreshDay], now: OffsetDateTime) -> Vec<(Date, i64, i64)> {
    let today = now.date();
    let mut days: BTreeMap<Date, (i64, i64)> = (0..REFRESH_DAYS)
        .map(|back| (today - Duration::days(back), (0, 0)))
        .collect();
    for count in counts {
        if let Some((good, bad)) = days.get_mut(&count.day) {
            if count.outcome == REFRESHED {
                *good += count.count;
            } else {
                *bad += count.count;
            }
        }
    }
    let days = days.into_iter();
    days.map(|(date, (good, bad))| (date, good, bad)).collect()
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-11-25 12:00 UTC);

    #[test]
    fn days_without_a_refresh_are_days_too() {
        let count = |day, outcome: &str, count| RefreshDay {
            day,
            outcome: outcome.to_owned(),
            count,
        };
        let today = NOW.date();
        let days = by_day(
            &[
                count(today, "refreshed", 40),
                count(today, "wrong_secret", 1),
                count(today, "okta_broken", 2),
                count(today - Duration::days(60), "refreshed", 9),
            ],
            NOW,
        );
        assert_eq!(days.len(), 14);
        assert_eq!(days.last(), Some(&(today, 40, 3)));
        assert_eq!(days[0].1 + days[0].2, 0);
    }

    #[test]
    fn what_is_late_is_said_with_since_when() {
        let lag = RefreshLag {
            overdue: 2,
            oldest_due: Some(NOW - Duration::minutes(7)),
            failing: 1,
            failing_since: Some(NOW - Duration::days(3)),
        };
        assert_eq!(
            lead(&lag, NOW),
            "2 are late; the oldest was due 7 minutes ago. The latest try failed for 1 customer, 3 days ago."
        );
        let none = lead(&RefreshLag::default(), NOW);
        assert_eq!(none, "Nothing is late. The latest try of each succeeded.");
    }
}
