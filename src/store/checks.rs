//! Checks: requested, claimed by one worker, filled with evidence, finished, and followed by the next.
//!
//! A claim is a lease, not a lock: a worker that dies lets it run out, and one that wakes up late
//! finds that it may no longer write, because every write names the claim. Its end is measured by the
//! database's clock, so that replicas whose clocks differ agree on it.

mod results;
mod view;

pub use results::EvidenceByScope;
pub use view::{CheckRecord, LastCheck, StoredChange};

use sqlx::{PgConnection, PgExecutor};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::order::lock_connection;
use super::{Store, StoreError};
use crate::domain::audit::AuditEvent;
use crate::domain::check::Finding;
use crate::domain::check_run::{CheckOutcome, PAUSE, Trigger};
use crate::domain::id::{AuthorizationId, CheckId, TenantId};
use crate::domain::scope::ScopeSet;
use crate::domain::state_change::StateChange;

/// A check that a worker may run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    pub check: CheckId,
    pub tenant: TenantId,
    pub worker: Uuid,
}

/// What became of asking for a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    Now,
    /// One is under way, or about to begin.
    Already,
    TooSoon {
        until: OffsetDateTime,
    },
    /// There is no connection that could be checked.
    Nothing,
}

/// How a check ends.
#[derive(Debug)]
pub struct Finished {
    pub outcome: CheckOutcome,
    pub changes: serde_json::Value,
    /// When the tenant's next check is due; `None` when there is nothing to check any more.
    pub next_due: Option<OffsetDateTime>,
    /// What follows for the connection's state.
    pub change: Option<StateChange>,
    /// What the trail is told of the changes.
    pub event: Option<AuditEvent>,
}

impl Store {
    /// Asks for a check now. One that waits is moved up; one that runs already is left alone. Asked again
    /// within the pause, nothing happens.
    pub async fn request_check(
        &self,
        tenant: TenantId,
        trigger: Trigger,
        event: &AuditEvent,
        at: OffsetDateTime,
    ) -> Result<Asked, StoreError> {
        let mut transaction = self.pool.begin().await?;
        if !request_check(&mut *transaction, tenant, trigger, at).await? {
            return why_not_asked(&mut *transaction, tenant, at).await;
        }
        self.record_in(&mut *transaction, event, at).await?;
        transaction.commit().await?;
        Ok(Asked::Now)
    }

    /// Claims the check that is due for longest and that nobody works on.
    pub async fn claim_due_check(
        &self,
        worker: Uuid,
        lease: Duration,
        at: OffsetDateTime,
    ) -> Result<Option<Claim>, StoreError> {
        let row: Option<(Uuid, Uuid)> = sqlx::query_as(
            "UPDATE checks SET claimed_by = $1, claim_ends_at = clock_timestamp() + $2,
                    started_at = coalesce(started_at, $3)
             WHERE id = (
                SELECT id FROM checks
                WHERE finished_at IS NULL AND due_at <= $3
                AND (claim_ends_at IS NULL OR claim_ends_at <= clock_timestamp())
                ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED
             ) RETURNING id, tenant_id",
        )
        .bind(worker)
        .bind(lease)
        .bind(at)
        .fetch_optional(&self.pool)
        .await?;
        Ok(row.map(|(check, tenant)| Claim {
            check: CheckId::from_uuid(check),
            tenant: TenantId::from_uuid(tenant),
            worker,
        }))
    }

    /// Moves the claim's end on; `false` when the check is no longer this worker's.
    pub async fn extend_claim(&self, claim: &Claim, by: Duration) -> Result<bool, StoreError> {
        let extended = sqlx::query(
            "UPDATE checks SET claim_ends_at = clock_timestamp() + $3
             WHERE id = $1 AND claimed_by = $2 AND finished_at IS NULL",
        )
        .bind(claim.check.as_uuid())
        .bind(claim.worker)
        .bind(by)
        .execute(&self.pool)
        .await?;
        Ok(extended.rows_affected() == 1)
    }

    /// Gives the check back, so that another worker need not wait for the claim to run out; where it
    /// cannot be run now, not before `due`.
    pub async fn release_claim(
        &self,
        claim: &Claim,
        due: Option<OffsetDateTime>,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE checks SET claimed_by = NULL, claim_ends_at = NULL, due_at = coalesce($3, due_at)
             WHERE id = $1 AND claimed_by = $2 AND finished_at IS NULL",
        )
        .bind(claim.check.as_uuid())
        .bind(claim.worker)
        .bind(due)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Writes down whose token is used, how many answers will come, and what the app was really granted.
    pub async fn begin_check(
        &self,
        claim: &Claim,
        authorization: AuthorizationId,
        total: usize,
        app_grants: Option<&ScopeSet>,
    ) -> Result<bool, StoreError> {
        let begun = sqlx::query(
            "UPDATE checks SET authorization_id = $3, total = $4, app_grants = $5
             WHERE id = $1 AND claimed_by = $2 AND finished_at IS NULL",
        )
        .bind(claim.check.as_uuid())
        .bind(claim.worker)
        .bind(authorization.as_uuid())
        .bind(i32::try_from(total).unwrap_or(i32::MAX))
        .bind(app_grants.map(ScopeSet::to_names))
        .execute(&self.pool)
        .await?;
        Ok(begun.rows_affected() == 1)
    }

