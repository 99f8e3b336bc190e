//! How many customers are in which state, why they need somebody, and when sign-ins end.

use time::{Duration, OffsetDateTime};

use super::charts::{Line, Pile, bars, columns};
use super::{at_most, bare, counted, grouped, sum_at_most, too_slow};
use crate::domain::connection::AttentionReason;
use crate::flows::{OVERVIEW_WEEKS, OverviewFacts, StateCount};
use crate::web::pages::{Cell, Panel, Table};
use crate::web::support::words;

const CUSTOMERS: &str = "Customers";
const REASONS: &str = "Why they need attention";
const ENDINGS: &str = "Sign-ins that end";

pub(super) fn states(counts: Option<&[StateCount]>) -> Panel {
    let Some(counts) = counts else {
        return too_slow("customers", CUSTOMERS);
    };
    let total: i64 = counts.iter().map(|count| count.tenants).sum();
    if total == 0 {
        let lead = "Nobody was invited yet. Customers appear here when they are.";
        return bare("customers", CUSTOMERS, lead);
    }
    let of = |state: &str| -> i64 {
        let counts = counts.iter().filter(|count| count.state == state);
        counts.map(|count| count.tenants).sum()
    };
    let rows = words::STATES.map(|(code, word)| (code, word, of(code)));
    let lines = rows.iter().map(|(code, word, number)| Line {
        label: (*word).to_owned(),
        value: grouped(*number),
        number: *number,
        tone: tone(code),
    });
    let title = format!("{} by state", counted(total, "customer", "customers"));
    Panel {
        chart: Some(bars(title, lines.collect(), Some(total))),
        table: Some(Table {
            caption: "Customers by state".to_owned(),
            head: vec!["State".to_owned(), CUSTOMERS.to_owned()],
            rows: rows
                .iter()
                .map(|(code, word, number)| {
                    let href = format!("/support?state={code}");
                    vec![Cell::link(*word, href), Cell::number(grouped(*number))]
                })
                .collect(),
        }),
        ..bare("customers", CUSTOMERS, lead(total, of("needs_attention")))
    }
}

fn lead(total: i64, in_need: i64) -> String {
    let total = counted(total, "customer", "customers");
    match in_need {
        0 => format!("{total}, and none needs attention."),
        1 => format!("{total}; 1 needs attention."),
        _ => format!("{total}; {} need attention.", grouped(in_need)),
    }
}

fn tone(state: &str) -> &'static str {
    match state {
        "connected" => "good",
        "needs_attention" => "bad",
        "on_hold" => "warn",
        _ => "neutral",
    }
}

pub(super) fn reasons(counts: Option<&[StateCount]>) -> Panel {
    let Some(counts) = counts else {
        return too_slow("reasons", REASONS);
    };
    let mut found: Vec<(&str, i64)> = counts
        .iter()
        .filter_map(|count| Some((count.reason.as_deref()?, count.tenants)))
        .collect();
    found.sort_by_key(|(code, number)| (-number, *code));
    if found.is_empty() {
        return bare("reasons", REASONS, "No customer needs attention.");
    }
    let word = |code: &str| {
        let reason = AttentionReason::from_code(code);
        reason.map_or_else(
            || code.to_owned(),
            |reason| words::of_reason(reason).to_owned(),
        )
    };
    let total = found.iter().map(|(_, number)| number).sum();
    let lead = match found.as_slice() {
        [(code, _)] => format!("One reason for all of them: {}.", word(code)),
        [(code, number), ..] => {
            format!("Most often: {} ({}).", word(code), grouped(*number))
        }
        [] => String::new(),
    };
    Panel {
        table: Some(Table {
            caption: "Reasons by number of customers".to_owned(),
            head: vec!["Reason".to_owned(), CUSTOMERS.to_owned()],
            rows: found
                .iter()
                .map(|(code, number)| {
                    let href = format!("/support?state=needs_attention&reason={code}");
                    vec![Cell::link(word(code), href), Cell::number(grouped(*number))]
                })
                .collect(),
        }),
        chart: Some(reasons_chart(&found, total, word)),
        more: Some((
            "Everybody who needs attention".to_owned(),
            "/support?state=needs_attention".to_owned(),
        )),
        ..bare("reasons", REASONS, lead)
    }
}

