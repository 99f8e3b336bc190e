//! What the worker does besides sending: it counts what waits, and tells of a new catalog.

use tokio_util::sync::CancellationToken;

use super::Deliveries;

impl Deliveries {
    /// Tells of a catalog that is new, once the database is there.
    pub(super) async fn announce(&self, stop: &CancellationToken) {
        let version = self.shared.catalog.version().to_string();
        while !stop.is_cancelled() {
            let now = self.shared.clock.now();
            match self.shared.store.announce_catalog(&version, now).await {
                Ok(_) => return,
                Err(error) => {
                    tracing::warn!(error = %error, "the catalog's version could not be noted yet");
                }
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(self.tempo.count_every) => {}
            }
        }
    }

    /// Counts what waits, for the metrics.
    pub(super) async fn count(&self, stop: &CancellationToken) {
        loop {
            match self.shared.store.count_waiting_webhooks().await {
                Ok((waiting, dead)) => {
                    metrics::gauge!("grantway_outbox_waiting").set(as_gauge(waiting));
                    metrics::gauge!("grantway_webhook_dead").set(as_gauge(dead));
                }
                Err(error) => tracing::debug!(error = %error, "webhooks could not be counted"),
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(self.tempo.count_every) => {}
            }
        }
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a gauge is a float, and no count comes near 2^52"
)]
fn as_gauge(count: i64) -> f64 {
    count as f64
}