    /// Ends the check and makes the next one, in one transaction; `false` when it is not this worker's.
    pub async fn finish_check(
        &self,
        claim: &Claim,
        finished: &Finished,
        at: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.pool.begin().await?;
        lock_connection(&mut *transaction, claim.tenant).await?;
        if finished.outcome == CheckOutcome::Complete {
            // Before the check's own row, in the order in which an authorization takes them.
            keep_beside_token(&mut transaction, claim).await?;
        }
        let (outcome, failure) = finished.outcome.to_columns();
        let ended = sqlx::query(
            "UPDATE checks SET finished_at = $3, outcome = $4, failure = $5, changes = $6,
                    claimed_by = NULL, claim_ends_at = NULL
             WHERE id = $1 AND claimed_by = $2 AND finished_at IS NULL",
        )
        .bind(claim.check.as_uuid())
        .bind(claim.worker)
        .bind(at)
        .bind(outcome)
        .bind(failure)
        .bind(&finished.changes)
        .execute(&mut *transaction)
        .await?;
        if ended.rows_affected() == 0 {
            return Ok(false);
        }
        if let Some(due) = finished.next_due {
            insert_check(&mut *transaction, claim.tenant, Trigger::Daily, due, at).await?;
        }
        if let Some(change) = &finished.change {
            self.change_state_in(&mut transaction, change, at).await?;
        }
        if let Some(event) = &finished.event {
            self.record_in(&mut *transaction, event, at).await?;
        }
        transaction.commit().await?;
        Ok(true)
    }
}

/// Writes beside the token that was checked what was found against its scopes, where that changed:
/// whoever hands the token out reads it there.
async fn keep_beside_token(connection: &mut PgConnection, claim: &Claim) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE token_sets s SET ineffective = found.against
         FROM checks k
         JOIN connections c ON c.tenant_id = k.tenant_id
         CROSS JOIN LATERAL (
            SELECT array_agg(r.scope || ' ' || r.finding ORDER BY r.scope) AS against FROM check_results r
            WHERE r.check_id = k.id AND r.finding = ANY ($3)
         ) found
         WHERE k.id = $1 AND k.claimed_by = $2 AND k.finished_at IS NULL AND s.connection_id = c.id
           AND s.authorization_id = k.authorization_id AND s.ineffective IS DISTINCT FROM found.against",
    )
    .bind(claim.check.as_uuid())
    .bind(claim.worker)
    .bind(Finding::AGAINST.map(Finding::code).as_slice())
    .execute(connection)
    .await?;
    Ok(())
}

/// Moves the waiting check up, or makes one; `false` when it is too soon, or there is nothing to check.
async fn request_check(
    executor: impl PgExecutor<'_>,
    tenant: TenantId,
    trigger: Trigger,
    at: OffsetDateTime,
) -> Result<bool, StoreError> {
    let requested = sqlx::query(
        "WITH asked AS (
            UPDATE connections SET check_asked_at = $4
            WHERE tenant_id = $2 AND state NOT IN ('disconnected', 'pending')
              AND (check_asked_at IS NULL OR check_asked_at <= $5)
            RETURNING tenant_id
         )
         INSERT INTO checks (id, tenant_id, trigger, created_at, due_at)
         SELECT $1, tenant_id, $3, $4, $4 FROM asked
         ON CONFLICT (tenant_id) WHERE finished_at IS NULL DO UPDATE
            SET trigger = CASE WHEN checks.started_at IS NULL THEN excluded.trigger ELSE checks.trigger END,
                due_at = least(checks.due_at, excluded.due_at)",
    )
    .bind(CheckId::new().as_uuid())
    .bind(tenant.as_uuid())
    .bind(trigger.code())
    .bind(at)
    .bind(at - PAUSE)
    .execute(executor)
    .await?;
    Ok(requested.rows_affected() == 1)
}

async fn why_not_asked(
    executor: impl PgExecutor<'_>,
    tenant: TenantId,
    at: OffsetDateTime,
) -> Result<Asked, StoreError> {
    let found: Option<(Option<OffsetDateTime>, bool)> = sqlx::query_as(
        "SELECT c.check_asked_at,
                EXISTS (SELECT FROM checks k WHERE k.tenant_id = $1 AND k.finished_at IS NULL AND k.due_at <= $2)
         FROM connections c WHERE c.tenant_id = $1 AND c.state NOT IN ('disconnected', 'pending')",
    )
    .bind(tenant.as_uuid())
    .bind(at)
    .fetch_optional(executor)
    .await?;
    Ok(match found {
        Some((_, true)) => Asked::Already,
        Some((Some(asked), false)) => Asked::TooSoon {
            until: asked + PAUSE,
        },
        Some((None, false)) | None => Asked::Nothing,
    })
}

async fn insert_check(
    executor: impl PgExecutor<'_>,
    tenant: TenantId,
    trigger: Trigger,
    due: OffsetDateTime,
    at: OffsetDateTime,
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO checks (id, tenant_id, trigger, created_at, due_at) VALUES ($1, $2, $3, $4, $5)")
        .bind(CheckId::new().as_uuid())
        .bind(tenant.as_uuid())
        .bind(trigger.code())
        .bind(at)
        .bind(due)
        .execute(executor)
        .await?;
    Ok(())
}
