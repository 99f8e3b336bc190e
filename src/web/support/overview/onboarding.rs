//! How far onboarding links led, where people stopped, and why.

use super::charts::{Line, bars};
use super::{bare, counted, grouped, too_slow};
use crate::domain::failure::FailureKind;
use crate::domain::overview::{FunnelStep, StopReason, Window};
use crate::flows::{FunnelCount, MOST_LINKS};
use crate::web::pages::{Cell, Panel, Table};
use crate::web::support::words;

const FUNNEL: &str = "Onboarding";
const STOPS: &str = "Where people stop";
/// So many reasons are listed.
const LISTED: usize = 12;

pub(super) fn funnel(counts: Option<&[FunnelCount]>, window: Window) -> Panel {
    let Some(counts) = counts else {
        return too_slow("onboarding", FUNNEL);
    };
    let made = reached(counts, FunnelStep::Made);
    let days = window.days();
    if made == 0 {
        let lead = format!("No link was made in the last {days} days.");
        return bare("onboarding", FUNNEL, lead);
    }
    let connected = reached(counts, FunnelStep::Connected);
    let rows = FunnelStep::ALL.map(|step| (step, reached(counts, step)));
    let drawn = rows.iter().map(|(step, number)| Line {
        label: word(*step).to_owned(),
        value: format!("{} · {}", grouped(*number), percent(*number, made)),
        number: *number,
        tone: if *step == FunnelStep::Connected {
            "good"
        } else {
            "accent"
        },
    });
    let links = counted(made, "link", "links");
    let first = if made >= MOST_LINKS {
        "the latest "
    } else {
        ""
    };
    let lead = format!(
        "Of {first}{links} made in the last {days} days, {} led to a connection ({}).",
        grouped(connected),
        percent(connected, made)
    );
    Panel {
        chart: Some(bars(
            format!("How far {links} led"),
            drawn.collect(),
            Some(made),
        )),
        table: Some(Table {
            caption: "How far links led".to_owned(),
            head: ["Step", "Links", "Of all", "Lost here"]
                .map(str::to_owned)
                .to_vec(),
            rows: rows
                .iter()
                .enumerate()
                .map(|(place, (step, number))| {
                    let before = rows[place.saturating_sub(1)].1;
                    vec![
                        Cell::text(word(*step)),
                        Cell::number(grouped(*number)),
                        Cell::number(percent(*number, made)),
                        Cell::number(grouped(before - number)),
                    ]
                })
                .collect(),
        }),
        ..bare("onboarding", FUNNEL, lead)
    }
}

/// Links that led at least so far.
fn reached(counts: &[FunnelCount], step: FunnelStep) -> i64 {
    let place = FunnelStep::ALL.iter().position(|of| *of == step);
    let place = i32::try_from(place.unwrap_or(0)).unwrap_or(0);
    let far = counts.iter().filter(|count| count.reached >= place);
    far.map(|count| count.links).sum()
}

fn percent(number: i64, of: i64) -> String {
    format!("{} %", (number * 200 + of) / (of * 2).max(1))
}

const fn word(step: FunnelStep) -> &'static str {
    match step {
        FunnelStep::Made => "Link made",
        FunnelStep::Opened => "Link opened",
        FunnelStep::Begun => "Begun",
        FunnelStep::OrganizationConfirmed => "Organization confirmed",
        FunnelStep::PermissionsRead => "Permissions read",
        FunnelStep::AppChecked => "App checked",
        FunnelStep::Connected => "Connected",
    }
}

