//! What an operator sees at a glance. Counting is shared: whoever asks within [`FRESH`] of another sees
//! the same numbers, and while somebody counts, the others wait for it.

use std::collections::BTreeMap;
use std::sync::Arc;

use time::{Duration, OffsetDateTime};
use tokio::sync::Mutex;

use super::{FlowError, Shared};
use crate::domain::overview::Window;
use crate::store::{EndpointBacklog, FunnelCount, RefreshDay, RefreshLag, StateCount, StoreError};

/// So long numbers are good enough.
const FRESH: Duration = Duration::seconds(15);
/// So many days of refreshes are shown.
pub const REFRESH_DAYS: i64 = 14;
/// So many weeks ahead is looked for sign-ins that end.
pub const WEEKS: i32 = 13;

/// Counts, and remembers for a moment. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Overview {
    shared: Shared,
    kept: Arc<Mutex<BTreeMap<Window, Arc<OverviewFacts>>>>,
}

/// The numbers. One that took too long to count is `None`.
#[derive(Debug)]
pub struct OverviewFacts {
    /// When they were counted.
    pub at: OffsetDateTime,
    pub window: Window,
    pub states: Option<Vec<StateCount>>,
    pub funnel: Option<Vec<FunnelCount>>,
    pub lag: Option<RefreshLag>,
    pub days: Option<Vec<RefreshDay>>,
    /// Sign-ins that end, by the number of the week from now.
    pub endings: Option<Vec<(i32, i64)>>,
    pub endpoints: Option<Vec<EndpointBacklog>>,
}

impl Overview {
    #[must_use]
    pub fn new(shared: Shared) -> Self {
        Self {
            shared,
            kept: Arc::default(),
        }
    }

    pub async fn read(&self, window: Window) -> Result<Arc<OverviewFacts>, FlowError> {
        let mut kept = self.kept.lock().await;
        let now = self.shared.clock.now();
        if let Some(facts) = kept.get(&window)
            && facts.at <= now
            && now < facts.at + FRESH
        {
            return Ok(Arc::clone(facts));
        }
        let facts = Arc::new(self.count(window, now).await?);
        kept.insert(window, Arc::clone(&facts));
        Ok(facts)
    }

    /// One after the other, so that no more than one of the pool's connections is busy with it.
    async fn count(&self, window: Window, now: OffsetDateTime) -> Result<OverviewFacts, FlowError> {
        let store = &self.shared.store;
        let since = now - Duration::days(window.days().into());
        let first_day = (now - Duration::days(REFRESH_DAYS - 1)).date();
        Ok(OverviewFacts {
            at: now,
            window,
            states: counted("states", store.count_states().await)?,
            funnel: counted("links", store.count_links(since, now).await)?,
            lag: counted("lag", store.count_late_refreshes(now).await)?,
            days: counted("days", store.find_refresh_days(first_day).await)?,
            endings: counted("endings", store.count_endings(now, WEEKS).await)?,
            endpoints: counted("webhooks", store.count_webhooks().await)?,
        })
    }
}

/// What took too long is left out, and the rest is shown.
fn counted<T>(what: &'static str, result: Result<T, StoreError>) -> Result<Option<T>, FlowError> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.is_too_slow() => {
            tracing::warn!(what, "counting for the overview took too long");
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}
