//! What waits for the vendor's own programs.

use super::charts::{Line, bars};
use super::{at_most, bare, counted, too_slow};
use crate::flows::{EndpointBacklog, OverviewFacts};
use crate::web::pages::{Cell, Panel, Table};
use crate::web::when::when;

const WEBHOOKS: &str = "Webhooks";

pub(super) fn backlog(facts: &OverviewFacts) -> Panel {
    let Some(endpoints) = &facts.endpoints else {
        return too_slow("webhooks", WEBHOOKS);
    };
    if endpoints.is_empty() {
        let lead = "Nobody is told of events: no endpoint was set up.";
        return bare("webhooks", WEBHOOKS, lead);
    }
    let waiting: i64 = endpoints.iter().map(|endpoint| endpoint.waiting).sum();
    let dead: i64 = endpoints.iter().map(|endpoint| endpoint.dead).sum();
    let lines: Vec<Line> = endpoints.iter().flat_map(lines).collect();
    let title = format!("{waiting} deliveries wait, {dead} were given up");
    let rows = endpoints.iter().map(|endpoint| {
        vec![
            Cell::text(name(endpoint)),
            Cell::number(at_most(endpoint.waiting)),
            Cell::number(at_most(endpoint.failed)),
            Cell::number(at_most(endpoint.dead)),
            Cell::text(standing(endpoint, facts)),
        ]
    });
    Panel {
        chart: (!lines.is_empty()).then(|| bars(title, lines, None)),
        table: Some(Table {
            caption: "Deliveries by endpoint".to_owned(),
            head: ["Endpoint", "Waiting", "Tried before", "Given up", "State"]
                .map(str::to_owned)
                .to_vec(),
            rows: rows.collect(),
        }),
        ..bare("webhooks", WEBHOOKS, lead(waiting, dead))
    }
}

fn lead(waiting: i64, dead: i64) -> String {
    match (waiting, dead) {
        (0, 0) => "Everything was delivered.".to_owned(),
        _ => format!(
            "{} to be delivered; {} given up after three days.",
            counted(waiting, "event waits", "events wait"),
            counted(dead, "was", "were")
        ),
    }
}

/// Only what is not as it should be.
fn lines(endpoint: &EndpointBacklog) -> Vec<Line> {
    let line = |what: &str, number: i64, tone| Line {
        label: format!("{}: {what}", name(endpoint)),
        value: at_most(number),
        number,
        tone,
    };
    let all = [
        line("waiting", endpoint.waiting, "warn"),
        line("given up", endpoint.dead, "bad"),
    ];
    all.into_iter().filter(|line| line.number > 0).collect()
}

/// What its owner calls it, else where it is; never what a query may hold.
fn name(endpoint: &EndpointBacklog) -> String {
    if !endpoint.description.is_empty() {
        return endpoint.description.clone();
    }
    let address = endpoint.url.split(['?', '#']).next().unwrap_or_default();
    let address = address.split_once("://").map_or(address, |(_, rest)| rest);
    address.to_owned()
}

fn standing(endpoint: &EndpointBacklog, facts: &OverviewFacts) -> String {
    let since = |at| when(at, facts.at).relative;
    match (endpoint.disabled_at, endpoint.failing_since) {
        (Some(at), _) => format!("switched off {}", since(at)),
        (None, Some(at)) => format!("fails; first {}", since(at)),
        (None, None) => "works".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(waiting: i64, dead: i64) -> EndpointBacklog {
        EndpointBacklog {
            url: "https://hooks.example.com/grantway?token=CANARY".to_owned(),
            description: String::new(),
            failing_since: None,
            disabled_at: None,
            waiting,
            failed: 0,
            dead,
        }
    }

    #[test]
    fn an_endpoint_is_named_without_what_its_query_holds() {
        assert_eq!(name(&endpoint(0, 0)), "hooks.example.com/grantway");
    }

    #[test]
    fn only_what_is_not_delivered_is_drawn() {
        assert!(lines(&endpoint(0, 0)).is_empty());
        assert_eq!(lines(&endpoint(2, 1)).len(), 2);
        assert_eq!(lead(0, 0), "Everything was delivered.");
        assert_eq!(
            lead(1, 2),
            "1 event waits to be delivered; 2 were given up after three days."
        );
    }
}
