//! People with access: who was let in, with which role, and how that ends.

use serde_json::json;
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::audit::{Action, Actor, AuditEvent};
use crate::domain::id::{LinkId, PersonId, SessionId, TenantId};
use crate::domain::identity::RoleFinding;
use crate::store::order::lock_connection;
use crate::store::sessions::{insert_session, is_super};
use crate::store::{NewSession, Store, StoreError};

/// Somebody who was let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRecord {
    pub id: PersonId,
    pub name: String,
    pub email: String,
    /// The origin of the organization whose ID token named the person.
    pub issuer: String,
    /// What Okta last said of the role; `None` while it never did.
    pub is_super: Option<bool>,
    pub role_verified_at: Option<OffsetDateTime>,
    pub let_in_at: OffsetDateTime,
    /// The link that let the person in, and when that was made.
    pub link: Option<(LinkId, OffsetDateTime)>,
    pub last_signed_in_at: OffsetDateTime,
    /// The connection lives by this person's sign-in.
    pub carries_connection: bool,
}

/// Whose access was taken back, and what ended with it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct RemovedPerson {
    id: Uuid,
    pub name: String,
    pub sessions: i64,
    pub hand_offs: i64,
}

/// What a look at somebody's role brought.
#[derive(Debug)]
pub struct RoleLook<'a> {
    pub tenant: TenantId,
    pub person: PersonId,
    pub role: &'a RoleFinding,
    /// The session that takes the place of the one that asked.
    pub session: (&'a NewSession, SessionId),
    pub event: &'a AuditEvent,
}

#[derive(sqlx::FromRow)]
struct PersonRow {
    id: Uuid,
    name: String,
    email: String,
    issuer: String,
    super_administrator: String,
    role_verified_at: Option<OffsetDateTime>,
    let_in_at: OffsetDateTime,
    let_in_by: Option<Uuid>,
    link_created_at: Option<OffsetDateTime>,
    last_signed_in_at: OffsetDateTime,
    carries_connection: bool,
}

impl From<PersonRow> for PersonRecord {
    fn from(row: PersonRow) -> Self {
        Self {
            id: PersonId::from_uuid(row.id),
            is_super: is_super(Some(&row.super_administrator)),
            link: row
                .let_in_by
                .map(LinkId::from_uuid)
                .zip(row.link_created_at),
            name: row.name,
            email: row.email,
            issuer: row.issuer,
            role_verified_at: row.role_verified_at,
            let_in_at: row.let_in_at,
            last_signed_in_at: row.last_signed_in_at,
            carries_connection: row.carries_connection,
        }
    }
}

impl Store {
    /// Everybody who has access to the tenant's pages, in the order in which they were let in.
    pub async fn list_people(&self, tenant: TenantId) -> Result<Vec<PersonRecord>, StoreError> {
        let rows: Vec<PersonRow> = sqlx::query_as(
            "SELECT p.id, p.name, p.email, p.issuer, p.super_administrator, p.role_verified_at, p.let_in_at, p.let_in_by,
                    l.created_at AS link_created_at, p.last_signed_in_at,
                    EXISTS (SELECT FROM token_sets s JOIN authorizations a ON a.id = s.authorization_id
                            WHERE s.tenant_id = p.tenant_id AND a.person_id = p.id) AS carries_connection
             FROM people p LEFT JOIN onboarding_links l ON l.id = p.let_in_by
             WHERE p.tenant_id = $1 AND p.let_in_at IS NOT NULL ORDER BY p.let_in_at, p.id",
        )
        .bind(tenant.as_uuid())
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().map(Into::into).collect())
    }

    /// Okta's id of a person with access.
    pub async fn find_subject(
        &self,
        tenant: TenantId,
        person: PersonId,
    ) -> Result<Option<String>, StoreError> {
        Ok(sqlx::query_scalar(
            "SELECT okta_user_id FROM people WHERE tenant_id = $1 AND id = $2 AND let_in_at IS NOT NULL",
        )
        .bind(tenant.as_uuid())
        .bind(person.as_uuid())
        .fetch_optional(&self.pool)
        .await?)
    }

    /// Takes a person's access back; `None` where there is no such person with access.
    pub async fn remove_person(
        &self,
        tenant: TenantId,
        person: PersonId,
        by: Actor,
        at: OffsetDateTime,
    ) -> Result<Option<RemovedPerson>, StoreError> {
        let mut transaction = self.pool.begin().await?;
        lock_connection(&mut *transaction, tenant).await?;
        let which = Which::Person(person);
        let removed = self
            .remove_people_in(&mut transaction, tenant, which, by, at)
            .await?;
        transaction.commit().await?;
        Ok(removed.into_iter().next())
    }

    /// Takes access back in a transaction of the caller's, with a line of the trail for each.
    pub(in crate::store) async fn remove_people_in(
        &self,
        connection: &mut PgConnection,
        tenant: TenantId,
        which: Which,
        by: Actor,
        at: OffsetDateTime,
    ) -> Result<Vec<RemovedPerson>, StoreError> {
        let removed = remove_people(&mut *connection, tenant, which, by, at).await?;
        for person in &removed {
            let event = AuditEvent::new(tenant, by, Action::PersonRemoved).with(json!({
                "person": person.id, "name": person.name,
                "sessions": person.sessions, "hand_offs": person.hand_offs,
            }));
            self.record_in(&mut *connection, &event, at).await?;
        }
        Ok(removed)
    }

    /// Keeps what Okta said of a person's role, and signs the person's browser in anew. `false` when
    /// the person lost access meanwhile, or the session did.
    pub async fn keep_role(
        &self,
        look: &RoleLook<'_>,
        at: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.pool.begin().await?;
        lock_connection(&mut *transaction, look.tenant).await?;
        let (role, evidence) = look.role.to_columns();
        let kept = sqlx::query(
            "WITH gone AS (
                UPDATE sessions SET revoked_at = $6 WHERE id = $5 AND revoked_at IS NULL RETURNING id
             )
             UPDATE people SET super_administrator = $3, role_evidence = $4, role_verified_at = $6, last_signed_in_at = $6
             WHERE tenant_id = $1 AND id = $2 AND let_in_at IS NOT NULL AND EXISTS (SELECT FROM gone)",
        )
        .bind(look.tenant.as_uuid())
        .bind(look.person.as_uuid())
        .bind(role)
        .bind(evidence)
        .bind(look.session.1.as_uuid())
        .bind(at)
        .execute(&mut *transaction)
        .await?;
        if kept.rows_affected() != 1 {
            return Ok(false);
        }
        insert_session(&mut *transaction, look.session.0, None, at).await?;
        self.record_in(&mut *transaction, look.event, at).await?;
        transaction.commit().await?;
        Ok(true)
    }
}

