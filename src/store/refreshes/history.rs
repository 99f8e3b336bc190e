//! What became of refreshes, kept for whoever asks later: each failure, and successes in runs.

use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};

use super::{Failed, Lease};
use crate::store::{Store, StoreError};

/// Failures in a row that are kept one by one. Those after them are counted together, so that an outage
/// of days does not bury what came before.
const ONE_BY_ONE: i32 = 20;
/// How long the history is kept.
const KEPT: Duration = Duration::days(90);

/// Keeps a failure, in the transaction that wrote it down, and the run of successes that it ended.
pub(super) async fn keep_failure(
    connection: &mut PgConnection,
    lease: &Lease,
    failed: &Failed,
    at: OffsetDateTime,
) -> Result<(), StoreError> {
    let Some(kind) = failed.kind else {
        return Ok(());
    };
    sqlx::query(
        "WITH before AS (
            SELECT connection_id, tenant_id, refreshed_since, refreshed_at, refreshed_times FROM refreshes
            WHERE connection_id = $1 AND refreshed_times > 0
         ), reset AS (
            UPDATE refreshes r SET refreshed_times = 0, refreshed_since = NULL, refreshed_at = NULL
            FROM before b WHERE r.connection_id = b.connection_id
         )
         INSERT INTO refresh_history (tenant_id, since, at, times)
         SELECT tenant_id, refreshed_since, refreshed_at, refreshed_times FROM before",
    )
    .bind(lease.connection.as_uuid())
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "WITH counted AS (
            UPDATE refresh_history h SET times = h.times + 1, at = $3, failure = $4, error = $5, description = $6, request_id = $7
            WHERE h.id = (SELECT id FROM refresh_history WHERE tenant_id = $2 ORDER BY at DESC, id DESC LIMIT 1)
              AND h.failure IS NOT NULL AND (SELECT attempts FROM refreshes WHERE connection_id = $1) > $8
            RETURNING h.id
         )
         INSERT INTO refresh_history (tenant_id, since, at, failure, error, description, request_id)
         SELECT $2, $3, $3, $4, $5, $6, $7 WHERE NOT EXISTS (SELECT FROM counted)",
    )
    .bind(lease.connection.as_uuid())
    .bind(lease.tenant.as_uuid())
    .bind(at)
    .bind(kind.code())
    .bind(&failed.said.error)
    .bind(&failed.said.description)
    .bind(&failed.said.request_id)
    .bind(ONE_BY_ONE)
    .execute(connection)
    .await?;
    Ok(())
}

impl Store {
    /// Removes what is older than anybody asks for; how many rows.
    pub async fn sweep_refresh_history(&self, now: OffsetDateTime) -> Result<u64, StoreError> {
        let swept = sqlx::query("DELETE FROM refresh_history WHERE at < $1")
            .bind(now - KEPT)
            .execute(&self.pool)
            .await?;
        let batches =
            sqlx::query("DELETE FROM refresh_batches WHERE at < now() - interval '1 day'")
                .execute(&self.pool)
                .await?;
        Ok(swept.rows_affected() + batches.rows_affected())
    }
}
