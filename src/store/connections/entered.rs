//! What an onboarding enters: it waits beside what is live until a sign-in with it succeeds.

use time::OffsetDateTime;

use crate::domain::audit::AuditEvent;
use crate::domain::connection::{App, Organization};
use crate::domain::id::TenantId;
use crate::domain::org_url::OrgOrigin;
use crate::store::{SealedBytes, Store, StoreError, expect_one};

/// An application that somebody enters.
#[derive(Debug)]
pub struct EnteredApp<'a> {
    pub app: &'a App,
    pub client_secret: Option<&'a SealedBytes>,
    /// What the secret is sealed for: one more than that of the application entered before.
    pub generation: i64,
    /// The organization that was entered; `None`: the connection's own.
    pub organization: Option<&'a OrgOrigin>,
}

impl Store {
    /// Keeps the organization that was found, confirmed or not, beside the live one. Another one than
    /// was entered before makes what was entered of the application worthless.
    pub async fn set_next_organization(
        &self,
        tenant: TenantId,
        organization: &Organization,
        confirmed_at: Option<OffsetDateTime>,
        event: &AuditEvent,
        at: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        let changed = sqlx::query(
            "UPDATE connections SET
                next_client_id = CASE WHEN same.one THEN next_client_id END,
                next_client_auth_method = CASE WHEN same.one THEN next_client_auth_method END,
                next_client_secret = CASE WHEN same.one THEN next_client_secret END,
                next_checked_at = CASE WHEN same.one THEN next_checked_at END,
                next_organization_origin = $2, next_organization_id = $3, next_organization_edition = $4,
                next_organization_confirmed_at = $5
             FROM (
                SELECT next_organization_origin = $2 AND next_organization_id = $3 AS one
                FROM connections WHERE tenant_id = $1 FOR UPDATE
             ) AS same
             WHERE tenant_id = $1",
        )
        .bind(tenant.as_uuid())
        .bind(organization.origin.as_str())
        .bind(organization.id.as_str())
        .bind(organization.edition.pipeline())
        .bind(confirmed_at)
        .execute(&mut *transaction)
        .await?;
        expect_one(&changed, "connections")?;
        self.record_in(&mut *transaction, event, at).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Keeps the application that was entered and, for that method, its sealed secret. The live one
    /// stays: whoever holds a link cannot break a connection by entering something else.
    /// [`StoreError::Raced`] when somebody entered another one, or another organization, since.
    pub async fn set_next_app(
        &self,
        tenant: TenantId,
        entered: &EnteredApp<'_>,
        event: &AuditEvent,
        at: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        let changed = sqlx::query(
            "UPDATE connections SET next_client_id = $2, next_client_auth_method = $3, next_client_secret = $4,
                    next_checked_at = NULL, next_generation = $5
             WHERE tenant_id = $1 AND next_generation = $5 - 1 AND next_organization_origin IS NOT DISTINCT FROM $6",
        )
        .bind(tenant.as_uuid())
        .bind(entered.app.client_id.as_str())
        .bind(entered.app.auth_method.name())
        .bind(entered.client_secret.map(|sealed| &sealed.0))
        .bind(entered.generation)
        .bind(entered.organization.map(OrgOrigin::as_str))
        .execute(&mut *transaction)
        .await?;
        expect_one(&changed, "connections").map_err(|_| StoreError::Raced)?;
        self.record_in(&mut *transaction, event, at).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Notes how the preflight of the app that was entered ended, if it still is the one.
    pub async fn mark_next_app(
        &self,
        tenant: TenantId,
        generation: i64,
        checked_at: Option<OffsetDateTime>,
        event: &AuditEvent,
        at: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        let marked = sqlx::query(
            "UPDATE connections SET next_checked_at = $3
             WHERE tenant_id = $1 AND next_generation = $2 AND next_client_id IS NOT NULL",
        )
        .bind(tenant.as_uuid())
        .bind(generation)
        .bind(checked_at)
        .execute(&mut *transaction)
        .await?;
        expect_one(&marked, "connections").map_err(|_| StoreError::Raced)?;
        self.record_in(&mut *transaction, event, at).await?;
        transaction.commit().await?;
        Ok(())
    }
}
