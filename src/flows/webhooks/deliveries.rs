//! Carries events from the outbox to the endpoints, beside the requests: makes the deliveries, claims
//! lanes, sends from their fronts, and writes down what came of it.
//!
//! No transaction is open and no lock is held while an endpoint is asked.

mod beside;
mod judging;
mod places;

use std::sync::Arc;
use std::time::Duration as StdDuration;

use time::{Duration, OffsetDateTime};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use self::judging::{judge, note};
use self::places::{AT_ONCE, Places};
use super::signing;
use crate::domain::webhook::event_body;
use crate::flows::{FlowError, Shared};
use crate::store::{LaneClaim, Outgoing, Verdict, Waiting};
use crate::webhook::{Message, Reply};

/// Deliveries that are sent before a lane is given back, so that others get their turn.
const IN_A_ROW: usize = 20;
/// The problem of a delivery whose endpoint's secret does not open.
const SECRET_UNREADABLE: &str = "secret_unreadable";

/// The worker. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Deliveries {
    shared: Shared,
    tempo: DeliveryTempo,
    places: Places,
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
            places: Places::default(),
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
        let (store, taken) = (&self.shared.store, self.places.taken());
        let claim = store
            .claim_lane(Uuid::now_v7(), &taken, self.tempo.lease, now)
            .await?;
        if let Some(claim) = &claim {
            self.places.take(claim);
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
        self.places.give_back(&claim);
        sent
    }

    /// One delivery; whether the next may follow.
    async fn step(&self, claim: &LaneClaim) -> Result<bool, FlowError> {
        let now = self.shared.clock.now();
        let next = self.shared.store.next_in_lane(claim, self.tempo.lease, now);
        let Waiting::Delivery(outgoing) = next.await? else {
            return Ok(false);
        };
        self.places.begins(claim);
        let answered = self.send(&outgoing, now).await;
        let is_quick = self.places.ended(claim);
        let answered = answered?;
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
        // After a slow answer others have their turn.
        Ok(is_quick && matches!(finish.verdict, Verdict::Delivered | Verdict::Dead))
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
        let signature = match signing::sign(&self.shared, &outgoing.secrets, &id, now, &body) {
            // That is this endpoint's trouble, and counts as a failed attempt.
            Err(error) if error.is_unreadable() => {
                let endpoint = outgoing.secrets.endpoint;
                tracing::warn!(%error, %endpoint, "the endpoint's secret does not open: rotate it");
                return Ok(Err(SECRET_UNREADABLE));
            }
            signed => signed?,
        };
        let message = Message {
            id: &id,
            timestamp: now.unix_timestamp(),
            signature: &signature,
            body,
        };
        let answered = self.shared.webhooks.send(&url, message).await;
        Ok(answered.map_err(crate::webhook::SendProblem::code))
    }
}
