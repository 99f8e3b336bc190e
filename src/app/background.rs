//! What runs besides requests, until the service is told to stop.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::{JoinHandle, JoinSet};
use tokio_util::sync::CancellationToken;

use crate::flows::{
    Checks, Deliveries, Endings, Janitor, LookUpIndex, Refresh, Revocations, Shared,
};
use crate::web::{AppState, RateLimits};

/// Which of it this replica does. The rest is every replica's.
#[derive(Debug, Clone, Copy)]
pub(super) struct Background {
    /// Checks, revocations, and the index that support looks tenants up by.
    pub checks: bool,
    pub refreshes: bool,
    pub webhooks: bool,
}

impl Background {
    pub(super) const ALL: Self = Self {
        checks: true,
        refreshes: true,
        webhooks: true,
    };

    /// Begins all of it; what is given back ends when all of it has ended.
    pub(super) fn begin(
        self,
        shared: &Shared,
        state: &AppState,
        stop: &CancellationToken,
    ) -> JoinHandle<()> {
        let mut work = JoinSet::new();
        work.spawn(Janitor::new(shared.clone()).run(stop.clone()));
        work.spawn(state.api_keys.clone().run(stop.clone()));
        work.spawn(state.broker.clone().run(stop.clone()));
        work.spawn(forget_old(Arc::clone(&state.rate_limits), stop.clone()));
        if self.checks {
            work.spawn(Checks::new(shared.clone()).run(stop.clone()));
            work.spawn(Revocations::new(shared.clone()).run(stop.clone()));
            work.spawn(LookUpIndex::new(shared.clone()).run(stop.clone()));
        }
        if self.refreshes {
            work.spawn(Refresh::new(shared.clone()).run(stop.clone()));
            work.spawn(Endings::new(shared.clone()).run(stop.clone()));
        }
        if self.webhooks {
            work.spawn(Deliveries::new(shared.clone()).run(stop.clone()));
        }
        tokio::spawn(async move { while work.join_next().await.is_some() {} })
    }
}

async fn forget_old(limits: Arc<RateLimits>, stop: CancellationToken) {
    let mut ticks = tokio::time::interval(Duration::from_mins(5));
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = ticks.tick() => limits.forget_old(),
        }
    }
}
