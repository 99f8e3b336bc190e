//! Checks: what each granted permission can really do. Requested by people, by a new authorization
//! and by the passing of a day; run by whichever replica claims them first.

mod aftermath;
mod probing;
mod run;
mod trial;

use std::sync::Arc;
use std::time::Duration as StdDuration;

use serde_json::json;
use time::Duration;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

pub(super) use trial::Trial;

use super::measures::check_broken_off;
use super::{FlowError, Shared};
use crate::domain::audit::{Action, Actor, AuditEvent};
use crate::domain::check_run::{CheckProgress, PAUSE, Trigger};
use crate::domain::id::TenantId;
use crate::store::{Asked, Claim, EvidenceByScope};

/// Tenants that one replica checks at the same time. Each waits for its own organization only.
const AT_ONCE: usize = 16;
/// How long a check waits whose token or credential does not open.
const PUT_OFF: Duration = Duration::minutes(10);

/// Requests and runs checks. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Checks {
    shared: Shared,
    tempo: Tempo,
}

/// How patient a worker is. Only tests want another tempo than the default.
#[derive(Debug, Clone, Copy)]
pub struct Tempo {
    /// How long a claim lasts unless its worker moves it on.
    pub lease: Duration,
    /// How often it does.
    pub heartbeat: StdDuration,
    /// How often an idle replica looks for checks that are due.
    pub look_every: StdDuration,
    /// Before a question is repeated for the first time; doubled at each further one.
    pub first_pause: StdDuration,
}

impl Default for Tempo {
    fn default() -> Self {
        Self {
            lease: Duration::seconds(30),
            heartbeat: StdDuration::from_secs(10),
            look_every: StdDuration::from_secs(1),
            first_pause: StdDuration::from_millis(200),
        }
    }
}

/// How a look for work ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Looked {
    /// A check was claimed and run.
    Ran(TenantId),
    Idle,
}

impl Checks {
    #[must_use]
    pub fn new(shared: Shared) -> Self {
        Self::with_tempo(shared, Tempo::default())
    }

    #[must_use]
    pub fn with_tempo(shared: Shared, tempo: Tempo) -> Self {
        Self { shared, tempo }
    }

    /// *Check again*, pressed by an administrator or asked for by a program; twice within half a minute
    /// is too soon, unless the first is still under way.
    pub async fn request(&self, tenant: TenantId, actor: Actor) -> Result<(), FlowError> {
        let event = AuditEvent::new(tenant, actor, Action::CheckRequested)
            .with(json!({ "trigger": Trigger::Again.code() }));
        let now = self.shared.clock.now();
        let asked = self
            .shared
            .store
            .request_check(tenant, Trigger::Again, &event, now)
            .await?;
        match asked {
            Asked::Now => {}
            Asked::Already | Asked::Nothing => return Ok(()),
            Asked::TooSoon { until } => {
                let left = (until - now)
                    .whole_seconds()
                    .clamp(0, PAUSE.whole_seconds());
                return Err(FlowError::TooSoon {
                    seconds: left.unsigned_abs() + 1,
                });
            }
        }
        // Who asks may just have mended what a refresh failed for.
        self.shared.store.hasten_refresh(tenant, now).await?;
        self.shared.checks_wanted.notify_one();
        Ok(())
    }

    /// How far the tenant's check is, and what it found so far.
    pub async fn progress(
        &self,
        tenant: TenantId,
    ) -> Result<(Option<CheckProgress>, EvidenceByScope), FlowError> {
        Ok(self
            .shared
            .store
            .find_progress(tenant, self.shared.clock.now())
            .await?)
    }

    /// Claims one check and runs it to its end, or until told to stop.
    pub async fn look(&self, stop: &CancellationToken) -> Result<Looked, FlowError> {
        let Some(claim) = self.claim().await? else {
            return Ok(Looked::Idle);
        };
        self.work(claim, stop).await;
        Ok(Looked::Ran(claim.tenant))
    }

    /// Looks for work until told to stop; then gives back what is not finished.
    pub async fn run(self, stop: CancellationToken) {
        let (room, running) = (Arc::new(Semaphore::new(AT_ONCE)), TaskTracker::new());
        while !stop.is_cancelled() {
            let Ok(place) = Arc::clone(&room).acquire_owned().await else {
                break;
            };
            match self.claim().await {
                Ok(Some(claim)) => {
                    let (this, stop) = (self.clone(), stop.clone());
                    running.spawn(async move {
                        this.work(claim, &stop).await;
                        drop(place);
                    });
                    continue;
                }
                Ok(None) => {}
                Err(error) => tracing::warn!(error = %error, "no check can be claimed now"),
            }
            drop(place);
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.shared.checks_wanted.notified() => {}
                () = tokio::time::sleep(self.tempo.look_every) => {}
            }
        }
        running.close();
        running.wait().await;
    }

    /// Each claim is named anew: after a pause of the database a worker may take its own lapsed claim
    /// over, and the work under the old one must notice.
    async fn claim(&self) -> Result<Option<Claim>, FlowError> {
        Ok(self
            .shared
            .store
            .claim_due_check(Uuid::now_v7(), self.tempo.lease, self.shared.clock.now())
            .await?)
    }

    /// Runs a claimed check beside its heartbeat. Whatever stops it, the claim is given back.
    async fn work(&self, claim: Claim, stop: &CancellationToken) {
        let outcome = tokio::select! {
            outcome = run::check(&self.shared, &claim, self.tempo) => outcome,
            () = self.beat(&claim) => Ok(()),
            () = stop.cancelled() => Ok(()),
        };
        let mut due = None;
        if let Err(error) = outcome {
            check_broken_off();
            tracing::warn!(error = %error, tenant = %claim.tenant, "a check was broken off and will be tried again");
            // Asked again at once, what does not open would be asked for without end.
            due = error
                .is_unreadable()
                .then(|| self.shared.clock.now() + PUT_OFF);
        }
        // After its end this does nothing.
        if let Err(error) = self.shared.store.release_claim(&claim, due).await {
            tracing::warn!(error = %error, tenant = %claim.tenant, "a claim could not be given back and will run out");
        }
    }

    /// Moves the claim on, and returns when it is no longer ours: then the work must stop.
    async fn beat(&self, claim: &Claim) {
        loop {
            tokio::time::sleep(self.tempo.heartbeat).await;
            let lease = self.tempo.lease;
            match self.shared.store.extend_claim(claim, lease).await {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => tracing::warn!(error = %error, "a claim could not be moved on"),
            }
        }
    }
}
