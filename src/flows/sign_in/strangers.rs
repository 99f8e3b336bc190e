//! What strangers may cost an organization that they only know the address of: so many beginnings a
//! minute, whoever makes them, and its metadata read once for all of them.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota};
use time::{Duration, OffsetDateTime};
use tokio::sync::OnceCell;

use crate::domain::failure::OktaFailure;
use crate::domain::org_url::OrgOrigin;
use crate::flows::Shared;
use crate::okta::Metadata;

/// How long metadata is believed for those who only begin. Whoever comes back has it read anew.
const BELIEVED: Duration = Duration::minutes(1);
/// Organizations whose metadata is kept; with more, all of it is read again.
const MOST: usize = 1_000;
/// What cannot be kept, such as whether an ended connection's app is still there.
const QUESTIONS: NonZeroU32 = NonZeroU32::new(30).expect("thirty");

/// The counters. What they count is an organization that is connected here or was listed, so they stay
/// as few as those.
#[derive(Debug)]
pub(super) struct Strangers {
    beginnings: DefaultKeyedRateLimiter<OrgOrigin>,
    questions: DefaultKeyedRateLimiter<OrgOrigin>,
    kept: Mutex<HashMap<OrgOrigin, Kept>>,
}

/// The reading that everybody waits for who comes while it is under way.
#[derive(Debug)]
struct Kept {
    until: OffsetDateTime,
    metadata: Arc<OnceCell<Metadata>>,
}

/// The seconds to wait.
pub(super) type TooOften = u64;

impl Strangers {
    pub(super) fn new(beginnings: NonZeroU32) -> Self {
        Self {
            beginnings: DefaultKeyedRateLimiter::keyed(Quota::per_minute(beginnings)),
            questions: DefaultKeyedRateLimiter::keyed(Quota::per_minute(QUESTIONS)),
            kept: Mutex::default(),
        }
    }

    /// Counts a beginning at this organization.
    pub(super) fn begin(&self, origin: &OrgOrigin) -> Result<(), TooOften> {
        counted(&self.beginnings, origin)
    }

    /// Counts a question that it has to be asked anew.
    pub(super) fn ask(&self, origin: &OrgOrigin) -> Result<(), TooOften> {
        counted(&self.questions, origin)
    }

    /// The organization's metadata, at most a minute old.
    pub(super) async fn metadata(
        &self,
        shared: &Shared,
        origin: &OrgOrigin,
    ) -> Result<Metadata, OktaFailure> {
        let cell = self.cell(origin, shared.clock.now());
        let read = || shared.okta.metadata(origin);
        cell.get_or_try_init(read).await.cloned()
    }

    fn cell(&self, origin: &OrgOrigin, now: OffsetDateTime) -> Arc<OnceCell<Metadata>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = kept.get(origin).filter(|found| now < found.until) {
            return Arc::clone(&found.metadata);
        }
        if kept.len() >= MOST {
            kept.clear();
        }
        let fresh = Arc::new(OnceCell::new());
        let until = now + BELIEVED;
        let metadata = Arc::clone(&fresh);
        kept.insert(origin.clone(), Kept { until, metadata });
        fresh
    }
}

fn counted(
    limiter: &DefaultKeyedRateLimiter<OrgOrigin>,
    origin: &OrgOrigin,
) -> Result<(), TooOften> {
    let counted = limiter.check_key(origin);
    counted.map_err(|until| {
        until
            .wait_time_from(DefaultClock::default().now())
            .as_secs()
            + 1
    })
}
