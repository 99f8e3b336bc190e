//! The catalog's versions, as tenants agreed to them. They are kept with the authorization that does.

use serde_json::json;
use time::OffsetDateTime;

use super::{Store, StoreError};
use crate::domain::audit::{Action, Actor, AuditEvent};
use crate::domain::id::TenantId;

impl Store {
    /// What a version said, if some tenant ever agreed to it.
    pub async fn find_catalog(&self, version: &str) -> Result<Option<String>, StoreError> {
        Ok(
            sqlx::query_scalar("SELECT content FROM catalog_versions WHERE version = $1")
                .bind(version)
                .fetch_optional(&self.pool)
                .await?,
        )
    }

    /// Notes the version that this replica starts with, which makes it the latest. The first replica
    /// that comes with a new one tells of it; of the very first version there is nothing to tell. `true`
    /// when it was told.
    pub async fn announce_catalog(
        &self,
        version: &str,
        at: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let (previous, is_new): (Option<String>, bool) = sqlx::query_as(
            "WITH latest AS (
                SELECT version FROM (
                    SELECT version, announced_at AS at FROM catalog_announcements
                    UNION ALL SELECT version, first_seen_at FROM catalog_versions
                ) AS known WHERE version <> $1 ORDER BY at DESC LIMIT 1
             )
             INSERT INTO catalog_announcements (version, announced_at, seen_at) VALUES ($1, $2, $2)
             ON CONFLICT (version) DO UPDATE SET announced_at = excluded.announced_at, seen_at = excluded.seen_at
             RETURNING (SELECT version FROM latest), xmax = 0",
        )
        .bind(version)
        .bind(at)
        .fetch_one(&mut *transaction)
        .await?;
        let previous = previous.filter(|_| is_new);
        if let Some(previous) = &previous {
            let event = AuditEvent::of_service(Actor::Service, Action::CatalogChanged)
                .with(json!({ "version": version, "previous": previous }));
            self.record_in(&mut *transaction, &event, at).await?;
        }
        transaction.commit().await?;
        Ok(previous.is_some())
    }

    /// Says that a replica still runs with this version.
    pub async fn see_catalog(&self, version: &str, at: OffsetDateTime) -> Result<(), StoreError> {
        sqlx::query("UPDATE catalog_announcements SET seen_at = $2 WHERE version = $1")
            .bind(version)
            .bind(at)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// The scopes that the tenant's latest authorization asked for.
    pub async fn find_agreed_scopes(&self, tenant: TenantId) -> Result<Vec<String>, StoreError> {
        let scopes: Option<Vec<String>> = sqlx::query_scalar(
            "SELECT requested_scopes FROM authorizations WHERE tenant_id = $1 ORDER BY at DESC LIMIT 1",
        )
        .bind(tenant.as_uuid())
        .fetch_optional(&self.pool)
        .await?;
        Ok(scopes.unwrap_or_default())
    }

    /// The version that the tenant's latest authorization agreed to.
    pub async fn find_agreed_catalog(
        &self,
        tenant: TenantId,
    ) -> Result<Option<String>, StoreError> {
        Ok(sqlx::query_scalar(
            "SELECT catalog_version FROM authorizations WHERE tenant_id = $1 ORDER BY at DESC LIMIT 1",
        )
        .bind(tenant.as_uuid())
        .fetch_optional(&self.pool)
        .await?)
    }
}
