//! People of a tenant's organization who signed in with Okta.

mod access;

use time::OffsetDateTime;
use uuid::Uuid;

pub(super) use access::Which;
pub use access::{PersonRecord, RemovedPerson, RoleLook};

use super::sessions::insert_session;
use super::{NewSession, Store, StoreError, expect_one};
use crate::domain::audit::AuditEvent;
use crate::domain::id::{PersonId, SessionId, TenantId};
use crate::domain::identity::Identity;
use crate::domain::overtaken::Overtaken;

/// Where a person is an administrator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Membership {
    pub tenant: TenantId,
    pub person: PersonId,
}

/// A known administrator who comes back from Okta.
#[derive(Debug)]
pub struct Recognized<'a> {
    pub membership: Membership,
    pub session: &'a NewSession,
    /// The session that the browser began with.
    pub replaces: SessionId,
    pub begun_at: OffsetDateTime,
    pub event: &'a AuditEvent,
}

impl Store {
    /// The tenants that let this person in; the most recent sign-in first.
    pub async fn find_memberships(
        &self,
        identity: &Identity,
    ) -> Result<Vec<Membership>, StoreError> {
        let rows: Vec<(Uuid, Uuid)> = sqlx::query_as(
            "SELECT tenant_id, id FROM people
             WHERE issuer = $1 AND okta_user_id = $2 AND let_in_at IS NOT NULL
             ORDER BY last_signed_in_at DESC LIMIT 20",
        )
        .bind(identity.issuer.as_str())
        .bind(&identity.subject)
        .fetch_all(&self.pool)
        .await?;
        let membership = |(tenant, person)| Membership {
            tenant: TenantId::from_uuid(tenant),
            person: PersonId::from_uuid(person),
        };
        Ok(rows.into_iter().map(membership).collect())
    }

    /// A person's name and e-mail address.
    pub async fn find_person(
        &self,
        tenant: TenantId,
        person: PersonId,
    ) -> Result<Option<(String, String)>, StoreError> {
        Ok(
            sqlx::query_as("SELECT name, email FROM people WHERE tenant_id = $1 AND id = $2")
                .bind(tenant.as_uuid())
                .bind(person.as_uuid())
                .fetch_optional(&self.pool)
                .await?,
        )
    }

    /// Signs a known administrator in: the new session takes the visitor's place. Not where that has
    /// ended, nor where all of the tenant's sessions were ended since the round trip began, nor somebody who
    /// is not let in any more.
    pub async fn sign_in(
        &self,
        who: &Recognized<'_>,
        at: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let Membership { tenant, person } = who.membership;
        let mut transaction = self.pool.begin().await?;
        let all_ended_at: Option<Option<OffsetDateTime>> = sqlx::query_scalar(
            "SELECT sessions_ended_at FROM connections WHERE tenant_id = $1 FOR NO KEY UPDATE",
        )
        .bind(tenant.as_uuid())
        .fetch_optional(&mut *transaction)
        .await?;
        let has_session: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT FROM sessions WHERE (id = $1 OR (tenant_id = $2 AND family = $3))
                            AND revoked_at IS NULL AND expires_at > $4)",
        )
        .bind(who.replaces.as_uuid())
        .bind(tenant.as_uuid())
        .bind(who.session.family)
        .bind(at)
        .fetch_one(&mut *transaction)
        .await?;
        let ended_since = all_ended_at.flatten().is_some_and(|end| end > who.begun_at);
        if ended_since || !has_session {
            return Err(StoreError::Overtaken(Overtaken::Session));
        }
        let known = sqlx::query(
            "UPDATE people SET last_signed_in_at = $3 WHERE tenant_id = $1 AND id = $2 AND let_in_at IS NOT NULL",
        )
        .bind(tenant.as_uuid())
        .bind(person.as_uuid())
        .bind(at)
        .execute(&mut *transaction)
        .await?;
        expect_one(&known, "people").map_err(|_| StoreError::Overtaken(Overtaken::Person))?;
        insert_session(&mut *transaction, who.session, Some(who.replaces), at).await?;
        self.record_in(&mut *transaction, who.event, at).await?;
        transaction.commit().await?;
        Ok(())
    }
}
