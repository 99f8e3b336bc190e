//! Which keys were given tokens of which tenants, for the audit trail: a line for each would outgrow
//! everything else, so one line tells of all that a key got of a tenant within an hour.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration as StdDuration;

use serde_json::json;
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

use crate::domain::audit::{Action, Actor, AuditEvent};
use crate::domain::id::{ApiKeyId, TenantId};
use crate::store::{Store, StoreError};

/// How often it is looked whether a line is due.
pub(super) const LOOK_EVERY: StdDuration = StdDuration::from_secs(5);
/// How much time one line tells of. The first of a key is written at once.
const EVERY: Duration = Duration::HOUR;

/// What was given since it was last written down.
#[derive(Debug, Default)]
pub(super) struct Issues(Mutex<HashMap<(ApiKeyId, TenantId), Tally>>);

#[derive(Debug, Clone, Copy)]
struct Tally {
    times: u64,
    since: OffsetDateTime,
    written_at: Option<OffsetDateTime>,
}

impl Issues {
    pub(super) fn note(&self, key: ApiKeyId, tenant: TenantId, at: OffsetDateTime) {
        self.add((key, tenant), 1, at);
    }

    /// Writes the lines that are due, or all of them; what could not be written is kept for the next time.
    pub(super) async fn write(
        &self,
        store: &Store,
        now: OffsetDateTime,
        all: bool,
    ) -> Result<(), StoreError> {
        let mut due = self.take_due(now, all).into_iter();
        while let Some((of, tally)) = due.next() {
            let (key, tenant) = of;
            let event = AuditEvent::new(tenant, Actor::ApiKey(key), Action::TokenIssued);
            let event = event
                .with(json!({ "times": tally.times, "since": tally.since.format(&Rfc3339).ok() }));
            if let Err(error) = store.record(&event, now).await {
                self.give_back([(of, tally)].into_iter().chain(due));
                return Err(error);
            }
        }
        Ok(())
    }

    /// What could not be written stays as due as it was.
    fn give_back(&self, unwritten: impl Iterator<Item = ((ApiKeyId, TenantId), Tally)>) {
        for (of, tally) in unwritten {
            self.add(of, tally.times, tally.since);
            if let Some(kept) = self.tallies().get_mut(&of) {
                kept.written_at = tally.written_at;
            }
        }
    }

    fn add(&self, of: (ApiKeyId, TenantId), times: u64, since: OffsetDateTime) {
        let mut tallies = self.tallies();
        let tally = tallies.entry(of).or_insert(Tally {
            times: 0,
            since,
            written_at: None,
        });
        tally.since = if tally.times == 0 {
            since
        } else {
            since.min(tally.since)
        };
        tally.times += times;
    }

    /// What is due counts from now on anew; who got nothing for an hour is forgotten.
    fn take_due(&self, now: OffsetDateTime, all: bool) -> Vec<((ApiKeyId, TenantId), Tally)> {
        let mut tallies = self.tallies();
        let is_due = |tally: &Tally| all || tally.written_at.is_none_or(|at| at + EVERY <= now);
        tallies.retain(|_, tally| tally.times > 0 || !is_due(tally));
        let due = tallies
            .iter_mut()
            .filter(|(_, tally)| tally.times > 0 && is_due(tally));
        due.map(|(of, tally)| {
            let taken = *tally;
            (tally.times, tally.written_at) = (0, Some(now));
            (*of, taken)
        })
        .collect()
    }

    fn tallies(&self) -> MutexGuard<'_, HashMap<(ApiKeyId, TenantId), Tally>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;
    use uuid::Uuid;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-11-30 12:00 UTC);

    #[test]
    fn nothing_of_what_could_not_be_written_is_forgotten_or_late() {
        let issues = Issues::default();
        let key = ApiKeyId::from_uuid(Uuid::from_u128(1));
        for tenant in 1..=3 {
            issues.note(key, TenantId::from_uuid(Uuid::from_u128(tenant)), NOW);
        }
        let mut taken = issues.take_due(NOW, false).into_iter();
        let _written = taken.next();
        let meanwhile = NOW + Duration::MINUTE;
        let (of, _) = taken.as_slice()[0];
        issues.note(of.0, of.1, meanwhile);

        issues.give_back(taken);

        let again = issues.take_due(meanwhile, false);
        let times: u64 = again.iter().map(|(_, tally)| tally.times).sum();
        assert_eq!((again.len(), times), (2, 3));
        assert!(again.iter().all(|(_, tally)| tally.since == NOW));
    }

    #[test]
    fn the_first_is_told_at_once_and_what_follows_once_an_hour() {
        let issues = Issues::default();
        let of = (
            ApiKeyId::from_uuid(Uuid::from_u128(1)),
            TenantId::from_uuid(Uuid::from_u128(2)),
        );
        let take = |at| {
            let taken = issues.take_due(at, false);
            taken
                .iter()
                .map(|(_, tally)| tally.times)
                .collect::<Vec<_>>()
        };
        issues.note(of.0, of.1, NOW);
        assert_eq!(take(NOW), [1]);
        for minute in 1..=30 {
            issues.note(of.0, of.1, NOW + Duration::minutes(minute));
        }
        assert_eq!(take(NOW + Duration::minutes(59)), Vec::<u64>::new());
        let taken = issues.take_due(NOW + EVERY, false);
        assert_eq!(
            (taken[0].1.times, taken[0].1.since),
            (30, NOW + Duration::MINUTE)
        );
        // Idle for an hour: forgotten, and told at once again.
        assert_eq!(take(NOW + 2 * EVERY), Vec::<u64>::new());
        assert!(issues.tallies().is_empty());
        issues.note(of.0, of.1, NOW + 3 * EVERY);
        assert_eq!(issues.take_due(NOW + 3 * EVERY, true).len(), 1);
    }
}
