//! What cannot be counted as it happens and is looked at when somebody asks for the metrics: the pool
//! of database connections, and how many connections are in which state.

use std::sync::Arc;
use std::time::{Duration, Instant};

use metrics::Unit;
use tokio::sync::Mutex;

use super::Shared;
use crate::domain::check_run::CheckOutcome;
use crate::domain::failure::FailureKind;

/// Counting a million connections takes a moment, so it is not done for every scrape.
const COUNT_EVERY: Duration = Duration::from_secs(30);
/// A scrape is answered while the database is away, too.
const PATIENCE: Duration = Duration::from_secs(2);
/// The states that a connection can be in, as they are stored.
const STATES: [&str; 5] = [
    "pending",
    "connected",
    "needs_attention",
    "on_hold",
    "disconnected",
];

/// Takes the measures.
#[derive(Debug, Clone)]
pub struct Measures {
    shared: Shared,
    counted_at: Arc<Mutex<Option<Instant>>>,
}

impl Measures {
    #[must_use]
    pub fn new(shared: Shared) -> Self {
        Self {
            shared,
            counted_at: Arc::default(),
        }
    }

    /// Brings the gauges up to now.
    pub async fn take(&self) {
        let began = Instant::now();
        let waited = tokio::time::timeout(PATIENCE, self.shared.store.wait_for_connection()).await;
        let is_up = matches!(waited, Ok(Ok(())));
        metrics::gauge!("grantway_database_up").set(if is_up { 1.0 } else { 0.0 });
        metrics::gauge!("grantway_database_wait_seconds").set(began.elapsed());
        let pool = self.shared.store.pool();
        for (state, count) in [("busy", pool.busy), ("idle", pool.idle)] {
            metrics::gauge!("grantway_database_connections", "state" => state).set(count);
        }
        metrics::gauge!("grantway_database_connections_limit").set(pool.limit);
        if is_up {
            self.count().await;
        }
    }

    async fn count(&self) {
        let mut counted_at = self.counted_at.lock().await;
        if counted_at.is_some_and(|at| at.elapsed() < COUNT_EVERY) {
            return;
        }
        let asked = self.shared.store.count_connections();
        let Ok(Ok(found)) = tokio::time::timeout(PATIENCE, asked).await else {
            tracing::debug!("connections could not be counted now");
            return;
        };
        *counted_at = Some(Instant::now());
        for state in STATES {
            let count = found.iter().find(|(name, _)| name == state);
            let count = count.map_or(0, |(_, count)| *count);
            metrics::gauge!("grantway_connections", "state" => state).set(to_gauge(count));
        }
    }
}

/// A check has ended.
pub(super) fn check_ended(outcome: CheckOutcome) {
    count_check(outcome.to_columns().0);
}

/// A check was broken off, and will be tried again.
pub(super) fn check_broken_off() {
    count_check("broken_off");
}

fn count_check(outcome: &'static str) {
    metrics::counter!("grantway_checks_total", "outcome" => outcome).increment(1);
}

/// Says what is counted in this room, and begins at nought.
pub fn describe_metrics(version: &'static str, started: time::OffsetDateTime) {
    describe_work();
    describe_gauges();
    metrics::gauge!("grantway_build_info", "version" => version).set(1.0);
    metrics::gauge!("process_start_time_seconds").set(to_gauge(started.unix_timestamp()));
    let failed = CheckOutcome::Failed(FailureKind::Other).to_columns().0;
    for outcome in ["complete", failed, "superseded", "broken_off"] {
        metrics::counter!("grantway_checks_total", "outcome" => outcome).increment(0);
    }
    for outcome in ["refreshed", "superseded"] {
        metrics::counter!("grantway_refreshes_total", "outcome" => outcome).increment(0);
    }
    let _ = metrics::histogram!("grantway_refresh_duration_seconds");
    for outcome in ["delivered", "failed", "gone", "dead"] {
        metrics::counter!("grantway_webhook_deliveries_total", "outcome" => outcome).increment(0);
    }
    metrics::counter!("grantway_database_failures_total").increment(0);
}

fn describe_work() {
    for (name, help) in [
        (
            "grantway_checks_total",
            "Checks that ended, by outcome; broken_off ones are tried again",
        ),
        (
            "grantway_refreshes_total",
            "Refreshes of tokens that ended, by outcome; failed ones by the cause's code",
        ),
        (
            "grantway_webhook_deliveries_total",
            "Tries to deliver a webhook, by outcome; failed ones are tried again, dead ones are not",
        ),
        (
            "grantway_database_failures_total",
            "Times that the database could not be reached, or gave no connection in time",
        ),
    ] {
        metrics::describe_counter!(name, Unit::Count, help);
    }
    metrics::describe_histogram!(
        "grantway_refresh_duration_seconds",
        Unit::Seconds,
        "Time from the claim of a refresh to its end"
    );
}

fn describe_gauges() {
    for (name, unit, help) in [
        (
            "grantway_connections",
            Unit::Count,
            "Customers' connections by state, counted at most every 30 seconds",
        ),
        (
            "grantway_database_up",
            Unit::Count,
            "1 when the pool gave a database connection for this scrape, else 0",
        ),
        (
            "grantway_database_wait_seconds",
            Unit::Seconds,
            "How long this scrape waited for a database connection of the pool",
        ),
        (
            "grantway_database_connections",
            Unit::Count,
            "Database connections of this process's pool by state",
        ),
        (
            "grantway_database_connections_limit",
            Unit::Count,
            "The most database connections that this process's pool opens",
        ),
        (
            "grantway_refresh_lag_seconds",
            Unit::Seconds,
            "How long the refresh that has been due longest has waited, in the whole database",
        ),
        (
            "grantway_outbox_waiting",
            Unit::Count,
            "Webhook deliveries that wait to be made, in the whole database",
        ),
        (
            "grantway_webhook_dead",
            Unit::Count,
            "Webhook deliveries that were given up and can be replayed, in the whole database",
        ),
        (
            "grantway_build_info",
            Unit::Count,
            "1; the label tells the version",
        ),
        (
            "process_start_time_seconds",
            Unit::Seconds,
            "When the process started, in seconds since 1970",
        ),
    ] {
        metrics::describe_gauge!(name, unit, help);
    }
}

#[expect(clippy::cast_precision_loss, reason = "no count here comes near 2^53")]
fn to_gauge(count: i64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::connection::{AttentionReason, ConnectionState};

    #[test]
    fn every_state_of_a_connection_is_counted() {
        for state in [
            ConnectionState::Pending,
            ConnectionState::Connected,
            ConnectionState::NeedsAttention(AttentionReason::NoRefreshToken),
            ConnectionState::OnHold,
            ConnectionState::Disconnected,
        ] {
            assert!(STATES.contains(&state.to_columns().0), "{state:?}");
        }
    }
}
