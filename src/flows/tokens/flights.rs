//! Refreshes that somebody in this process waits for: one per tenant, however many wait.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration as StdDuration;

use time::{Date, Duration};
use tokio::sync::watch;
use uuid::Uuid;

use super::{LiveToken, renew};
use crate::domain::id::TenantId;
use crate::flows::{FlowError, Shared};

/// How patient a refresher is. Only tests want another patience than the default.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// How long a lease lasts unless its owner moves it on. Short: after a crash somebody else must
    /// try inside Okta's leeway, 30 seconds by default.
    pub lease: Duration,
    /// How often its owner does.
    pub heartbeat: StdDuration,
    /// How long one who takes a lapsed lease over lets its earlier owner come back with an answer
    /// of Okta's, as after an outage of the database.
    pub grace: StdDuration,
    /// How often an idle replica looks for what is due.
    pub look_every: StdDuration,
    /// After a first failure; the others are counted in it.
    pub first_pause: Duration,
    /// How long anybody waits for a token.
    pub waiting: StdDuration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            lease: Duration::seconds(8),
            heartbeat: StdDuration::from_secs(2),
            grace: StdDuration::from_secs(2),
            look_every: StdDuration::from_secs(1),
            first_pause: Duration::SECOND,
            waiting: StdDuration::from_secs(30),
        }
    }
}

/// All of a process. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Flights(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// This process, as the leases name it.
    owner: Uuid,
    patience: Patience,
    open: Mutex<HashMap<TenantId, Flight>>,
    tally: Mutex<Tally>,
    unwritten: Mutex<Option<Batch>>,
}

/// Counts that are written down together. Those of which that is not known keep their name until it is,
/// so that they count once.
#[derive(Debug, Clone)]
pub(in crate::flows) struct Batch {
    pub id: Uuid,
    pub counts: Vec<(Date, &'static str, i64)>,
}

/// How many refreshes ended in which way on which day.
type Tally = BTreeMap<(Date, &'static str), i64>;

type Landed = Result<LiveToken, Arc<FlowError>>;

/// One refresh that several may wait for.
#[derive(Debug, Clone)]
pub(super) struct Flight(watch::Receiver<Option<Landed>>);

impl Default for Flights {
    fn default() -> Self {
        Self::new(Patience::default())
    }
}

impl Flights {
    #[must_use]
    pub fn new(patience: Patience) -> Self {
        Self(Arc::new(Inner {
            owner: Uuid::now_v7(),
            patience,
            open: Mutex::default(),
            tally: Mutex::default(),
            unwritten: Mutex::default(),
        }))
    }

    pub(in crate::flows) fn owner(&self) -> Uuid {
        self.0.owner
    }

    pub(in crate::flows) fn patience(&self) -> Patience {
        self.0.patience
    }

    /// Waits with the others, or begins in a tracked task: once Okta has answered, the answer is
    /// stored, whoever has stopped waiting for it.
    pub(super) fn join(&self, shared: &Shared, tenant: TenantId, than: i64) -> Flight {
        let mut open = self.locked();
        if let Some(flight) = open.get(&tenant)
            && flight.is_in_the_air()
        {
            return flight.clone();
        }
        let (landing, landed) = watch::channel(None);
        let (flights, shared) = (self.clone(), shared.clone());
        shared.tasks.clone().spawn(async move {
            let result = renew(&shared, tenant, than).await.map_err(Arc::new);
            flights.locked().remove(&tenant);
            landing.send_replace(Some(result));
        });
        let flight = Flight(landed);
        open.insert(tenant, flight.clone());
        flight
    }

    /// Counts a refresh that ended so.
    pub(in crate::flows) fn count(&self, day: Date, outcome: &'static str) {
        *self.tally().entry((day, outcome)).or_default() += 1;
    }

    /// What is to be written down next: what could not be before, else what was counted since.
    pub(in crate::flows) fn take_tally(&self) -> Option<Batch> {
        let mut unwritten = self.unwritten();
        if unwritten.is_none() {
            let taken = std::mem::take(&mut *self.tally());
            let counts: Vec<_> = taken
                .into_iter()
                .map(|((day, outcome), count)| (day, outcome, count))
                .collect();
            *unwritten = (!counts.is_empty()).then(|| Batch {
                id: Uuid::now_v7(),
                counts,
            });
        }
        unwritten.clone()
    }

    /// It was written down.
    pub(in crate::flows) fn settle(&self, batch: &Batch) {
        let mut unwritten = self.unwritten();
        if unwritten.as_ref().is_some_and(|held| held.id == batch.id) {
            *unwritten = None;
        }
    }

    fn unwritten(&self) -> MutexGuard<'_, Option<Batch>> {
        let held = self.0.unwritten.lock();
        held.unwrap_or_else(PoisonError::into_inner)
    }

    fn tally(&self) -> MutexGuard<'_, Tally> {
        self.0.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn locked(&self) -> MutexGuard<'_, HashMap<TenantId, Flight>> {
        self.0.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Flight {
    /// Not so when its task was dropped on the way.
    fn is_in_the_air(&self) -> bool {
        self.0.has_changed().is_ok()
    }

    pub(super) async fn landed(mut self) -> Landed {
        let landed = self.0.wait_for(Option::is_some).await;
        match landed.as_deref() {
            Ok(Some(result)) => result.clone(),
            _ => Err(Arc::new(FlowError::CutShort)),
        }
    }
}
