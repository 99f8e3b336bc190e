//! Sweeps what has ended and is nobody's history: sessions, authorization attempts, the answers that
//! are given again to a repeated request, webhooks that were delivered, the secrets that signed them,
//! and the history of refreshes.

use std::time::Duration;

use time::OffsetDateTime;
use tokio_util::sync::CancellationToken;

use super::{FlowError, Shared, idempotency};

/// How often the sweep runs.
const EVERY: Duration = Duration::from_hours(1);
/// How long after its end a row stays, so that its error pages can still say what happened.
const KEEP: time::Duration = time::Duration::days(7);

/// The sweep.
#[derive(Debug, Clone)]
pub struct Janitor(Shared);

impl Janitor {
    #[must_use]
    pub const fn new(shared: Shared) -> Self {
        Self(shared)
    }

    /// One sweep; how many rows went.
    pub async fn sweep(&self) -> Result<u64, FlowError> {
        let now: OffsetDateTime = self.0.clock.now();
        let ended = self.0.store.sweep(now - KEEP).await?;
        let told_again = self.0.store.sweep_marks(now - idempotency::KEPT_FOR);
        let webhooks = self.0.store.sweep_webhooks(now).await?;
        let secrets = self.0.store.sweep_webhook_secrets(now).await?;
        let refreshes = self.0.store.sweep_refresh_history(now).await?;
        Ok(ended + told_again.await? + webhooks + secrets + refreshes)
    }

    /// Sweeps now and then until told to stop. A sweep that fails is tried again next time.
    pub async fn run(self, stop: CancellationToken) {
        let mut ticks = tokio::time::interval(EVERY);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = ticks.tick() => match self.sweep().await {
                    Ok(rows) => tracing::debug!(rows, "swept what had ended"),
                    Err(error) => tracing::warn!(error = %error, "the sweep failed and will be tried again"),
                },
            }
        }
    }
}
