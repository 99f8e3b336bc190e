//! The one way by which the service itself changes a connection's state: with its audit line.

use sqlx::PgConnection;
use time::OffsetDateTime;

use super::{Store, StoreError};
use crate::domain::state_change::StateChange;

impl Store {
    /// Changes the state by itself; `false` when somebody else changed it meanwhile.
    pub async fn change_state(
        &self,
        change: &StateChange,
        at: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let changed = self.change_state_in(&mut transaction, change, at).await?;
        transaction.commit().await?;
        Ok(changed)
    }

    /// Changes the state in the transaction of what led to it. Where the state is no longer the one that
    /// was seen, neither the state nor the trail changes.
    pub(super) async fn change_state_in(
        &self,
        connection: &mut PgConnection,
        change: &StateChange,
        at: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let ((seen, seen_reason), (state, reason)) =
            (change.from().to_columns(), change.to().to_columns());
        let changed = sqlx::query(
            "UPDATE connections SET state = $4, attention_reason = $5
             WHERE tenant_id = $1 AND state = $2 AND attention_reason IS NOT DISTINCT FROM $3",
        )
        .bind(change.tenant().as_uuid())
        .bind(seen)
        .bind(seen_reason)
        .bind(state)
        .bind(reason)
        .execute(&mut *connection)
        .await?;
        let is_changed = changed.rows_affected() == 1;
        if is_changed {
            self.record_in(&mut *connection, change.event(), at).await?;
        }
        Ok(is_changed)
    }
}
