//! What the documents say of metrics, and the values that their labels can have.

use std::collections::{BTreeMap, BTreeSet};

use grantway::domain::failure::FailureKind;

use super::scrape::Scrape;

/// What workers count whom this service leaves to other replicas.
pub const LEFT_TO_OTHERS: [&str; 3] = [
    "grantway_outbox_waiting",
    "grantway_refresh_lag_seconds",
    "grantway_webhook_dead",
];
/// Besides the codes of Okta's failures.
const OUTCOMES: [&str; 19] = [
    "ok",
    "redirected",
    "refused",
    "rate_limited",
    "broken",
    "unreachable",
    "unanswered",
    "not_allowed",
    "nonsense",
    "complete",
    "failed",
    "superseded",
    "broken_off",
    "delivered",
    "gone",
    "dead",
    "refreshed",
    "database",
    "internal",
];

/// The table of `docs/operating.md`: name and labels.
pub fn documented() -> BTreeMap<String, BTreeSet<String>> {
    let text = include_str!("../../../docs/operating.md");
    let rows = text
        .lines()
        .filter(|line| line.starts_with("| `grantway_") || line.starts_with("| `process_"));
    rows.map(|row| {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let name = cells[1].trim_matches('`').to_owned();
        let labels = cells[2].split('`').skip(1).step_by(2).map(str::to_owned);
        (name, labels.collect())
    })
    .collect()
}

/// The values that each label can have. Routes are the patterns that the service itself has.
fn allowed(label: &str, value: &str) -> bool {
    let one_of = |values: &[&str]| values.contains(&value);
    match label {
        "method" => one_of(&[
            "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "other",
        ]),
        "route" => {
            let known = grantway::web::routes()
                .iter()
                .any(|(_, route)| *route == value);
            known || value == "unmatched" || value.starts_with("/api/")
        }
        "limit" => one_of(&["in_all", "per_address"]),
        "status" => one_of(&["2xx", "3xx", "4xx", "5xx"]),
        "endpoint" => one_of(&[
            "token",
            "introspect",
            "revoke",
            "authorize",
            "keys",
            "metadata",
            "organization",
            "roles",
            "grants",
            "probe",
            "provider",
            "other",
        ]),
        "outcome" => OUTCOMES.contains(&value) || FailureKind::from_code(value).is_some(),
        "state" => one_of(&[
            "pending",
            "connected",
            "needs_attention",
            "on_hold",
            "disconnected",
            "busy",
            "idle",
        ]),
        "version" => value == env!("CARGO_PKG_VERSION"),
        "le" => value == "+Inf" || value.parse::<f64>().is_ok(),
        _ => false,
    }
}

/// Each series has the labels that the documents name, each with a value of its closed list.
#[track_caller]
pub fn assert_labels_are_documented(scrape: &Scrape) {
    let documented = documented();
    for series in &scrape.series {
        let base = ["_bucket", "_sum", "_count"]
            .iter()
            .find_map(|end| {
                series
                    .name
                    .strip_suffix(end)
                    .filter(|base| documented.contains_key(*base))
            })
            .unwrap_or(&series.name);
        let labels: BTreeSet<String> = series
            .labels
            .keys()
            .filter(|label| *label != "le")
            .cloned()
            .collect();
        assert_eq!(Some(&labels), documented.get(base), "{series:?}");
        for (label, value) in &series.labels {
            assert!(allowed(label, value), "{series:?}");
        }
    }
}
