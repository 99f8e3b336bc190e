//! A tenant's own lines, the latest first, for whoever follows what happens to it.

use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::audit::AuditEntry;
use crate::domain::id::TenantId;
use crate::store::{Store, StoreError};

#[derive(sqlx::FromRow)]
struct LineRow {
    id: Uuid,
    tenant_id: Option<Uuid>,
    at: OffsetDateTime,
    actor_kind: String,
    actor: Option<String>,
    actor_name: Option<String>,
    action: String,
    detail: serde_json::Value,
}

impl From<LineRow> for AuditEntry {
    fn from(row: LineRow) -> Self {
        Self {
            id: row.id,
            tenant: row.tenant_id,
            at: row.at,
            actor_kind: row.actor_kind,
            actor: row.actor,
            actor_name: row.actor_name,
            action: row.action,
            detail: row.detail,
        }
    }
}

impl Store {
    /// The tenant's lines from before `before`, the latest first, at most `limit`.
    pub async fn recent_events(
        &self,
        tenant: TenantId,
        before: Option<Uuid>,
        limit: i64,
    ) -> Result<Vec<AuditEntry>, StoreError> {
        let rows: Vec<LineRow> = sqlx::query_as(
            "SELECT id, tenant_id, at, actor_kind, actor, actor_name, action, detail FROM audit_events
             WHERE tenant_id = $1 AND id < coalesce($2, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
             ORDER BY id DESC LIMIT $3",
        )
        .bind(tenant.as_uuid())
        .bind(before)
        .bind(limit)
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().map(Into::into).collect())
    }
}
