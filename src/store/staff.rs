//! The vendor's own people and their browser sessions, apart from administrators'. Like theirs, a row
//! holds only the hash of the cookie's token.

mod sign_ins;
mod standing;

use time::OffsetDateTime;
use uuid::Uuid;

use super::{SealedBytes, SessionHash, Store, StoreError};
use crate::domain::audit::AuditEvent;
use crate::domain::id::{StaffId, StaffSessionId};
use crate::domain::staff::{
    Issuer, SIGN_OUT_LASTS, STAFF_IDLE, StaffMember, StaffRole, StaffSession,
};

pub use sign_ins::{ConsumedStaffSignIn, NewStaffSignIn};
pub use standing::{StaffFacts, StaffRefusal};

/// More sessions than a list can be read for; the most recent come first.
const MOST_LISTED: i64 = 500;

/// A session that is about to be opened.
#[derive(Debug)]
pub struct NewStaffSession {
    pub id: StaffSessionId,
    pub hash: SessionHash,
    /// Only for a browser that has none, or in which somebody else was signed in: else it stays.
    pub family: Uuid,
    /// A coarse name of the browser.
    pub browser: String,
    pub expires_at: OffsetDateTime,
}

/// A session as its list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveStaffSession {
    pub id: StaffSessionId,
    pub member: StaffMember,
    pub browser: String,
    pub since: OffsetDateTime,
    pub last_seen_at: OffsetDateTime,
}

#[derive(sqlx::FromRow)]
struct StaffSessionRow {
    id: Uuid,
    family: Uuid,
    staff_id: Option<Uuid>,
    role: Option<String>,
    name: Option<String>,
    email: Option<String>,
    browser: String,
    created_at: OffsetDateTime,
    last_seen_at: OffsetDateTime,
    expires_at: OffsetDateTime,
}

impl StaffSessionRow {
    fn member(&self) -> Result<Option<StaffMember>, StoreError> {
        let Some(staff) = self.staff_id else {
            return Ok(None);
        };
        let bad = StoreError::Inconsistent {
            table: "staff_sessions",
            column: "role",
            row: self.id,
        };
        let role = self.role.as_deref().and_then(StaffRole::from_code);
        Ok(Some(StaffMember {
            id: StaffId::from_uuid(staff),
            name: self.name.clone().unwrap_or_default(),
            email: self.email.clone().unwrap_or_default(),
            role: role.ok_or(bad)?,
        }))
    }
}

impl TryFrom<StaffSessionRow> for StaffSession {
    type Error = StoreError;

    fn try_from(row: StaffSessionRow) -> Result<Self, Self::Error> {
        Ok(Self {
            id: StaffSessionId::from_uuid(row.id),
            family: row.family,
            member: row.member()?,
            last_seen_at: row.last_seen_at,
            expires_at: row.expires_at,
        })
    }
}

impl Store {
    /// The session with this hash, unless it was revoked or another provider vouched for it. Whether
    /// it is still live is the domain's to say.
    pub async fn find_staff_session(
        &self,
        issuer: &Issuer,
        hash: SessionHash,
    ) -> Result<Option<StaffSession>, StoreError> {
        let row: Option<StaffSessionRow> = sqlx::query_as(
            "SELECT s.id, s.family, s.staff_id, s.role, p.name, p.email, s.browser,
                    s.created_at, s.last_seen_at, s.expires_at
             FROM staff_sessions s LEFT JOIN staff p ON p.id = s.staff_id
             WHERE s.token_hash = $1 AND s.revoked_at IS NULL AND (p.id IS NULL OR p.issuer = $2)",
        )
        .bind(hash.0.as_slice())
        .bind(issuer.as_str())
        .fetch_optional(&self.pool)
        .await?;
        row.map(StaffSession::try_from).transpose()
    }

