//! One running organization: its state behind a lock, its address, its faults and its request log.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock};

use crate::clock::Clock;
use crate::faults::FaultDesk;
use crate::keys::{self, SigningKey};
use crate::limits::Limits;
use crate::log::RequestLog;
use crate::state::{OrgState, Saver};

/// What all endpoints of one organization share.
#[derive(Debug)]
pub(crate) struct Org {
    pub name: String,
    pub origin: String,
    /// Which signing keys are its own: its position among the fake's organizations, or the shared ones.
    pub index: usize,
    pub clock: Clock,
    pub faults: FaultDesk,
    pub log: RequestLog,
    pub limits: Limits,
    /// Origins of all organizations of the fake, known once all listen.
    pub origins: Arc<OnceLock<Vec<String>>>,
    pub http: reqwest::Client,
    saver: Option<Arc<Saver>>,
    state: Mutex<OrgState>,
}

impl Org {
    pub(crate) fn new(
        (index, origin, state): (usize, String, OrgState),
        clock: Clock,
        http: reqwest::Client,
        origins: Arc<OnceLock<Vec<String>>>,
        saver: Option<Arc<Saver>>,
    ) -> Self {
        Self {
            name: state.name.clone(),
            origin,
            index,
            clock,
            faults: FaultDesk::default(),
            log: RequestLog::default(),
            limits: Limits::default(),
            origins,
            http,
            saver,
            state: Mutex::new(state),
        }
    }

    pub(crate) fn now(&self) -> i64 {
        self.clock.now()
    }

    /// The state, for reading.
    pub(crate) fn state(&self) -> MutexGuard<'_, OrgState> {
        self.state.lock().expect("no holder of the lock panics")
    }

    /// Changes the state and saves it.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut OrgState) -> T) -> T {
        let mut state = self.state();
        let result = change(&mut state);
        if let Some(saver) = &self.saver
            && let Err(error) = saver.put(&state)
        {
            tracing::error!(%error, "the state file could not be written");
        }
        result
    }

    /// The address of an endpoint.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// Another organization of the same fake.
    pub(crate) fn other_origin(&self) -> Option<&str> {
        self.origins
            .get()?
            .iter()
            .find(|origin| **origin != self.origin)
            .map(String::as_str)
    }

    /// The published keys, the signing one first.
    pub(crate) fn published_keys(&self) -> Vec<Arc<SigningKey>> {
        let (first, count) = {
            let state = self.state();
            (state.key_generation, state.published_keys)
        };
        (first..)
            .take(count)
            .map(|generation| keys::key(self.index, generation))
            .collect()
    }
}
