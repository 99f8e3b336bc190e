//! Who may take one of the worker's places: endpoints take turns, and those that fail or hang share a
//! small part, so that no number of them keeps the others waiting.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use uuid::Uuid;

use crate::domain::id::EndpointId;
use crate::store::{LaneClaim, Taken};

/// Lanes that one replica sends from at the same time, and of these for one endpoint at the most.
pub(super) const AT_ONCE: usize = 32;
const AT_ONCE_PER_ENDPOINT: usize = 8;
/// Places that all endpoints share that fail, hang, or answered slowly last time.
const FOR_THE_DOUBTFUL: usize = 8;
/// An answer that takes longer is slow.
const SLOW: Duration = Duration::from_secs(2);

/// The places that are taken. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(super) struct Places(Arc<Mutex<Inner>>);

#[derive(Debug, Default)]
struct Inner {
    lanes: HashMap<Uuid, Held>,
    /// Endpoints whose latest answer was slow.
    slow: HashSet<EndpointId>,
}

#[derive(Debug)]
struct Held {
    endpoint: EndpointId,
    is_failing: bool,
    /// Since when an answer is waited for.
    asked_at: Option<Instant>,
}

impl Places {
    pub(super) fn take(&self, claim: &LaneClaim) {
        let held = Held {
            endpoint: claim.endpoint,
            is_failing: claim.is_failing,
            asked_at: None,
        };
        self.inner().lanes.insert(claim.worker, held);
    }

    pub(super) fn give_back(&self, claim: &LaneClaim) {
        self.inner().lanes.remove(&claim.worker);
    }

    /// An endpoint is asked from now on.
    pub(super) fn begins(&self, claim: &LaneClaim) {
        if let Some(held) = self.inner().lanes.get_mut(&claim.worker) {
            held.asked_at = Some(Instant::now());
        }
    }

    /// It answered, or did not; whether it was quick about it.
    pub(super) fn ended(&self, claim: &LaneClaim) -> bool {
        self.ended_at(claim, Instant::now())
    }

    fn ended_at(&self, claim: &LaneClaim, now: Instant) -> bool {
        let mut inner = self.inner();
        let held = inner.lanes.get_mut(&claim.worker);
        let asked_at = held.and_then(|held| held.asked_at.take());
        let is_quick = asked_at.is_none_or(|at| now.duration_since(at) < SLOW);
        if is_quick {
            inner.slow.remove(&claim.endpoint);
        } else {
            inner.slow.insert(claim.endpoint);
        }
        is_quick
    }

    /// What the next claim has to respect.
    pub(super) fn taken(&self) -> Taken {
        self.inner().taken(Instant::now())
    }

    fn inner(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn taken(&self, now: Instant) -> Taken {
        let mut held: HashMap<EndpointId, usize> = HashMap::new();
        let mut doubtful = self.slow.clone();
        for lane in self.lanes.values() {
            *held.entry(lane.endpoint).or_default() += 1;
            let hangs = lane
                .asked_at
                .is_some_and(|at| now.duration_since(at) >= SLOW);
            if lane.is_failing || hangs {
                doubtful.insert(lane.endpoint);
            }
        }
        let of_doubtful = held.iter().filter(|(id, _)| doubtful.contains(id));
        let failing_wait = of_doubtful.map(|(_, count)| count).sum::<usize>() >= FOR_THE_DOUBTFUL;
        let full = held.iter().filter(|(_, count)| !self.may_take(**count));
        let mut full: Vec<EndpointId> = full.map(|(id, _)| *id).collect();
        if failing_wait {
            full.extend(doubtful);
        }
        Taken {
            held: held.into_iter().collect(),
            full,
            failing_wait,
        }
    }

    /// Whether an endpoint with so many places may have one more: never more than a third of what is
    /// free, so that there is always something left for the next one.
    fn may_take(&self, count: usize) -> bool {
        let free = AT_ONCE.saturating_sub(self.lanes.len());
        count < AT_ONCE_PER_ENDPOINT && 3 * count < free
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(endpoint: EndpointId, is_failing: bool) -> LaneClaim {
        LaneClaim {
            lane: Uuid::new_v4(),
            endpoint,
            worker: Uuid::new_v4(),
            is_failing,
        }
    }

    /// Takes what the endpoint may have; how many places those are.
    fn fill(places: &Places, endpoint: EndpointId, is_failing: bool) -> usize {
        let mut count = 0;
        loop {
            let taken = places.taken();
            if taken.full.contains(&endpoint) || (is_failing && taken.failing_wait) {
                return count;
            }
            let claim = claim(endpoint, is_failing);
            places.take(&claim);
            places.begins(&claim);
            count += 1;
        }
    }

    #[test]
    fn one_endpoint_has_at_most_eight_places_and_several_leave_some_for_the_next() {
        let places = Places::default();
        let counts: Vec<usize> = (0..8)
            .map(|_| fill(&places, EndpointId::new(), false))
            .collect();

        assert_eq!(counts[0], 8);
        assert!(counts.iter().all(|count| *count >= 1), "{counts:?}");
        assert!(counts.iter().sum::<usize>() < AT_ONCE, "{counts:?}");
    }

    #[test]
    fn all_that_fail_share_eight_places() {
        let places = Places::default();
        let counts: Vec<usize> = (0..20)
            .map(|_| fill(&places, EndpointId::new(), true))
            .collect();

        assert_eq!(counts.iter().sum::<usize>(), FOR_THE_DOUBTFUL);
        assert!(fill(&places, EndpointId::new(), false) >= 6);
    }

    #[test]
    fn who_hangs_or_was_slow_waits_with_those_that_fail() {
        let (places, hanging) = (Places::default(), EndpointId::new());
        assert_eq!(fill(&places, hanging, false), 8);
        assert!(!places.taken().failing_wait);

        let later = Instant::now() + SLOW;

        assert!(places.inner().taken(later).failing_wait);
        let late = claim(EndpointId::new(), false);
        places.take(&late);
        places.begins(&late);
        assert!(!places.ended_at(&late, Instant::now() + SLOW));
        places.give_back(&late);
        let taken = places.inner().taken(later);
        assert!(taken.full.contains(&late.endpoint));
    }
}
