//! Tokens that wait for Okta to end them: kept sealed with all that the request needs, claimed by one
//! worker at a time, and emptied when they end. A claim's end is measured by the database's clock.

mod row;

pub use row::{LastTry, Revoked};

use serde_json::json;
use sqlx::PgConnection;
use sqlx::types::Json;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use self::row::{EndingRow, RevocationRow};
use super::{Store, StoreError};
use crate::domain::audit::{Action, Actor, AuditEvent};
use crate::domain::id::{ConnectionId, TenantId};
use crate::domain::revocation::{Outcome, Progress};

/// One that a worker may ask Okta about.
#[derive(Debug)]
pub struct ClaimedRevocation {
    pub tenant: TenantId,
    pub worker: Uuid,
    /// This one included.
    pub tries: u32,
    pub revoked: Revoked,
}

/// How a connection ended.
#[derive(Debug, Clone)]
pub struct Ending {
    pub at: OffsetDateTime,
    /// The administrator who did it; `None`: the vendor.
    pub by: Option<String>,
    /// `None`: there was no token to revoke.
    pub revocation: Option<RevocationRecord>,
}

/// How far the revocation is.
#[derive(Debug, Clone)]
pub struct RevocationRecord {
    /// `None` while Okta has not answered.
    pub outcome: Option<Outcome>,
    pub last_tried_at: Option<OffsetDateTime>,
    pub last_try: Option<LastTry>,
}

impl Ending {
    #[must_use]
    pub fn progress(&self) -> Progress {
        match &self.revocation {
            None => Progress::Nothing,
            Some(record) => record.outcome.map_or(Progress::Pending, Progress::Ended),
        }
    }
}

impl Store {
    /// Claims what is due for longest and what nobody works on.
    pub async fn claim_due_revocation(
        &self,
        worker: Uuid,
        lease: Duration,
        at: OffsetDateTime,
    ) -> Result<Option<ClaimedRevocation>, StoreError> {
        let row: Option<RevocationRow> = sqlx::query_as(
            "UPDATE revocations SET claimed_by = $1, claim_ends_at = clock_timestamp() + $2, last_tried_at = $3,
                    tries = tries + 1
             WHERE id = (
                SELECT id FROM revocations
                WHERE ended_at IS NULL AND due_at <= $3
                AND (claim_ends_at IS NULL OR claim_ends_at <= clock_timestamp())
                ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED
             ) RETURNING id, tenant_id, reason, organization_origin, client_id, client_auth_method, token_kind, token,
                         client_secret, client_key, client_key_id, client_key_public, expires_at, tries",
        )
        .bind(worker)
        .bind(lease)
        .bind(at)
        .fetch_optional(&self.pool)
        .await?;
        row.map(|row| row.claimed_by(worker)).transpose()
    }

    /// Gives it back until `due`; `false` when it is no longer this worker's. `why`: what Okta said,
    /// where it was asked.
    pub async fn postpone_revocation(
        &self,
        claimed: &ClaimedRevocation,
        why: Option<&LastTry>,
        due: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let postponed = sqlx::query(
            "UPDATE revocations SET due_at = $3, last_failure = coalesce($4, last_failure), claimed_by = NULL,
                    claim_ends_at = NULL
             WHERE id = $1 AND claimed_by = $2 AND ended_at IS NULL",
        )
        .bind(claimed.revoked.id.as_uuid())
        .bind(claimed.worker)
        .bind(due)
        .bind(why.map(Json))
        .execute(&self.pool)
        .await?;
        Ok(postponed.rows_affected() == 1)
    }

