//! `GET /support/overview`: for operators, what there is, where people stop, what is late, what fails.

mod charts;
mod connections;
mod onboarding;
mod refreshing;
mod webhooks;

use std::sync::Arc;

use axum::extract::{Query, State};
use serde::Deserialize;

use crate::domain::clock::SharedClock;
use crate::domain::overview::Window;
use crate::flows::{Overview as Counting, OverviewFacts};
use crate::web::error::PageError;
use crate::web::pages::{Overview, Panel, SupportPlace, WindowLink};
use crate::web::staff::OperatorUser;
use crate::web::state::Site;
use crate::web::when::when;

/// What the address holds. Whatever makes no sense is as if it were not there.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    days: String,
}

pub(super) async fn show(
    OperatorUser(user): OperatorUser,
    State(site): State<Arc<Site>>,
    State(clock): State<SharedClock>,
    State(counting): State<Counting>,
    Query(asked): Query<Asked>,
) -> Result<Overview, PageError> {
    let window = asked.days.parse().ok().and_then(Window::from_days);
    let facts = counting.read(window.unwrap_or_default()).await?;
    Ok(Overview {
        layout: site.layout("Overview"),
        staff: user.frame(SupportPlace::Overview),
        as_of: when(facts.at, clock.now()),
        windows: Window::ALL.map(|of| link(of, facts.window)).to_vec(),
        panels: panels(&facts),
    })
}

fn link(window: Window, current: Window) -> WindowLink {
    let days = window.days();
    WindowLink {
        href: format!("/support/overview?days={days}#onboarding"),
        label: format!("{days} days"),
        is_current: window == current,
    }
}

pub(in crate::web) fn panels(facts: &OverviewFacts) -> Vec<Panel> {
    let states = facts.states.as_deref();
    vec![
        connections::states(states),
        connections::reasons(states),
        onboarding::funnel(facts.funnel.as_deref(), facts.window),
        onboarding::stops(facts.funnel.as_deref()),
        refreshing::refreshes(facts),
        connections::endings(facts),
        webhooks::backlog(facts),
    ]
}

/// A subject that took too long to count.
fn too_slow(id: &'static str, heading: &str) -> Panel {
    bare(
        id,
        heading,
        "This took too long to count. Try again in a minute; if it stays so, the database is too busy.",
    )
}

/// A subject with nothing to draw.
fn bare(id: &'static str, heading: &str, lead: impl Into<String>) -> Panel {
    Panel {
        id,
        heading: heading.to_owned(),
        lead: lead.into(),
        chart: None,
        table: None,
        is_folded: true,
        more: None,
    }
}

/// `1 customer`, `1,204 customers`
fn counted(number: i64, one: &str, several: &str) -> String {
    let noun = if number == 1 { one } else { several };
    format!("{} {noun}", grouped(number))
}

/// `1,204`
fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// The same where counting stopped.
fn at_most(number: i64) -> String {
    use crate::flows::MOST_COUNTED;
    if number > MOST_COUNTED {
        format!("more than {}", grouped(MOST_COUNTED))
    } else {
        grouped(number)
    }
}

/// The sum of numbers of which each may be such.
fn sum_at_most(numbers: impl Iterator<Item = i64>) -> String {
    use crate::flows::MOST_COUNTED;
    let (mut sum, mut is_more) = (0, false);
    for number in numbers {
        is_more |= number > MOST_COUNTED;
        sum += number.min(MOST_COUNTED);
    }
    let more = if is_more { "more than " } else { "" };
    format!("{more}{}", grouped(sum))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_threes_and_never_invented() {
        let read = [0, 7, 999, 1_000, 12_345, 1_234_567].map(grouped);
        assert_eq!(read, ["0", "7", "999", "1,000", "12,345", "1,234,567"]);
        assert_eq!(counted(1, "customer", "customers"), "1 customer");
        assert_eq!(at_most(10_000), "10,000");
        assert_eq!(at_most(10_001), "more than 10,000");
        assert_eq!(sum_at_most([7, 10_001].into_iter()), "more than 10,007");
        assert_eq!(sum_at_most([7, 8].into_iter()), "15");
    }

    #[test]
    fn what_took_too_long_is_said_and_the_rest_is_there() {
        let facts = OverviewFacts {
            at: time::OffsetDateTime::UNIX_EPOCH,
            window: Window::Week,
            states: None,
            funnel: None,
            lag: None,
            days: None,
            endings: None,
            endpoints: Some(Vec::new()),
        };
        let panels = panels(&facts);
        let slow = |panel: &&Panel| panel.lead.contains("took too long");
        assert_eq!(panels.iter().filter(slow).count(), 6);
        assert_eq!(panels.len(), 7);
    }
}
