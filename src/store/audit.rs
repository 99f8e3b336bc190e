//! The append-only audit trail: written here in one statement, and read back by [`trail`].

mod recent;
mod trail;

pub use trail::{ChainEnd, TrailEntry, TrailPlace};

use sqlx::PgExecutor;
use time::OffsetDateTime;

use super::{Store, StoreError};
use crate::domain::audit::{AuditEntry, AuditEvent};

impl Store {
    /// Adds one event by itself. An event that belongs to a change is added in the change's transaction.
    pub async fn record(&self, event: &AuditEvent, at: OffsetDateTime) -> Result<(), StoreError> {
        self.record_in(&self.pool, event, at).await
    }

    /// Writes the line, its signature and, where the vendor's programs are told of it, the event that
    /// waits to be sent, with the state that the change left: in one statement, so in whichever transaction the change itself is made. It
    /// comes last there, because a tenant's lines wait for each other until they are committed.
    pub(super) async fn record_in(
        &self,
        executor: impl PgExecutor<'_>,
        event: &AuditEvent,
        at: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let entry = AuditEntry::of(event, at);
        let signature = self.signer.sign(&entry);
        sqlx::query(
            "WITH recorded AS (
                INSERT INTO audit_events (id, tenant_id, at, actor_kind, actor, action, detail, digest)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id
             ), signed AS (
                INSERT INTO audit_signatures (event_id, key_id, mac) SELECT id, $9, $10 FROM recorded
             )
             INSERT INTO outbox_events (id, tenant_id, at, type, data, subject)
             SELECT id, $2, $3, $6, $7, (
                SELECT jsonb_build_object(
                    'tenant', jsonb_build_object('id', t.id, 'external_id', t.external_id, 'name', t.name),
                    'connection', jsonb_strip_nulls(jsonb_build_object('state', c.state, 'reason', c.attention_reason)))
                FROM tenants t JOIN connections c ON c.tenant_id = t.id WHERE t.id = $2
             ) FROM recorded WHERE $11",
        )
        .bind(entry.id)
        .bind(entry.tenant)
        .bind(entry.at)
        .bind(&entry.actor_kind)
        .bind(&entry.actor)
        .bind(&entry.action)
        .bind(&entry.detail)
        .bind(signature.digest.as_slice())
        .bind(&signature.key)
        .bind(signature.mac.as_slice())
        .bind(event.action.is_published())
        .execute(executor)
        .await?;
        Ok(())
    }
}
