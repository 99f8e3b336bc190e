//! The one order in which a tenant's rows are locked, so that no two transactions wait for each other:
//! `connections` first, then `refreshes`, `token_sets`, `checks`, links and sessions; the end of the
//! audit trail's chain comes last.
//!
//! The connection's row is also what tells before from after: whatever ends something of a tenant's takes
//! it, and so does whatever stores what rests on that. So of the two one comes first, and the other sees it.

use sqlx::PgExecutor;

use super::StoreError;
use crate::domain::id::TenantId;
use crate::domain::overtaken::Overtaken;

/// Takes the tenant's connection until the transaction ends. A statement of its own, and the first one:
/// what the next one reads is then from after the wait.
pub(super) async fn lock_connection(
    executor: impl PgExecutor<'_>,
    tenant: TenantId,
) -> Result<(), StoreError> {
    sqlx::query("SELECT FROM connections WHERE tenant_id = $1 FOR NO KEY UPDATE")
        .bind(tenant.as_uuid())
        .execute(executor)
        .await?;
    Ok(())
}

/// The same, for what only a connection that has not ended can be asked: [`StoreError::Overtaken`] where it
/// ended meanwhile.
pub(super) async fn lock_live_connection(
    executor: impl PgExecutor<'_>,
    tenant: TenantId,
) -> Result<(), StoreError> {
    let state: Option<String> =
        sqlx::query_scalar("SELECT state FROM connections WHERE tenant_id = $1 FOR NO KEY UPDATE")
            .bind(tenant.as_uuid())
            .fetch_optional(executor)
            .await?;
    match state.as_deref() {
        Some("disconnected") => Err(StoreError::Overtaken(Overtaken::Disconnected)),
        _ => Ok(()),
    }
}
