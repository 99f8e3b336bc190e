//! What the provider says of somebody's groups, and what follows from it in that moment: a session
//! here, and less or nothing in all the others.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::NewStaffSession;
use crate::domain::audit::AuditEvent;
use crate::domain::id::{StaffId, StaffSessionId};
use crate::domain::overtaken::Overtaken;
use crate::domain::staff::{Issuer, StaffRole};
use crate::store::{SealedBytes, Store, StoreError};

/// Whom the provider vouched for.
#[derive(Debug)]
pub struct StaffFacts<'a> {
    pub issuer: &'a Issuer,
    pub subject: &'a str,
    pub name: &'a str,
    pub email: &'a str,
    pub role: StaffRole,
    /// When the provider was asked.
    pub asked_at: OffsetDateTime,
    pub sealed_id_token: SealedBytes,
}

/// Whom the provider names without a group of ours.
#[derive(Debug, Clone, Copy)]
pub struct StaffRefusal<'a> {
    pub issuer: &'a Issuer,
    pub subject: &'a str,
    /// When the provider was asked.
    pub asked_at: OffsetDateTime,
}

impl Store {
    /// Keeps who signed in, lowers their other sessions to the role that they have now, and puts the new
    /// session into the place of the one that began. `event` makes the audit trail's line from the
    /// person's id and the number of sessions that were lowered.
    ///
    /// Nothing is stored where the session that began has ended meanwhile, or where the provider has said
    /// something newer of the person.
    pub async fn sign_staff_in(
        &self,
        facts: &StaffFacts<'_>,
        new: &NewStaffSession,
        replaces: StaffSessionId,
        event: impl FnOnce(StaffId, u64) -> AuditEvent,
        at: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        let staff = keep(&mut transaction, facts, at).await?;
        let lowered = lower(&mut transaction, staff, facts.role).await?;
        replace(&mut transaction, new, staff, facts, replaces, at).await?;
        let event = event(staff, lowered);
        self.record_in(&mut *transaction, &event, at).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Ends every session of somebody who is in no group any more. `event` makes the audit trail's line
    /// from the person's id, where they were let in before, and the number of sessions that ended.
    pub async fn refuse_staff(
        &self,
        refusal: StaffRefusal<'_>,
        event: impl FnOnce(Option<StaffId>, u64) -> AuditEvent,
        at: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        // An answer that is older than the latest one ends nothing.
        let known: Option<Uuid> = sqlx::query_scalar(
            "UPDATE staff SET judged_at = $3
             WHERE issuer = $1 AND subject = $2 AND (judged_at IS NULL OR judged_at <= $3) RETURNING id",
        )
        .bind(refusal.issuer.as_str())
        .bind(refusal.subject)
        .bind(refusal.asked_at)
        .fetch_optional(&mut *transaction)
        .await?;
        let ended = sqlx::query(
            "UPDATE staff_sessions SET revoked_at = $2, id_token = NULL WHERE staff_id = $1 AND revoked_at IS NULL",
        )
        .bind(known)
        .bind(at)
        .execute(&mut *transaction)
        .await?
        .rows_affected();
        let event = event(known.map(StaffId::from_uuid), ended);
        self.record_in(&mut *transaction, &event, at).await?;
        transaction.commit().await?;
        Ok(())
    }
}

async fn keep(
    connection: &mut PgConnection,
    facts: &StaffFacts<'_>,
    at: OffsetDateTime,
) -> Result<StaffId, StoreError> {
    let id: Option<Uuid> = sqlx::query_scalar(
        "INSERT INTO staff (id, issuer, subject, name, email, first_signed_in_at, last_signed_in_at, judged_at)
         VALUES ($1, $2, $3, $4, $5, $6, $6, $7)
         ON CONFLICT (issuer, subject) DO UPDATE
         SET name = excluded.name, email = excluded.email, last_signed_in_at = excluded.last_signed_in_at,
             judged_at = excluded.judged_at
         WHERE staff.judged_at IS NULL OR staff.judged_at <= excluded.judged_at
         RETURNING id",
    )
    .bind(StaffId::new().as_uuid())
    .bind(facts.issuer.as_str())
    .bind(facts.subject)
    .bind(facts.name)
    .bind(facts.email)
    .bind(at)
    .bind(facts.asked_at)
    .fetch_optional(connection)
    .await?;
    id.map(StaffId::from_uuid)
        .ok_or(StoreError::Overtaken(Overtaken::Person))
}

/// No session keeps more than the provider says now.
async fn lower(
    connection: &mut PgConnection,
    staff: StaffId,
    role: StaffRole,
) -> Result<u64, StoreError> {
    if role == StaffRole::Operator {
        return Ok(0);
    }
    let lowered = sqlx::query(
        "UPDATE staff_sessions SET role = $2 WHERE staff_id = $1 AND revoked_at IS NULL AND role <> $2",
    )
    .bind(staff.as_uuid())
    .bind(role.code())
    .execute(connection)
    .await?;
    Ok(lowered.rows_affected())
}

/// One statement: the new session comes, the replaced one goes. The browser's family stays, unless
/// another person was signed in: then nothing that belongs to that person's is the new one's.
async fn replace(
    connection: &mut PgConnection,
    new: &NewStaffSession,
    staff: StaffId,
    facts: &StaffFacts<'_>,
    replaces: StaffSessionId,
    at: OffsetDateTime,
) -> Result<(), StoreError> {
    let stored = sqlx::query(
        "WITH gone AS (UPDATE staff_sessions SET revoked_at = $8, id_token = NULL
                       WHERE id = $10 AND revoked_at IS NULL RETURNING family, staff_id)
         INSERT INTO staff_sessions (id, token_hash, family, staff_id, role, browser, id_token, expires_at, created_at, last_seen_at)
         SELECT $1, $2, CASE WHEN gone.staff_id <> $4 THEN $3 ELSE gone.family END, $4, $5, $6, $7, $9, $8, $8 FROM gone",
    )
    .bind(new.id.as_uuid())
    .bind(new.hash.0.as_slice())
    .bind(new.family)
    .bind(staff.as_uuid())
    .bind(facts.role.code())
    .bind(&new.browser)
    .bind(&facts.sealed_id_token.0)
    .bind(at)
    .bind(new.expires_at)
    .bind(replaces.as_uuid())
    .execute(connection)
    .await?;
    if stored.rows_affected() == 1 {
        Ok(())
    } else {
        Err(StoreError::Overtaken(Overtaken::Session))
    }
}
