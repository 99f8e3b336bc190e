//! What the worker does besides sending: it counts what waits, and tells of a new catalog.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::Deliveries;

/// How often a replica says which catalog it runs with. The look-up's index is written by the version
/// that started last, of those that were heard of lately (`src/store/look_up/write.rs`).
const SEEN_EVERY: Duration = Duration::from_mins(5);

impl Deliveries {
    /// Tells of a catalog that is new, once the database is there, and goes on saying that it is in use.
    pub(super) async fn announce(&self, stop: &CancellationToken) {
        let version = self.shared.catalog.version().to_string();
        let store = &self.shared.store;
        let mut is_announced = false;
        while !stop.is_cancelled() {
            let now = self.shared.clock.now();
            let noted = if is_announced {
                store.see_catalog(&version, now).await
            } else {
                store.announce_catalog(&version, now).await.map(|_| ())
            };
            is_announced |= noted.is_ok();
            if let Err(error) = noted {
                tracing::warn!(error = %error, "the catalog's version could not be noted yet");
            }
            let pause = if is_announced {
                SEEN_EVERY
            } else {
                self.tempo.count_every
            };
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(pause) => {}
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
