//! Carries events from the outbox to the endpoints, beside the requests: makes the deliveries, claims
//! lanes, sends from their fronts, and writes down what came of it.
//!
//! No transaction is open and no lock is held while an endpoint is asked.

mod beside;
mod judging;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration as StdDuration;

use time::{Duration, OffsetDateTime};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use self::judging::{judge, note};
use super::signing;
use crate::domain::id::EndpointId;
use crate::domain::webhook::event_body;
use crate::flows::{FlowError, Shared};
use crate::store::{LaneClaim, Outgoing, Verdict, Waiting};
use crate::webhook::{Message, Reply};

/// Lanes that one replica sends from at the same time, and of these for one endpoint: a slow one must
/// not take every place.
const AT_ONCE: usize = 32;
const AT_ONCE_PER_ENDPOINT: usize = 8;
/// Deliveries that are sent before a lane is given back, so that others get their turn.
const IN_A_ROW: usize = 20;

/// The worker. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Deliveries {
    shared: Shared,
    tempo: DeliveryTempo,
    under_way: Arc<Mutex<HashMap<EndpointId, usize>>>,
}

/// How patient a worker is. Only tests want another tempo than the default.
#[derive(Debug, Clone, Copy)]
pub struct DeliveryTempo {
    /// How long a claim lasts beyond each sending; longer than one can take.
    pub lease: Duration,
    /// How often an idle replica looks for work.
    pub look_every: StdDuration,
    /// How often what waits is counted.
    pub count_every: StdDuration,
}

impl Default for DeliveryTempo {
    fn default() -> Self {
        Self {
            lease: Duration::minutes(1),
            look_every: StdDuration::from_secs(1),
            count_every: StdDuration::from_secs(30),
        }
    }
}

/// How a look for work ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// From one lane, so many.
    Some(usize),
    Idle,
}

impl Deliveries {
    #[must_use]
    pub fn new(shared: Shared) -> Self {
        Self::with_tempo(shared, DeliveryTempo::default())
    }

    #[must_use]
    pub fn with_tempo(shared: Shared, tempo: DeliveryTempo) -> Self {
        Self {
            shared,
            tempo,
            under_way: Arc::default(),
        }
    }

    /// Makes the deliveries that are due to be made, then sends from one lane.
    pub async fn look(&self) -> Result<Sent, FlowError> {
        self.fan_out().await?;
        match self.claim().await? {
            Some(claim) => Ok(Sent::Some(
                self.work(claim, &CancellationToken::new()).await,
            )),
            None => Ok(Sent::Idle),
        }
    }

    /// Works until told to stop; then finishes what is being sent.
    pub async fn run(self, stop: CancellationToken) {
        tokio::join!(self.announce(&stop), self.count(&stop), self.deliver(&stop));
    }

    async fn deliver(&self, stop: &CancellationToken) {
        let (room, running) = (Arc::new(Semaphore::new(AT_ONCE)), TaskTracker::new());
        while !stop.is_cancelled() {
            let Ok(place) = Arc::clone(&room).acquire_owned().await else {
                break;
            };
            match self.next().await {
                Ok(Some(claim)) => {
                    let (this, stop) = (self.clone(), stop.clone());
                    running.spawn(async move {
                        this.work(claim, &stop).await;
                        drop(place);
                        this.shared.deliveries_wanted.notify_one();
                    });
                    continue;
                }
                Ok(None) => {}
                Err(error) => tracing::warn!(error = %error, "no webhook can be sent now"),
            }
            drop(place);
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.shared.deliveries_wanted.notified() => {}
                () = tokio::time::sleep(self.tempo.look_every) => {}
            }
        }
        running.close();
        running.wait().await;
    }

    async fn next(&self) -> Result<Option<LaneClaim>, FlowError> {
        self.fan_out().await?;
        self.claim().await
    }

    async fn fan_out(&self) -> Result<(), FlowError> {
        while self.shared.store.fan_out(self.shared.clock.now()).await? > 0 {}
        Ok(())
    }

    async fn claim(&self) -> Result<Option<LaneClaim>, FlowError> {
        let now = self.shared.clock.now();
        let busy = self.busy();
        let claim =
            self.shared
                .store
                .claim_lane(Uuid::now_v7(), &busy, now + self.tempo.lease, now);
        let claim = claim.await?;
        if let Some(claim) = &claim {
            *self.places().entry(claim.endpoint).or_default() += 1;
        }
        Ok(claim)
    }

    /// Sends from the front of a claimed lane until it is empty, fails, or others want their turn.
    async fn work(&self, claim: LaneClaim, stop: &CancellationToken) -> usize {
        let mut sent = 0;
        while sent < IN_A_ROW && !stop.is_cancelled() {
            match self.step(&claim).await {
                Ok(true) => sent += 1,
                Ok(false) => break,
                Err(error) => {
                    tracing::warn!(error = %error, endpoint = %claim.endpoint, "a webhook was broken off and will be tried again");
                    break;
                }
            }
        }
        if let Err(error) = self
            .shared
            .store
            .release_lane(&claim, self.shared.clock.now())
            .await
        {
            tracing::warn!(error = %error, endpoint = %claim.endpoint, "a lane could not be given back and will run out");
        }
        let mut places = self.places();
        if let Some(count) = places.get_mut(&claim.endpoint) {
            *count = count.saturating_sub(1);
        }
        places.retain(|_, count| *count > 0);
        sent
    }

    /// One delivery; whether the next may follow.
    async fn step(&self, claim: &LaneClaim) -> Result<bool, FlowError> {
        let now = self.shared.clock.now();
        let next = self
            .shared
            .store
            .next_in_lane(claim, now + self.tempo.lease, now);
        let Waiting::Delivery(outgoing) = next.await? else {
            return Ok(false);
        };
        let answered = self.send(&outgoing, now).await?;
        let now = self.shared.clock.now();
        let finish = judge(&outgoing, answered, now);
        if !self
            .shared
            .store
            .finish_delivery(claim, &finish, now)
            .await?
        {
            return Ok(false);
        }
        note(claim, &outgoing, &finish);
        Ok(matches!(finish.verdict, Verdict::Delivered | Verdict::Dead))
    }

    async fn send(
        &self,
        outgoing: &Outgoing,
        now: OffsetDateTime,
    ) -> Result<Result<Reply, &'static str>, FlowError> {
        // The operator may have taken an origin off the list since.
        let Ok(url) = self.shared.webhook_policy.parse(&outgoing.url) else {
            return Ok(Err("not_allowed"));
        };
        let subject = outgoing.subject.as_ref();
        let body = event_body(&outgoing.kind, outgoing.at, subject, &outgoing.facts);
        let id = outgoing.event.to_string();
        let signature = signing::sign(&self.shared, &outgoing.secrets, &id, now, &body)?;
        let message = Message {
            id: &id,
            timestamp: now.unix_timestamp(),
            signature: &signature,
            body,
        };
        let answered = self.shared.webhooks.send(&url, message).await;
        Ok(answered.map_err(crate::webhook::SendProblem::code))
    }

    fn busy(&self) -> Vec<EndpointId> {
        let places = self.places();
        let full = places
            .iter()
            .filter(|(_, count)| **count >= AT_ONCE_PER_ENDPOINT);
        full.map(|(endpoint, _)| *endpoint).collect()
    }

    fn places(&self) -> std::sync::MutexGuard<'_, HashMap<EndpointId, usize>> {
        self.under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
