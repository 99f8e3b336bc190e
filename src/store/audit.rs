//! The append-only audit trail.

use sqlx::PgExecutor;
use time::OffsetDateTime;

use super::{Store, StoreError};
use crate::domain::audit::AuditEvent;
use crate::domain::id::AuditEventId;

impl Store {
    /// Adds one event by itself. An event that belongs to a change is added in the change's transaction.
    pub async fn record(&self, event: &AuditEvent, at: OffsetDateTime) -> Result<(), StoreError> {
        record(&self.pool, event, at).await
    }
}

/// Writes the line and, where the vendor's programs are told of it, the event that waits to be sent:
/// in one statement, so in whichever transaction the change itself is made.
pub(super) async fn record(
    executor: impl PgExecutor<'_>,
    event: &AuditEvent,
    at: OffsetDateTime,
) -> Result<(), StoreError> {
    let (kind, actor) = event.actor.to_columns();
    sqlx::query(
        "WITH recorded AS (
            INSERT INTO audit_events (id, tenant_id, at, actor_kind, actor, action, detail)
            VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id
         )
         INSERT INTO outbox_events (id, tenant_id, at, type, data)
         SELECT id, $2, $3, $6, $7 FROM recorded WHERE $8",
    )
    .bind(AuditEventId::new().as_uuid())
    .bind(event.tenant.map(|tenant| tenant.as_uuid()))
    .bind(at)
    .bind(kind)
    .bind(actor)
    .bind(event.action.code())
    .bind(&event.detail)
    .bind(event.action.is_published())
    .execute(executor)
    .await?;
    Ok(())
}