pub(super) fn stops(counts: Option<&[FunnelCount]>) -> Panel {
    let Some(counts) = counts else {
        return too_slow("stops", STOPS);
    };
    let mut stopped: Vec<&FunnelCount> = counts.iter().filter(|count| is_stop(count)).collect();
    stopped.sort_by_key(|count| (-count.links, count.reached));
    let waiting: i64 = counts
        .iter()
        .filter(|count| count.why.as_deref() == Some(StopReason::StillOpen.code()))
        .map(|count| count.links)
        .sum();
    let on_the_way = counted(waiting, "link is", "links are");
    let on_the_way = format!("{on_the_way} still on the way.");
    if stopped.is_empty() {
        let lead = format!("Nobody stopped. {on_the_way}");
        return bare("stops", STOPS, lead);
    }
    let total: i64 = stopped.iter().map(|count| count.links).sum();
    let rows = stopped.iter().take(LISTED).map(|count| {
        let place = usize::try_from(count.reached).unwrap_or(0);
        let step = FunnelStep::at(place).map_or("", word);
        vec![
            Cell::text(step),
            Cell::text(why(count)),
            Cell::number(grouped(count.links)),
        ]
    });
    Panel {
        table: Some(Table {
            caption: "The last step taken and why no other followed".to_owned(),
            head: ["Last step", "Why", "Links"].map(str::to_owned).to_vec(),
            rows: rows.collect(),
        }),
        is_folded: false,
        more: Some((
            "Customers who are not connected yet".to_owned(),
            "/support?state=pending".to_owned(),
        )),
        ..bare(
            "stops",
            STOPS,
            format!(
                "{} led no further. {on_the_way}",
                counted(total, "link", "links")
            ),
        )
    }
}

/// Not those that can still go on, or that another link made needless.
fn is_stop(count: &FunnelCount) -> bool {
    let reason = count.why.as_deref().and_then(StopReason::from_code);
    !matches!(
        reason,
        None | Some(StopReason::StillOpen | StopReason::AnotherLink)
    )
}

fn why(count: &FunnelCount) -> String {
    let reason = count.why.as_deref().and_then(StopReason::from_code);
    let failure = count.failure.as_deref().and_then(FailureKind::from_code);
    let phrase = match (reason, failure) {
        (Some(StopReason::SignInFailed), Some(kind)) => words::of_sign_in(kind),
        (Some(StopReason::SignInFailed), None) => "The sign-in at Okta failed",
        (Some(StopReason::Expired), _) => "The link ended unused",
        (Some(StopReason::Revoked), _) => "The link was revoked",
        (Some(StopReason::NotConfirmed), _) => "An organization was found, and not confirmed",
        (Some(StopReason::AppRefused), _) => "The app's settings did not pass the checks",
        _ => "",
    };
    phrase.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(reached: i32, why: Option<&str>, failure: Option<&str>, links: i64) -> FunnelCount {
        FunnelCount {
            reached,
            why: why.map(str::to_owned),
            failure: failure.map(str::to_owned),
            links,
        }
    }

    #[test]
    fn each_step_counts_those_who_went_further_too() {
        let counts = [
            count(0, Some("expired"), None, 2),
            count(3, Some("open"), None, 1),
            count(6, None, None, 5),
        ];
        assert_eq!(reached(&counts, FunnelStep::Made), 8);
        assert_eq!(reached(&counts, FunnelStep::Opened), 6);
        assert_eq!(reached(&counts, FunnelStep::Connected), 5);
        let panel = funnel(Some(&counts), Window::Month);
        assert_eq!(
            panel.lead,
            "Of 8 links made in the last 30 days, 5 led to a connection (63 %)."
        );
    }

    #[test]
    fn a_stop_has_its_reason_and_what_goes_on_is_none() {
        let counts = [
            count(5, Some("sign_in_failed"), Some("not_assigned"), 3),
            count(0, Some("expired"), None, 4),
            count(2, Some("another_link"), None, 9),
            count(1, Some("open"), None, 1),
        ];
        let panel = stops(Some(&counts));
        assert_eq!(
            panel.lead,
            "7 links led no further. 1 link is still on the way."
        );
        let rows = panel.table.expect("a table").rows;
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0][1].text, "The link ended unused");
        assert_eq!(
            rows[1][1].text,
            "The person is not assigned to the app in Okta"
        );
    }
}
