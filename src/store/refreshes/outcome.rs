//! How a refresh ends: with new tokens, or with the next try. Each in one step with all that follows.

use sqlx::PgConnection;
use time::OffsetDateTime;

use super::Lease;
use super::history::keep_failure;
use crate::domain::audit::AuditEvent;
use crate::domain::failure::{FailureKind, OktaSaid};
use crate::domain::scope::ScopeSet;
use crate::domain::state_change::StateChange;
use crate::store::order::lock_connection;
use crate::store::{SealedTokens, Store, StoreError};

/// New tokens, in the place of the generation before them.
#[derive(Debug)]
pub struct Refreshed {
    pub tokens: SealedTokens,
    /// Where Okta named them; else those of before still count.
    pub scopes: Option<ScopeSet>,
    pub due_at: OffsetDateTime,
    pub change: Option<StateChange>,
    /// What the scopes' change is to the audit trail.
    pub event: Option<AuditEvent>,
}

/// No new tokens.
#[derive(Debug)]
pub struct Failed {
    /// The token set that was to be spent.
    pub tokens: i64,
    /// `None` where the failure is our own and not Okta's.
    pub kind: Option<FailureKind>,
    /// What Okta literally said.
    pub said: OktaSaid,
    /// Whether the refresh token may be spent all the same.
    pub is_doubtful: bool,
    /// `None` when only a new sign-in helps.
    pub due_at: Option<OffsetDateTime>,
    pub change: Option<StateChange>,
}

impl Store {
    /// Stores new tokens; `false` when others were faster, whose tokens then stand.
    pub async fn store_refreshed(
        &self,
        lease: &Lease,
        refreshed: &Refreshed,
        at: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        if refreshed.change.is_none() && refreshed.event.is_none() {
            let mut connection = self.pool.acquire().await?;
            return replace_tokens(&mut connection, lease, refreshed, at).await;
        }
        let mut transaction = self.pool.begin().await?;
        lock_connection(&mut *transaction, lease.tenant).await?;
        if !replace_tokens(&mut transaction, lease, refreshed, at).await? {
            return Ok(false);
        }
        if let Some(change) = &refreshed.change {
            self.change_state_in(&mut transaction, change, at).await?;
        }
        if let Some(event) = &refreshed.event {
            self.record_in(&mut *transaction, event, at).await?;
        }
        transaction.commit().await?;
        Ok(true)
    }

    /// Writes a failure down; `false` when the lease, or the tokens, are no longer those of the try.
    pub async fn fail_refresh(
        &self,
        lease: &Lease,
        failed: &Failed,
        at: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.pool.begin().await?;
        if failed.change.is_some() {
            lock_connection(&mut *transaction, lease.tenant).await?;
        }
        let doubted = failed.is_doubtful || lease.doubted == Some(failed.tokens);
        let written = sqlx::query(
            "UPDATE refreshes SET due_at = $5, attempts = attempts + 1, failure = coalesce($6, failure),
                    failing_since = CASE WHEN $6 IS NULL THEN failing_since ELSE coalesce(failing_since, $7) END,
                    spending = $8, notice_at = CASE WHEN $5::timestamptz IS NULL THEN NULL ELSE notice_at END,
                    lease_owner = NULL, lease_ends_at = NULL, heartbeat_at = NULL
             WHERE connection_id = $1 AND lease_owner = $2 AND lease_generation = $3
               AND NOT EXISTS (SELECT FROM token_sets WHERE connection_id = $1 AND generation <> $4)",
        )
        .bind(lease.connection.as_uuid())
        .bind(lease.owner)
        .bind(lease.generation)
        .bind(failed.tokens)
        .bind(failed.due_at)
        .bind(failed.kind.map(FailureKind::code))
        .bind(at)
        .bind(doubted.then_some(failed.tokens))
        .execute(&mut *transaction)
        .await?;
        if written.rows_affected() == 0 {
            return Ok(false);
        }
        keep_failure(&mut transaction, lease, failed, at).await?;
        if let Some(change) = &failed.change {
            self.change_state_in(&mut transaction, change, at).await?;
        }
        transaction.commit().await?;
        Ok(true)
    }
}

/// One statement: the lease's row is locked first, and the tokens change with it or not at all.
async fn replace_tokens(
    connection: &mut PgConnection,
    lease: &Lease,
    refreshed: &Refreshed,
    at: OffsetDateTime,
) -> Result<bool, StoreError> {
    let tokens = &refreshed.tokens;
    let stored = sqlx::query(
        "WITH ours AS MATERIALIZED (
            SELECT r.connection_id FROM refreshes r JOIN connections c ON c.id = r.connection_id
            WHERE r.connection_id = $1 AND r.spent_by = $2 AND r.spent_under = $3 AND c.state <> 'disconnected'
            FOR UPDATE OF r
         ), stored AS (
            UPDATE token_sets t SET generation = $4, access_token = $5, access_expires_at = $6, refresh_token = $7,
                   scopes = coalesce($8, t.scopes), stored_at = $9
            FROM ours WHERE t.connection_id = ours.connection_id AND t.generation = $4 - 1
            RETURNING t.connection_id
         )
         UPDATE refreshes r SET due_at = $10, attempts = 0, failure = NULL, failing_since = NULL, spending = NULL,
                refreshed_times = r.refreshed_times + 1, refreshed_since = coalesce(r.refreshed_since, $9), refreshed_at = $9,
                lease_owner = NULL, lease_ends_at = NULL, heartbeat_at = NULL
         FROM stored WHERE r.connection_id = stored.connection_id",
    )
    .bind(lease.connection.as_uuid())
    .bind(lease.owner)
    .bind(lease.generation)
    .bind(tokens.generation)
    .bind(&tokens.access_token.0)
    .bind(tokens.access_expires_at)
    .bind(tokens.refresh_token.as_ref().map(|sealed| &sealed.0))
    .bind(refreshed.scopes.as_ref().map(ScopeSet::to_names))
    .bind(at)
    .bind(refreshed.due_at)
    .execute(connection)
    .await?;
    Ok(stored.rows_affected() == 1)
}
