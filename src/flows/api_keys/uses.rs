//! When keys were last used, kept in memory for some seconds: a write per call would cost more than
//! the call.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use time::OffsetDateTime;

use crate::domain::id::ApiKeyId;
use crate::store::{Store, StoreError};

/// How often uses are written down.
pub(super) const EVERY: Duration = Duration::from_secs(5);

/// The latest use of each key that was used since they were last written down.
#[derive(Debug, Default)]
pub(super) struct KeyUses(Mutex<HashMap<ApiKeyId, OffsetDateTime>>);

impl KeyUses {
    pub(super) fn note(&self, id: ApiKeyId, at: OffsetDateTime) {
        let mut latest = self.latest();
        let known = latest.entry(id).or_insert(at);
        *known = at.max(*known);
    }

    /// Writes them all down; what could not be written is kept for the next time.
    pub(super) async fn write(&self, store: &Store) -> Result<(), StoreError> {
        let taken: Vec<_> = self.latest().drain().collect();
        if taken.is_empty() {
            return Ok(());
        }
        let written = store.note_api_key_uses(&taken).await;
        if written.is_err() {
            for (id, at) in taken {
                self.note(id, at);
            }
        }
        written
    }

    fn latest(&self) -> MutexGuard<'_, HashMap<ApiKeyId, OffsetDateTime>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
