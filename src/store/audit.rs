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

pub(super) async fn record(
    executor: impl PgExecutor<'_>,
    event: &AuditEvent,
    at: OffsetDateTime,
) -> Result<(), StoreError> {
    let (kind, actor) = event.actor.to_columns();
    sqlx::query(
        "INSERT INTO audit_events (id, tenant_id, at, actor_kind, actor, action, detail)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(AuditEventId::new().as_uuid())
    .bind(event.tenant.as_uuid())
    .bind(at)
    .bind(kind)
    .bind(actor)
    .bind(event.action.code())
    .bind(&event.detail)
    .execute(executor)
    .await?;
    Ok(())
}