/// The most frequent ones: the others are in the table.
fn reasons_chart(
    found: &[(&str, i64)],
    total: i64,
    word: impl Fn(&str) -> String,
) -> crate::web::pages::Chart {
    const SHOWN: usize = 6;
    /// As many letters as stand beside a number.
    const LETTERS: usize = 42;
    let short = |text: String| match text.char_indices().nth(LETTERS) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text,
    };
    let lines = found.iter().take(SHOWN).map(|(code, number)| Line {
        label: short(word(code)),
        value: grouped(*number),
        number: *number,
        tone: "bad",
    });
    let title = format!(
        "Reasons of {} that need attention",
        counted(total, "customer", "customers")
    );
    bars(title, lines.collect(), None)
}

pub(super) fn endings(facts: &OverviewFacts) -> Panel {
    let Some(counts) = &facts.endings else {
        return too_slow("endings", ENDINGS);
    };
    let total: i64 = counts.iter().map(|(_, number)| number).sum();
    if total == 0 {
        let lead =
            "No sign-in ends in the next 13 weeks. Okta ends each 90 days after it was made.";
        return bare("endings", ENDINGS, lead);
    }
    let of = |week: i32| -> i64 {
        let counts = counts.iter().filter(|(of, _)| *of == week);
        counts.map(|(_, number)| number).sum()
    };
    let weeks: Vec<(String, i64)> = (0..OVERVIEW_WEEKS)
        .map(|week| (day(facts.at + Duration::weeks(week.into())), of(week)))
        .collect();
    let piles = weeks
        .iter()
        .enumerate()
        .map(|(week, (label, number))| Pile {
            label: label.clone(),
            says: format!("Week from {label}: {}", at_most(*number)),
            parts: vec![(*number, if week < 2 { "warn" } else { "neutral" })],
        });
    let soon = [of(0), of(1)];
    let end = if soon == [0, 1] || soon == [1, 0] {
        "ends"
    } else {
        "end"
    };
    let (piles, soon_said) = (piles.collect(), sum_at_most(soon.into_iter()));
    let total = sum_at_most(counts.iter().map(|(_, number)| *number));
    Panel {
        chart: Some(columns(
            format!("Sign-ins that end, by week: {total} in 13 weeks"),
            piles,
            |most| format!("{} in a week", at_most(most)),
            Vec::new(),
        )),
        table: Some(Table {
            caption: "Sign-ins that end, by week".to_owned(),
            head: vec!["Week from".to_owned(), "Sign-ins".to_owned()],
            rows: weeks
                .iter()
                .map(|(label, number)| vec![Cell::text(label), Cell::number(at_most(*number))])
                .collect(),
        }),
        more: (soon != [0, 0]).then(|| {
            let words = "Those of the next 14 days".to_owned();
            (words, "/support?expiring=true".to_owned())
        }),
        ..bare(
            "endings",
            ENDINGS,
            format!(
                "{soon_said} {end} in the next two weeks. Each customer has to sign in again before then."
            ),
        )
    }
}

/// `25 Nov`
pub(super) fn day(at: OffsetDateTime) -> String {
    let format = time::macros::format_description!("[day padding:none] [month repr:short]");
    at.format(format).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::pages::Chart;

    fn count(state: &str, reason: Option<&str>, tenants: i64) -> StateCount {
        StateCount {
            state: state.to_owned(),
            reason: reason.map(str::to_owned),
            tenants,
        }
    }

    #[test]
    fn states_are_counted_together_and_every_reason_leads_to_its_customers() {
        let counts = [
            count("connected", None, 90),
            count("needs_attention", Some("refresh_token_dead"), 7),
            count("needs_attention", Some("wrong_secret"), 3),
        ];
        let panel = states(Some(&counts));
        assert_eq!(panel.lead, "100 customers; 10 need attention.");
        let Some(Chart::Bars(chart)) = panel.chart else {
            panic!("bars");
        };
        assert_eq!(chart.bars[0].width, 36);
        assert_eq!(chart.bars[3].width, 324);

        let table = reasons(Some(&counts)).table.expect("a table");
        let href = table.rows[0][0].href.as_deref();
        assert_eq!(
            href,
            Some("/support?state=needs_attention&reason=refresh_token_dead")
        );
    }

    #[test]
    fn nothing_is_said_plainly() {
        assert!(states(Some(&[])).chart.is_none());
        assert_eq!(
            reasons(Some(&[count("connected", None, 3)])).lead,
            "No customer needs attention."
        );
    }
}
