//! Browser sessions. A row holds the hash of the cookie's token, so a stolen dump opens no session.

use sqlx::PgExecutor;
use time::OffsetDateTime;
use uuid::Uuid;

use super::order::lock_connection;
use super::{Hash, Store, StoreError};
use crate::domain::audit::AuditEvent;
use crate::domain::id::{LinkId, PersonId, SessionId, TenantId};
use crate::domain::session::{RoleProof, Session, Standing};

/// The hash of a session cookie's token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionHash(pub Hash);

/// A session that is about to be opened.
#[derive(Debug)]
pub struct NewSession {
    pub id: SessionId,
    pub hash: SessionHash,
    pub family: Uuid,
    pub standing: NewStanding,
    pub expires_at: OffsetDateTime,
}

/// Who the session stands for, by id alone.
#[derive(Debug, Clone, Copy)]
pub enum NewStanding {
    Visitor,
    Onboarding { tenant: TenantId, link: LinkId },
    Administrator { tenant: TenantId, person: PersonId },
}

#[derive(sqlx::FromRow)]
struct SessionRow {
    token_hash: Vec<u8>,
    id: Uuid,
    family: Uuid,
    kind: String,
    tenant_id: Option<Uuid>,
    link_id: Option<Uuid>,
    person_id: Option<Uuid>,
    name: Option<String>,
    email: Option<String>,
    authenticated_at: Option<OffsetDateTime>,
    super_administrator: Option<String>,
    role_verified_at: Option<OffsetDateTime>,
    last_seen_at: OffsetDateTime,
    expires_at: OffsetDateTime,
}

impl SessionRow {
    fn read(self) -> Result<(SessionHash, Session), StoreError> {
        let hash = self.token_hash.as_slice().try_into();
        let hash = hash.map_err(|_| StoreError::Inconsistent {
            table: "sessions",
            column: "token_hash",
            row: self.id,
        })?;
        Ok((SessionHash(hash), self.try_into()?))
    }
}

impl TryFrom<SessionRow> for Session {
    type Error = StoreError;

    fn try_from(row: SessionRow) -> Result<Self, Self::Error> {
        let bad = StoreError::Inconsistent {
            table: "sessions",
            column: "kind",
            row: row.id,
        };
        let tenant = row.tenant_id.map(TenantId::from_uuid);
        let standing = match (row.kind.as_str(), tenant, row.link_id, row.person_id) {
            ("visitor", None, None, None) => Standing::Visitor,
            ("onboarding", Some(tenant), Some(link), None) => Standing::Onboarding {
                tenant,
                link: LinkId::from_uuid(link),
            },
            ("administrator", Some(tenant), None, Some(person)) => Standing::Administrator {
                tenant,
                person: PersonId::from_uuid(person),
                name: row.name.ok_or(bad)?,
                email: row.email.unwrap_or_default(),
                proof: RoleProof {
                    signed_in_at: row.authenticated_at,
                    is_super: is_super(row.super_administrator.as_deref()),
                    verified_at: row.role_verified_at,
                },
            },
            _ => return Err(bad),
        };
        Ok(Self {
            id: SessionId::from_uuid(row.id),
            family: row.family,
            standing,
            last_seen_at: row.last_seen_at,
            expires_at: row.expires_at,
        })
    }
}

impl Store {
    /// The sessions with these hashes that were not revoked. Whether one is still live is the domain's
    /// to say.
    pub async fn find_sessions(
        &self,
        hashes: &[SessionHash],
    ) -> Result<Vec<(SessionHash, Session)>, StoreError> {
        let hashes: Vec<&[u8]> = hashes.iter().map(|hash| hash.0.as_slice()).collect();
        let rows: Vec<SessionRow> = sqlx::query_as(
            "SELECT s.token_hash, s.id, s.family, s.kind, s.tenant_id, s.link_id, s.person_id, p.name, p.email,
                    s.authenticated_at, p.super_administrator, p.role_verified_at, s.last_seen_at, s.expires_at
             FROM sessions s LEFT JOIN people p ON p.id = s.person_id AND p.let_in_at IS NOT NULL
             WHERE s.token_hash = ANY ($1) AND s.revoked_at IS NULL AND (s.person_id IS NULL OR p.id IS NOT NULL)",
        )
        .bind(hashes)
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(SessionRow::read).collect()
    }

