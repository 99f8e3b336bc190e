//! The end of a connection, in one transaction.

use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::order::lock_connection;
use super::{Revoked, Store, StoreError};
use crate::domain::audit::AuditEvent;
use crate::domain::id::{ConnectionId, TenantId};

/// What ends, as it was read before.
#[derive(Debug)]
pub struct Ended<'a> {
    pub tenant: TenantId,
    pub connection: ConnectionId,
    /// The generation of the token set that was read; `None` when there was none.
    pub generation: Option<i64>,
    /// The token that Okta has to end, and who tries at once, for how long. One that does not open is noted,
    /// and ends nothing less.
    pub revoked: Option<(Revoked, Uuid, Duration)>,
    pub event: &'a AuditEvent,
}

impl Store {
    /// Ends the connection: from the commit on nobody gets a token, and no secret is left but what the
    /// revocation needs. [`StoreError::Raced`] when the tokens were replaced since they were read;
    /// `false` when it had ended before.
    pub async fn disconnect(
        &self,
        ended: &Ended<'_>,
        at: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.pool.begin().await?;
        lock_connection(&mut *transaction, ended.tenant).await?;
        let removed = remove_tokens(&mut transaction, ended.tenant).await?;
        if !forget_secrets(&mut transaction, ended.tenant, removed, at).await? {
            return Ok(false);
        }
        if removed != ended.generation {
            return Err(StoreError::Raced);
        }
        end_open_work(&mut transaction, ended.tenant, at).await?;
        if let Some((revoked, worker, lease)) = &ended.revoked {
            let owner = (ended.tenant, ended.connection);
            let claim = Some((*worker, *lease));
            self.keep_revocation(&mut transaction, owner, revoked, claim, at)
                .await?;
        }
        self.record_in(&mut *transaction, ended.event, at).await?;
        transaction.commit().await?;
        Ok(true)
    }
}

async fn remove_tokens(
    connection: &mut PgConnection,
    tenant: TenantId,
) -> Result<Option<i64>, StoreError> {
    // Nobody keeps alive what is gone. The sub-select makes the upkeep go before the tokens.
    Ok(sqlx::query_scalar(
        "WITH kept AS (
            DELETE FROM refreshes WHERE tenant_id = $1 RETURNING refreshed_since, refreshed_at, refreshed_times
         ), history AS (
            INSERT INTO refresh_history (tenant_id, since, at, times)
            SELECT $1, refreshed_since, refreshed_at, refreshed_times FROM kept WHERE refreshed_times > 0
         )
         DELETE FROM token_sets s
         USING (SELECT c.id, (SELECT count(*) FROM kept) AS refreshes_went FROM connections c WHERE c.tenant_id = $1) own
         WHERE s.connection_id = own.id AND own.refreshes_went >= 0 RETURNING s.generation",
    )
    .bind(tenant.as_uuid())
    .fetch_optional(connection)
    .await?)
}

/// The public key stays: it is no secret, and Okta may still ask for it.
async fn forget_secrets(
    connection: &mut PgConnection,
    tenant: TenantId,
    generation: Option<i64>,
    at: OffsetDateTime,
) -> Result<bool, StoreError> {
    let ended = sqlx::query(
        "UPDATE connections SET state = 'disconnected', attention_reason = NULL, last_failure = NULL,
                client_secret = NULL, client_key = NULL, next_client_id = NULL, next_client_auth_method = NULL,
                next_client_secret = NULL, next_checked_at = NULL, ended_at = $3,
                last_generation = greatest(last_generation, coalesce($2, 0))
         WHERE tenant_id = $1 AND state NOT IN ('disconnected', 'pending')",
    )
    .bind(tenant.as_uuid())
    .bind(generation)
    .bind(at)
    .execute(connection)
    .await?;
    Ok(ended.rows_affected() == 1)
}

/// The check that is open, the sign-ins that somebody is at Okta for, and the links by which a
/// colleague was asked to mend what now is nothing.
async fn end_open_work(
    connection: &mut PgConnection,
    tenant: TenantId,
    at: OffsetDateTime,
) -> Result<(), StoreError> {
    for statement in [
        "UPDATE checks SET finished_at = $2, outcome = 'superseded', claimed_by = NULL, claim_ends_at = NULL
         WHERE tenant_id = $1 AND finished_at IS NULL",
        "UPDATE authorization_attempts SET expires_at = $2
         WHERE tenant_id = $1 AND purpose = 'connect' AND consumed_at IS NULL AND expires_at > $2",
        "UPDATE onboarding_links SET revoked_at = $2
         WHERE tenant_id = $1 AND asked_by IS NOT NULL AND completed_at IS NULL AND revoked_at IS NULL",
    ] {
        sqlx::query(statement)
            .bind(tenant.as_uuid())
            .bind(at)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}
