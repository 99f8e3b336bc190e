//! Refreshes what is due, before anybody needs it, and gives a token to whoever asks.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::tokens::{self, Ended, LiveToken};
use super::{FlowError, Shared};
use crate::domain::id::TenantId;
use crate::store::Lease;

/// Refreshes that one replica has under way at the same time. Each waits for its own organization only.
const AT_ONCE: usize = 64;
/// At most so many are claimed by one statement.
const AT_A_TIME: usize = 16;
/// How often the age of the oldest one is measured.
const MEASURED_EVERY: Duration = Duration::from_secs(10);

/// Keeps tokens alive. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Refresh(Shared);

impl Refresh {
    #[must_use]
    pub const fn new(shared: Shared) -> Self {
        Self(shared)
    }

    /// A token of the tenant's that works now. Asked for by many at once, Okta is asked once.
    pub async fn token(&self, tenant: TenantId) -> Result<LiveToken, FlowError> {
        let record = self.0.store.find_connection(tenant).await?;
        let record = record.ok_or(FlowError::NotFound)?;
        tokens::live_token(&self.0, &record, false).await
    }

    /// Refreshes one batch of what is due, to its end; how many.
    pub async fn look(&self) -> Result<usize, FlowError> {
        let leases = self.claim(AT_A_TIME).await?;
        let count = leases.len();
        let steps = leases.into_iter().map(|lease| self.take(lease));
        futures_util::future::join_all(steps).await;
        Ok(count)
    }

    /// Refreshes until told to stop. What is under way then is finished in tracked tasks.
    pub async fn run(self, stop: CancellationToken) {
        let room = Arc::new(Semaphore::new(AT_ONCE));
        let mut measured = None;
        while !stop.is_cancelled() {
            let Ok(first) = Arc::clone(&room).acquire_owned().await else {
                break;
            };
            let free = 1 + room.available_permits().min(AT_A_TIME - 1);
            let claimed = self.claim(free).await.unwrap_or_else(|error| {
                tracing::warn!(error = %error, "no refresh can be claimed now");
                Vec::new()
            });
            let is_full = claimed.len() == free;
            let mut first = Some(first);
            for lease in claimed {
                let place = match first.take() {
                    Some(place) => Some(place),
                    // Only this loop takes places, so those that were free still are.
                    None => Arc::clone(&room).acquire_owned().await.ok(),
                };
                let this = self.clone();
                self.0.tasks.spawn(async move {
                    this.take(lease).await;
                    drop(place);
                });
            }
            drop(first);
            self.measure(&mut measured).await;
            if is_full {
                continue;
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep(self.0.flights.patience().look_every) => {}
            }
        }
        self.write_tally().await;
    }

    /// Writes down how many refreshes ended in which way. What cannot be written now is counted on.
    pub async fn write_tally(&self) {
        while let Some(batch) = self.0.flights.take_tally() {
            let added = self.0.store.add_refresh_days(batch.id, &batch.counts);
            if let Err(error) = added.await {
                tracing::debug!(error = %error, "the refreshes were not counted and will be");
                return;
            }
            self.0.flights.settle(&batch);
        }
    }

    async fn claim(&self, limit: usize) -> Result<Vec<Lease>, FlowError> {
        let (flights, now) = (&self.0.flights, self.0.clock.now());
        let (owner, lease) = (flights.owner(), flights.patience().lease);
        let claimed = self.0.store.claim_due_refreshes(owner, lease, limit, now);
        Ok(claimed.await?)
    }

    async fn take(&self, lease: Lease) {
        match tokens::run_step(&self.0, lease, None).await {
            Ok(Ended::Refreshed | Ended::Failed(_) | Ended::Superseded) => {}
            Err(error) => {
                tracing::warn!(error = %error, tenant = %lease.tenant, "a refresh was broken off and will be tried again");
            }
        }
    }

    /// How long the oldest due refresh has waited: what an operator watches.
    async fn measure(&self, measured: &mut Option<Instant>) {
        if measured.is_some_and(|at| at.elapsed() < MEASURED_EVERY) {
            return;
        }
        *measured = Some(Instant::now());
        self.write_tally().await;
        let Ok(oldest) = self.0.store.oldest_due_refresh().await else {
            return;
        };
        let lag = oldest.map_or(0.0, |due| {
            (self.0.clock.now() - due).as_seconds_f64().max(0.0)
        });
        metrics::gauge!("grantway_refresh_lag_seconds").set(lag);
    }
}