    /// Opens a session and revokes the one it takes the place of, if any, in one statement's time.
    pub async fn open_session(
        &self,
        new: &NewSession,
        replaces: Option<SessionId>,
        at: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        insert_session(&mut *transaction, new, replaces, at).await?;
        transaction.commit().await?;
        Ok(())
    }

    pub async fn touch_session(
        &self,
        session: SessionId,
        at: OffsetDateTime,
    ) -> Result<(), StoreError> {
        sqlx::query("UPDATE sessions SET last_seen_at = $2 WHERE id = $1")
            .bind(session.as_uuid())
            .bind(at)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Ends the session, and with it what else its browser has of the tenant: two tabs that came back from
    /// Okta at once have a session each.
    pub async fn sign_out(
        &self,
        session: &Session,
        event: Option<&AuditEvent>,
        at: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        if let Some(tenant) = session.tenant() {
            lock_connection(&mut *transaction, tenant).await?;
        }
        sqlx::query(
            "UPDATE sessions SET revoked_at = $2
             WHERE (id = $1 OR (tenant_id = $3 AND family = $4)) AND revoked_at IS NULL",
        )
        .bind(session.id.as_uuid())
        .bind(at)
        .bind(session.tenant().map(|tenant| tenant.as_uuid()))
        .bind(session.family)
        .execute(&mut *transaction)
        .await?;
        if let Some(event) = event {
            self.record_in(&mut *transaction, event, at).await?;
        }
        transaction.commit().await?;
        Ok(())
    }
}

/// What a stored word says of somebody's role.
pub(super) fn is_super(word: Option<&str>) -> Option<bool> {
    match word {
        Some("yes") => Some(true),
        Some("no") => Some(false),
        _ => None,
    }
}

/// One statement: the new session comes, the replaced one goes.
pub(super) async fn insert_session(
    executor: impl PgExecutor<'_>,
    new: &NewSession,
    replaces: Option<SessionId>,
    at: OffsetDateTime,
) -> Result<(), StoreError> {
    let (kind, tenant, link, person) = match new.standing {
        NewStanding::Visitor => ("visitor", None, None, None),
        NewStanding::Onboarding { tenant, link } => ("onboarding", Some(tenant), Some(link), None),
        NewStanding::Administrator { tenant, person } => {
            ("administrator", Some(tenant), None, Some(person))
        }
    };
    sqlx::query(
        "WITH gone AS (UPDATE sessions SET revoked_at = $9 WHERE id = $10 AND revoked_at IS NULL)
         INSERT INTO sessions (id, token_hash, family, kind, tenant_id, link_id, person_id, expires_at, created_at, last_seen_at,
                               authenticated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, CASE WHEN $4 = 'administrator' THEN $9 END)",
    )
    .bind(new.id.as_uuid())
    .bind(new.hash.0.as_slice())
    .bind(new.family)
    .bind(kind)
    .bind(tenant.map(|id| id.as_uuid()))
    .bind(link.map(|id| id.as_uuid()))
    .bind(person.map(|id| id.as_uuid()))
    .bind(new.expires_at)
    .bind(at)
    .bind(replaces.map(|id| id.as_uuid()))
    .execute(executor)
    .await?;
    Ok(())
}

impl Store {
    /// Removes sessions and attempts that ended before `before`; how many.
    pub async fn sweep(&self, before: OffsetDateTime) -> Result<u64, StoreError> {
        let mut swept = 0;
        for statement in [
            "DELETE FROM sessions WHERE expires_at < $1",
            "DELETE FROM authorization_attempts WHERE expires_at < $1",
            "DELETE FROM staff_sessions WHERE expires_at < $1",
            "DELETE FROM staff_sign_ins WHERE expires_at < $1",
        ] {
            swept += sqlx::query(statement)
                .bind(before)
                .execute(&self.pool)
                .await?
                .rows_affected();
        }
        Ok(swept)
    }
}