    /// A session for a browser that begins to sign in.
    pub async fn open_staff_visitor(
        &self,
        new: &NewStaffSession,
        at: OffsetDateTime,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO staff_sessions (id, token_hash, family, browser, expires_at, created_at, last_seen_at)
             VALUES ($1, $2, $3, $4, $5, $6, $6)",
        )
        .bind(new.id.as_uuid())
        .bind(new.hash.0.as_slice())
        .bind(new.family)
        .bind(&new.browser)
        .bind(new.expires_at)
        .bind(at)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    pub async fn touch_staff_session(
        &self,
        session: StaffSessionId,
        at: OffsetDateTime,
    ) -> Result<(), StoreError> {
        sqlx::query("UPDATE staff_sessions SET last_seen_at = $2 WHERE id = $1")
            .bind(session.as_uuid())
            .bind(at)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Every live session of people whom this provider vouches for, the last seen first.
    pub async fn list_staff_sessions(
        &self,
        issuer: &Issuer,
        at: OffsetDateTime,
    ) -> Result<Vec<LiveStaffSession>, StoreError> {
        let rows: Vec<StaffSessionRow> = sqlx::query_as(
            "SELECT s.id, s.family, s.staff_id, s.role, p.name, p.email, s.browser,
                    s.created_at, s.last_seen_at, s.expires_at
             FROM staff_sessions s JOIN staff p ON p.id = s.staff_id
             WHERE p.issuer = $1 AND s.revoked_at IS NULL AND s.expires_at > $2 AND s.last_seen_at > $3
             ORDER BY s.last_seen_at DESC, s.id DESC LIMIT $4",
        )
        .bind(issuer.as_str())
        .bind(at)
        .bind(at - STAFF_IDLE)
        .bind(MOST_LISTED)
        .fetch_all(&self.pool)
        .await?;
        let mut live = Vec::new();
        for row in rows {
            let Some(member) = row.member()? else {
                continue;
            };
            live.push(LiveStaffSession {
                id: StaffSessionId::from_uuid(row.id),
                member,
                browser: row.browser,
                since: row.created_at,
                last_seen_at: row.last_seen_at,
            });
        }
        Ok(live)
    }

    /// Ends a session, with the audit trail's line; of `of` alone, where that is given. Whether there
    /// was one to end. The ID token stays only where the person themself signs out.
    pub async fn revoke_staff_session(
        &self,
        session: StaffSessionId,
        of: Option<StaffId>,
        keeps_id_token: bool,
        event: &AuditEvent,
        at: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let revoked = sqlx::query(
            "UPDATE staff_sessions SET revoked_at = $2, id_token = CASE WHEN $4 THEN id_token END
             WHERE id = $1 AND revoked_at IS NULL AND staff_id IS NOT NULL
               AND ($3::uuid IS NULL OR staff_id = $3)",
        )
        .bind(session.as_uuid())
        .bind(at)
        .bind(of.map(|staff| staff.as_uuid()))
        .bind(keeps_id_token)
        .execute(&mut *transaction)
        .await?
        .rows_affected()
            == 1;
        if revoked {
            self.record_in(&mut *transaction, event, at).await?;
        }
        transaction.commit().await?;
        Ok(revoked)
    }

    /// Takes the ID token of a session that its person signed out of just now: once.
    pub async fn take_staff_id_token(
        &self,
        hash: SessionHash,
        at: OffsetDateTime,
    ) -> Result<Option<(StaffSessionId, SealedBytes)>, StoreError> {
        let row: Option<(Uuid, Vec<u8>)> = sqlx::query_as(
            "WITH left_over AS (
                SELECT id, id_token FROM staff_sessions
                WHERE token_hash = $1 AND revoked_at > $2 AND id_token IS NOT NULL FOR UPDATE
             )
             UPDATE staff_sessions s SET id_token = NULL FROM left_over WHERE s.id = left_over.id
             RETURNING s.id, left_over.id_token",
        )
        .bind(hash.0.as_slice())
        .bind(at - SIGN_OUT_LASTS)
        .fetch_optional(&self.pool)
        .await?;
        Ok(row.map(|(id, token)| (StaffSessionId::from_uuid(id), SealedBytes(token))))
    }
}
