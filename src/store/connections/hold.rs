//! The hold of a new connection, which the vendor lifts.

use time::OffsetDateTime;

use crate::domain::audit::AuditEvent;
use crate::domain::connection::ConnectionState;
use crate::domain::id::TenantId;
use crate::store::{Store, StoreError};

impl Store {
    /// Lifts the hold of a connection; `false` when it is not on hold any more.
    pub async fn lift_hold(
        &self,
        tenant: TenantId,
        to: ConnectionState,
        event: &AuditEvent,
        at: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let (state, reason) = to.to_columns();
        let mut transaction = self.pool.begin().await?;
        let lifted = sqlx::query(
            "UPDATE connections SET state = $2, attention_reason = $3 WHERE tenant_id = $1 AND state = 'on_hold'",
        )
        .bind(tenant.as_uuid())
        .bind(state)
        .bind(reason)
        .execute(&mut *transaction)
        .await?;
        if lifted.rows_affected() == 0 {
            return Ok(false);
        }
        self.record_in(&mut *transaction, event, at).await?;
        transaction.commit().await?;
        Ok(true)
    }
}
