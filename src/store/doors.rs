//! The ways into a tenant's pages: links that still open, and sessions that still count. Counted, and
//! closed all at once.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::order::lock_connection;
use super::people::Which;
use super::{Store, StoreError};
use crate::domain::audit::AuditEvent;
use crate::domain::id::{LinkId, TenantId};
use crate::domain::session::ADMINISTRATOR_IDLE;

/// Which ways in are open.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DoorRecord {
    /// Links that still open, or of which sessions are left; the latest first.
    pub links: Vec<LinkDoor>,
    /// Live sessions of administrators.
    pub administrators: i64,
    /// Live sessions of people who opened a link.
    pub link_holders: i64,
}

/// One link, and who came in by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::FromRow)]
pub struct LinkDoor {
    id: Uuid,
    /// It asks a colleague for one repair.
    pub is_repair: bool,
    pub is_open: bool,
    pub created_at: OffsetDateTime,
    /// Live sessions that end with the link.
    pub holders: i64,
    /// All live sessions that it led to, those of administrators too.
    pub sessions: i64,
}

/// What was closed at once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct ClosedDoors {
    pub links: i64,
    pub sessions: i64,
}

impl LinkDoor {
    #[must_use]
    pub const fn id(&self) -> LinkId {
        LinkId::from_uuid(self.id)
    }
}

impl DoorRecord {
    /// The links that still open.
    pub fn open_links(&self) -> impl Iterator<Item = &LinkDoor> {
        self.links.iter().filter(|link| link.is_open)
    }

    /// How many onboarding links still open, or how many that ask a colleague for a repair.
    #[must_use]
    pub fn count_open(&self, repairs: bool) -> i64 {
        let wanted = self.open_links().filter(|link| link.is_repair == repairs);
        i64::try_from(wanted.count()).unwrap_or(i64::MAX)
    }

    /// All live sessions.
    #[must_use]
    pub const fn sessions(&self) -> i64 {
        self.administrators + self.link_holders
    }
}

impl Store {
    /// The tenant's open links and live sessions at this moment.
    pub async fn find_doors(
        &self,
        tenant: TenantId,
        at: OffsetDateTime,
    ) -> Result<DoorRecord, StoreError> {
        let links = sqlx::query_as(
            "SELECT l.id, l.asked_by IS NOT NULL AS is_repair, l.created_at,
                    l.revoked_at IS NULL AND l.completed_at IS NULL AND l.expires_at > $2 AS is_open,
                    count(s.id) FILTER (WHERE s.link_id = l.id) AS holders, count(s.id) AS sessions
             FROM onboarding_links l
             LEFT JOIN sessions s ON s.tenant_id = $1 AND (s.link_id = l.id OR s.family = l.claimed_by)
                AND s.revoked_at IS NULL AND s.expires_at > $2 AND (s.kind <> 'administrator' OR s.last_seen_at > $3)
             WHERE l.tenant_id = $1
             GROUP BY l.id
             HAVING count(s.id) > 0 OR (l.revoked_at IS NULL AND l.completed_at IS NULL AND l.expires_at > $2)
             ORDER BY l.id DESC",
        )
        .bind(tenant.as_uuid())
        .bind(at)
        .bind(at - ADMINISTRATOR_IDLE)
        .fetch_all(&self.pool)
        .await?;
        let (administrators, link_holders) = sqlx::query_as(
            "SELECT count(*) FILTER (WHERE kind = 'administrator' AND last_seen_at > $3),
                    count(*) FILTER (WHERE kind = 'onboarding')
             FROM sessions WHERE tenant_id = $1 AND revoked_at IS NULL AND expires_at > $2",
        )
        .bind(tenant.as_uuid())
        .bind(at)
        .bind(at - ADMINISTRATOR_IDLE)
        .fetch_one(&self.pool)
        .await?;
        Ok(DoorRecord {
            links,
            administrators,
            link_holders,
        })
    }

    /// Revokes every link that still opens, and ends the sessions that these opened. Where there is
    /// none, nothing is noted.
    pub async fn close_links(
        &self,
        tenant: TenantId,
        event: impl FnOnce(ClosedDoors) -> AuditEvent + Send,
        at: OffsetDateTime,
    ) -> Result<ClosedDoors, StoreError> {
        let mut transaction = self.pool.begin().await?;
        lock_connection(&mut *transaction, tenant).await?;
        let closed: ClosedDoors = sqlx::query_as(
            "WITH closed AS (
                UPDATE onboarding_links SET revoked_at = $2
                WHERE tenant_id = $1 AND revoked_at IS NULL AND completed_at IS NULL AND expires_at > $2 RETURNING id
             ), ended AS (
                UPDATE sessions SET revoked_at = $2
                WHERE tenant_id = $1 AND link_id IN (SELECT id FROM closed) AND revoked_at IS NULL AND expires_at > $2
                RETURNING id
             )
             SELECT (SELECT count(*) FROM closed) AS links, (SELECT count(*) FROM ended) AS sessions",
        )
        .bind(tenant.as_uuid())
        .bind(at)
        .fetch_one(&mut *transaction)
        .await?;
        if closed.links > 0 {
            self.record_in(&mut *transaction, &event(closed), at)
                .await?;
        }
        transaction.commit().await?;
        Ok(closed)
    }

    /// Ends the tenant's sessions: all, or those that one link led to; then whom that link let in loses
    /// access too. Those that had ended by idling are not counted.
    pub async fn close_sessions(
        &self,
        tenant: TenantId,
        link: Option<LinkId>,
        event: impl FnOnce(ClosedDoors) -> AuditEvent + Send,
        at: OffsetDateTime,
    ) -> Result<ClosedDoors, StoreError> {
        let mut transaction = self.pool.begin().await?;
        if link.is_none() {
            date_the_end(&mut transaction, tenant, at).await?;
        } else {
            lock_connection(&mut *transaction, tenant).await?;
        }
        let sessions = sqlx::query_scalar(
            "WITH ended AS (
                UPDATE sessions SET revoked_at = $2
                WHERE tenant_id = $1 AND revoked_at IS NULL AND expires_at > $2
                  AND ($3::uuid IS NULL OR link_id = $3
                       OR family = (SELECT claimed_by FROM onboarding_links WHERE tenant_id = $1 AND id = $3))
                RETURNING kind, last_seen_at
             )
             SELECT count(*) FROM ended WHERE kind <> 'administrator' OR last_seen_at > $4",
        )
        .bind(tenant.as_uuid())
        .bind(at)
        .bind(link.map(|link| link.as_uuid()))
        .bind(at - ADMINISTRATOR_IDLE)
        .fetch_one(&mut *transaction)
        .await?;
        let closed = ClosedDoors { links: 0, sessions };
        let event = event(closed);
        let mut people = Vec::new();
        if let Some(link) = link {
            let which = Which::LetInBy(link);
            people = self
                .remove_people_in(&mut transaction, tenant, which, event.actor, at)
                .await?;
        }
        if sessions > 0 || !people.is_empty() {
            self.record_in(&mut *transaction, &event, at).await?;
        }
        transaction.commit().await?;
        Ok(closed)
    }
}

/// Takes the connection, and notes when all sessions ended: a visitor who is at Okta has no session of the
/// tenant yet, and opens none after this.
async fn date_the_end(
    connection: &mut PgConnection,
    tenant: TenantId,
    at: OffsetDateTime,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE connections SET sessions_ended_at = $2 WHERE tenant_id = $1")
        .bind(tenant.as_uuid())
        .bind(at)
        .execute(connection)
        .await?;
    Ok(())
}