    /// Ends it and destroys every secret of it, in one transaction with the audit trail's line; `false`
    /// when it is no longer this worker's.
    pub async fn end_revocation(
        &self,
        claimed: &ClaimedRevocation,
        outcome: Outcome,
        why: Option<&LastTry>,
        event: &AuditEvent,
        at: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let ended = sqlx::query(
            "UPDATE revocations SET ended_at = $3, outcome = $4, last_failure = $5, token = NULL,
                    client_secret = NULL, client_key = NULL, claimed_by = NULL, claim_ends_at = NULL
             WHERE id = $1 AND claimed_by = $2 AND ended_at IS NULL",
        )
        .bind(claimed.revoked.id.as_uuid())
        .bind(claimed.worker)
        .bind(at)
        .bind(outcome.code())
        .bind(why.map(Json))
        .execute(&mut *transaction)
        .await?;
        if ended.rows_affected() == 0 {
            return Ok(false);
        }
        self.record_in(&mut *transaction, event, at).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// How the tenant's connection ended last, and how far the revocation of its tokens is.
    pub async fn find_ending(&self, tenant: TenantId) -> Result<Option<Ending>, StoreError> {
        let row: Option<EndingRow> = sqlx::query_as(
            "SELECT e.at, CASE WHEN e.actor_kind = 'administrator' THEN coalesce(e.actor_name, p.name) END AS by_name,
                    r.id AS revocation, r.outcome, r.last_tried_at, r.last_failure
             FROM audit_events e
             LEFT JOIN people p ON e.actor_name IS NULL AND p.tenant_id = e.tenant_id AND e.actor_kind = 'administrator'
                                   AND p.id::text = e.actor
             LEFT JOIN LATERAL (
                SELECT * FROM revocations
                WHERE tenant_id = $1 AND reason = 'disconnected' AND created_at >= e.at ORDER BY created_at DESC LIMIT 1
             ) r ON true
             WHERE e.tenant_id = $1 AND e.action = 'connection.disconnected' ORDER BY e.id DESC LIMIT 1",
        )
        .bind(tenant.as_uuid())
        .fetch_optional(&self.pool)
        .await?;
        row.map(Ending::try_from).transpose()
    }
}

impl Store {
    /// Keeps a token that was never stored until Okta has ended it.
    pub async fn queue_revocation(
        &self,
        owner: (TenantId, ConnectionId),
        revoked: &Revoked,
        at: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        self.keep_revocation(&mut transaction, owner, revoked, None, at)
            .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Keeps a token until Okta has ended it. `claim`: who tries at once, and for how long it is theirs. Where
    /// it does not open, that is noted in its place, and in the trail.
    pub(super) async fn keep_revocation(
        &self,
        connection: &mut PgConnection,
        owner: (TenantId, ConnectionId),
        revoked: &Revoked,
        claim: Option<(Uuid, Duration)>,
        at: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let claim = claim.filter(|_| revoked.token.is_some());
        insert_revocation(&mut *connection, owner, revoked, claim, at).await?;
        if revoked.token.is_some() {
            return Ok(());
        }
        let event =
            AuditEvent::new(owner.0, Actor::Service, Action::TokensNotRevoked).with(json!({
                "reason": revoked.reason.code(), "outcome": Outcome::Unreadable.code(),
            }));
        self.record_in(connection, &event, at).await
    }
}

/// Of one that was stored before, as when the answer to a commit got lost, there is no second.
async fn insert_revocation(
    connection: &mut PgConnection,
    (tenant, connection_id): (TenantId, ConnectionId),
    revoked: &Revoked,
    claim: Option<(Uuid, Duration)>,
    at: OffsetDateTime,
) -> Result<(), StoreError> {
    let key = revoked.client_key.as_ref();
    sqlx::query(
        "INSERT INTO revocations (id, tenant_id, connection_id, reason, organization_origin, client_id, client_auth_method,
                                  token_kind, token, client_secret, client_key, client_key_id, client_key_public,
                                  created_at, due_at, expires_at, claimed_by, claim_ends_at, last_tried_at, tries,
                                  ended_at, outcome)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14, $15, $16, clock_timestamp() + $17,
                 CASE WHEN $16::uuid IS NOT NULL THEN $14 END, CASE WHEN $16::uuid IS NOT NULL THEN 1 ELSE 0 END,
                 CASE WHEN $9::bytea IS NULL THEN $14 END, CASE WHEN $9::bytea IS NULL THEN $18 END)
         ON CONFLICT (id) DO NOTHING",
    )
    .bind(revoked.id.as_uuid())
    .bind(tenant.as_uuid())
    .bind(connection_id.as_uuid())
    .bind(revoked.reason.code())
    .bind(revoked.origin.as_str())
    .bind(revoked.app.client_id.as_str())
    .bind(revoked.app.auth_method.name())
    .bind(revoked.token_kind())
    .bind(revoked.token.as_ref().map(|sealed| &sealed.0))
    .bind(revoked.client_secret.as_ref().map(|sealed| &sealed.0))
    .bind(key.map(|key| &key.private.0))
    .bind(key.map(|key| &key.id))
    .bind(key.map(|key| &key.public))
    .bind(at)
    .bind(revoked.expires_at)
    .bind(claim.map(|(worker, _)| worker))
    .bind(claim.map(|(_, lease)| lease))
    .bind(Outcome::Unreadable.code())
    .execute(connection)
    .await?;
    Ok(())
}
