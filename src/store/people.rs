//! People of a tenant's organization who signed in with Okta.

use time::OffsetDateTime;
use uuid::Uuid;

use super::sessions::insert_session;
use super::{NewSession, Store, StoreError};
use crate::domain::audit::AuditEvent;
use crate::domain::id::{PersonId, SessionId, TenantId};
use crate::domain::identity::Identity;

/// Where a person is an administrator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Membership {
    pub tenant: TenantId,
    pub person: PersonId,
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

    /// Signs a known administrator in: the new session takes the visitor's place.
    pub async fn sign_in(
        &self,
        membership: Membership,
        session: &NewSession,
        replaces: SessionId,
        event: &AuditEvent,
        at: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        sqlx::query("UPDATE people SET last_signed_in_at = $3 WHERE tenant_id = $1 AND id = $2")
            .bind(membership.tenant.as_uuid())
            .bind(membership.person.as_uuid())
            .bind(at)
            .execute(&mut *transaction)
            .await?;
        insert_session(&mut *transaction, session, Some(replaces), at).await?;
        self.record_in(&mut *transaction, event, at).await?;
        transaction.commit().await?;
        Ok(())
    }
}
