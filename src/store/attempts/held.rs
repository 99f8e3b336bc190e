//! Sign-ins that were held: what the page about it tells, and nothing of the sign-in itself.

use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::domain::audit::AuditEvent;
use crate::domain::id::{AuthorizationId, LinkId, PersonId, SessionId, TenantId};
use crate::domain::identity::{Identity, RoleFinding};
use crate::store::grants::{Signed, stand, upsert_person};
use crate::store::links::complete_link;
use crate::store::sessions::insert_session;
use crate::store::{Ground, NewSession, Store, StoreError};

/// A held sign-in is told of for so long.
const TOLD_FOR: Duration = Duration::hours(1);

/// How a sign-in compares with the live one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weighed {
    /// How many permissions work by the live sign-in.
    pub before: usize,
    /// How many of those would work by the other one.
    pub after: usize,
    /// Whose the live sign-in is.
    pub carrier: PersonId,
}

/// A sign-in that is about to be held.
#[derive(Debug)]
pub struct Holding<'a> {
    /// What its outcome would have been stored as.
    pub id: AuthorizationId,
    /// What has to stand still when it is kept.
    pub ground: Ground<'a>,
    pub weighed: Weighed,
    pub role: &'a RoleFinding,
    pub event: AuditEvent,
    /// Whom a link lets in all the same.
    pub entry: Option<Entry<'a>>,
    /// The session that takes the place of the one that began.
    pub session: Option<(NewSession, SessionId)>,
}

/// Somebody whom a link lets in, although their sign-in is not used.
#[derive(Debug)]
pub struct Entry<'a> {
    pub person: PersonId,
    pub identity: &'a Identity,
    pub link: LinkId,
}

/// What is told of a held sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldRecord {
    pub before: usize,
    pub after: usize,
    /// Whether Okta confirmed the person of the held sign-in as a Super Administrator.
    pub is_super: bool,
    pub uses_next_app: bool,
    /// The app's client id, as it was then.
    pub client_id: String,
    /// Whose sign-in was kept.
    pub carrier: PersonId,
    pub carrier_name: String,
}

#[derive(sqlx::FromRow)]
struct HeldRow {
    held_before: i32,
    held_after: i32,
    held_by_super: bool,
    uses_next_app: bool,
    client_id: String,
    held_for: Uuid,
    name: String,
}

impl From<HeldRow> for HeldRecord {
    fn from(row: HeldRow) -> Self {
        Self {
            before: row.held_before.try_into().unwrap_or_default(),
            after: row.held_after.try_into().unwrap_or_default(),
            is_super: row.held_by_super,
            uses_next_app: row.uses_next_app,
            client_id: row.client_id,
            carrier: PersonId::from_uuid(row.held_for),
            carrier_name: row.name,
        }
    }
}

impl Store {
    /// The latest held sign-in of this browser's, while it is told of and nothing was stored since.
    pub async fn find_held(
        &self,
        tenant: TenantId,
        family: Uuid,
        at: OffsetDateTime,
    ) -> Result<Option<HeldRecord>, StoreError> {
        let row: Option<HeldRow> = sqlx::query_as(
            "SELECT a.held_before, a.held_after, a.held_by_super, a.uses_next_app, a.client_id, a.held_for, p.name
             FROM authorization_attempts a JOIN people p ON p.id = a.held_for
             WHERE a.tenant_id = $1 AND a.session_family = $2 AND a.held_at > $3
               AND NOT EXISTS (SELECT FROM authorizations z WHERE z.tenant_id = $1 AND z.at > a.held_at)
             ORDER BY a.held_at DESC LIMIT 1",
        )
        .bind(tenant.as_uuid())
        .bind(family)
        .bind(at - TOLD_FOR)
        .fetch_optional(&self.pool)
        .await?;
        Ok(row.map(Into::into))
    }

    /// Keeps that a sign-in was held, and lets in whom a link lets in. The tokens are not among it.
    pub async fn hold(&self, holding: &Holding<'_>, at: OffsetDateTime) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        let attempt = holding.ground.attempt;
        if !stand(&mut transaction, holding.id, &holding.ground, at).await? {
            return Err(StoreError::Raced);
        }
        let (weighed, count) = (holding.weighed, |count: usize| {
            i32::try_from(count).unwrap_or(i32::MAX)
        });
        if let Some(entry) = &holding.entry {
            let signed = Signed {
                tenant: attempt.tenant,
                person: entry.person,
                identity: entry.identity,
                let_in_by: Some(entry.link),
                role: holding.role,
            };
            upsert_person(&mut transaction, &signed, at).await?;
            complete_link(&mut transaction, attempt.tenant, entry.link, at).await?;
        }
        sqlx::query(
            "UPDATE authorization_attempts SET held_at = $3, held_before = $4, held_after = $5, held_by_super = $6, held_for = $7
             WHERE tenant_id = $1 AND id = $2",
        )
        .bind(attempt.tenant.as_uuid())
        .bind(attempt.id.as_uuid())
        .bind(at)
        .bind(count(weighed.before))
        .bind(count(weighed.after))
        .bind(holding.role.is_super())
        .bind(weighed.carrier.as_uuid())
        .execute(&mut *transaction)
        .await?;
        if let Some((session, replaces)) = &holding.session {
            insert_session(&mut *transaction, session, Some(*replaces), at).await?;
        }
        self.record_in(&mut *transaction, &holding.event, at)
            .await?;
        transaction.commit().await?;
        Ok(())
    }
}