/// Of whom access is taken back.
#[derive(Debug, Clone, Copy)]
pub(in crate::store) enum Which {
    Person(PersonId),
    /// Everybody whom this link let in.
    LetInBy(LinkId),
}

/// Takes access back: with it end the person's sessions, the hand-offs that they made with whoever
/// opened those, the sign-ins that they are at Okta for, and the way back in. The caller has taken the
/// connection: whoever lets the person in at the same time waits for that.
async fn remove_people(
    connection: &mut PgConnection,
    tenant: TenantId,
    which: Which,
    by: Actor,
    at: OffsetDateTime,
) -> Result<Vec<RemovedPerson>, StoreError> {
    let (column, id) = match which {
        Which::Person(person) => ("id", person.as_uuid()),
        Which::LetInBy(link) => ("let_in_by", link.as_uuid()),
    };
    let (kind, who) = by.to_columns();
    let by = who.map_or_else(|| kind.to_owned(), |who| format!("{kind} {who}"));
    let people: Vec<Uuid> = sqlx::query_scalar(
        "UPDATE people SET let_in_at = NULL, let_in_by = NULL, removed_at = $3, removed_by = $4
         WHERE tenant_id = $1 AND let_in_at IS NOT NULL
           AND CASE WHEN $5 = 'id' THEN id = $2 ELSE let_in_by = $2 END RETURNING id",
    )
    .bind(tenant.as_uuid())
    .bind(id)
    .bind(at)
    .bind(by)
    .bind(column)
    .fetch_all(&mut *connection)
    .await?;
    if people.is_empty() {
        return Ok(Vec::new());
    }
    // What was read of the people's sessions before their rows were locked may be old by now.
    Ok(sqlx::query_as(
        "WITH families AS (
            SELECT DISTINCT family FROM sessions WHERE tenant_id = $1 AND person_id = ANY($2)
         ), ended AS (
            UPDATE sessions SET revoked_at = $3
            WHERE tenant_id = $1 AND person_id = ANY($2) AND revoked_at IS NULL RETURNING person_id
         ), at_okta AS (
            UPDATE authorization_attempts SET expires_at = $3
            WHERE tenant_id = $1 AND consumed_at IS NULL AND expires_at > $3
              AND session_family IN (SELECT family FROM families)
         ), handed AS (
            UPDATE onboarding_links SET revoked_at = $3
            WHERE tenant_id = $1 AND asked_by = ANY($2) AND asked_by_staff IS NULL
              AND completed_at IS NULL AND revoked_at IS NULL RETURNING id, asked_by
         ), opened AS (
            UPDATE sessions SET revoked_at = $3
            WHERE tenant_id = $1 AND link_id IN (SELECT id FROM handed) AND revoked_at IS NULL
         )
         SELECT p.id, p.name,
                (SELECT count(*) FROM ended WHERE ended.person_id = p.id) AS sessions,
                (SELECT count(*) FROM handed WHERE handed.asked_by = p.id) AS hand_offs
         FROM people p WHERE p.tenant_id = $1 AND p.id = ANY($2) ORDER BY p.id",
    )
    .bind(tenant.as_uuid())
    .bind(&people)
    .bind(at)
    .fetch_all(connection)
    .await?)
}
