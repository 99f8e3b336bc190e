//! Who watches which tenant's check: one task looks, and tells all who listen.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Serialize;
use tokio::sync::{Semaphore, watch};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::domain::catalog::Catalog;
use crate::domain::check_run::CheckProgress;
use crate::domain::id::TenantId;
use crate::flows::{Checks, EvidenceByScope};
use crate::web::status_page::evidence;

/// How often a watched check is looked at. Each look is one small query.
const LOOK_EVERY: Duration = Duration::from_millis(300);
/// Looks that happen at the same time, however many tenants are watched: the rest of the pool is for
/// those who wait for a page.
const AT_ONCE: usize = 2;
/// Streams of one browser. It opens no more than six connections to one place anyway.
const PER_SESSION: usize = 6;

/// What a page is told.
#[derive(Debug, Clone)]
pub(super) enum Told {
    NothingYet,
    Progress {
        done: usize,
        /// As it is sent.
        data: Arc<str>,
    },
    Finished,
}

/// All of this process. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Watchers(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    checks: Checks,
    catalog: Arc<Catalog>,
    looking: Semaphore,
    over: CancellationToken,
    watched: Mutex<Watched>,
}

#[derive(Debug, Default)]
struct Watched {
    tenants: HashMap<TenantId, watch::Sender<Told>>,
    sessions: HashMap<Uuid, usize>,
}

/// One stream's place among those of its session, free again when this is dropped.
#[derive(Debug)]
pub(super) struct Seat {
    watchers: Watchers,
    session: Uuid,
}

/// The news of one look.
#[derive(Serialize)]
struct News {
    done: usize,
    total: usize,
    scopes: Vec<ScopeNews>,
}

/// One permission, as its row shows it.
#[derive(Serialize)]
struct ScopeNews {
    id: String,
    state: &'static str,
    word: &'static str,
    evidence: String,
}

impl Watchers {
    #[must_use]
    pub fn new(checks: Checks, catalog: Arc<Catalog>) -> Self {
        Self(Arc::new(Inner {
            checks,
            catalog,
            looking: Semaphore::new(AT_ONCE),
            over: CancellationToken::new(),
            watched: Mutex::default(),
        }))
    }

    /// Ends all streams, because the service stops.
    pub fn end(&self) {
        self.0.over.cancel();
    }

    /// A place for one more stream of this session, if it may have one.
    pub(super) fn sit(&self, session: Uuid) -> Option<Seat> {
        let mut watched = self.watched();
        let held = watched.sessions.entry(session).or_default();
        if *held >= PER_SESSION {
            return None;
        }
        *held += 1;
        Some(Seat {
            watchers: self.clone(),
            session,
        })
    }

    /// What the tenant's pages are told; the first who listens begins the watch.
    pub(super) fn listen(&self, tenant: TenantId) -> watch::Receiver<Told> {
        let mut watched = self.watched();
        if let Some(telling) = watched.tenants.get(&tenant) {
            return telling.subscribe();
        }
        let (telling, told) = watch::channel(Told::NothingYet);
        watched.tenants.insert(tenant, telling.clone());
        let this = self.clone();
        tokio::spawn(async move {
            let watching = this.watch(tenant, &telling);
            let ended = this.0.over.run_until_cancelled(watching).await;
            if ended.is_none() {
                this.watched().tenants.remove(&tenant);
            }
        });
        told
    }

    /// Looks until the check is over, or nobody listens any more.
    async fn watch(&self, tenant: TenantId, telling: &watch::Sender<Told>) {
        loop {
            let found = {
                let _turn = self.0.looking.acquire().await;
                self.0.checks.progress(tenant).await
            };
            match found {
                Ok((Some(progress), found)) => {
                    telling.send_if_modified(|told| self.tell(told, progress, &found));
                }
                Ok((None, _)) => {
                    // Whoever comes from here on begins a watch of their own.
                    self.watched().tenants.remove(&tenant);
                    telling.send_replace(Told::Finished);
                    return;
                }
                // The database is away for a moment: the pages wait.
                Err(_) => {}
            }
            tokio::time::sleep(LOOK_EVERY).await;
            let mut watched = self.watched();
            if telling.receiver_count() == 0 {
                watched.tenants.remove(&tenant);
                return;
            }
        }
    }

    fn tell(&self, told: &mut Told, progress: CheckProgress, found: &EvidenceByScope) -> bool {
        if matches!(told, Told::Progress { done, .. } if *done == progress.done) {
            return false;
        }
        let data = serde_json::to_string(&news(&self.0.catalog, progress, found));
        *told = Told::Progress {
            done: progress.done,
            data: data.unwrap_or_default().into(),
        };
        true
    }

    fn watched(&self) -> MutexGuard<'_, Watched> {
        let watched = self.0.watched.lock();
        watched.unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut watched = self.watchers.watched();
        if let Some(held) = watched.sessions.get_mut(&self.session) {
            *held -= 1;
            if *held == 0 {
                watched.sessions.remove(&self.session);
            }
        }
    }
}

fn news(catalog: &Catalog, progress: CheckProgress, found: &EvidenceByScope) -> News {
    let scopes = found.iter().map(|(scope, found)| {
        let state = evidence::state(found.finding);
        ScopeNews {
            id: scope.to_string(),
            state: state.css(),
            word: state.word(),
            evidence: evidence::sentence(found, catalog.find(scope)),
        }
    });
    News {
        done: progress.done,
        total: progress.total,
        scopes: scopes.collect(),
    }
}
