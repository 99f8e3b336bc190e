//! Tenants.

use time::OffsetDateTime;
use uuid::Uuid;

use super::connections::insert_connection;
use super::links::insert_link;
use super::{NewConnection, NewLink, Store, StoreError};
use crate::domain::audit::AuditEvent;
use crate::domain::connection::OrgId;
use crate::domain::id::TenantId;
use crate::domain::org_url::OrgOrigin;

/// A tenant that is about to be made.
#[derive(Debug)]
pub struct NewTenant {
    pub id: TenantId,
    pub name: String,
    pub external_id: Option<String>,
    pub expected_origin: Option<OrgOrigin>,
}

/// One customer of the vendor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant {
    pub id: TenantId,
    pub name: String,
    /// The organization that the invitation names.
    pub expected_origin: Option<OrgOrigin>,
    /// The organization that was first connected.
    pub organization_id: Option<OrgId>,
}

#[derive(sqlx::FromRow)]
struct TenantRow {
    id: Uuid,
    name: String,
    expected_origin: Option<String>,
    organization_id: Option<String>,
}

impl TryFrom<TenantRow> for Tenant {
    type Error = StoreError;

    fn try_from(row: TenantRow) -> Result<Self, Self::Error> {
        let bad = |column| StoreError::Inconsistent {
            table: "tenants",
            column,
            row: row.id,
        };
        Ok(Self {
            id: TenantId::from_uuid(row.id),
            expected_origin: match &row.expected_origin {
                Some(text) => {
                    Some(OrgOrigin::from_stored(text).ok_or_else(|| bad("expected_origin"))?)
                }
                None => None,
            },
            organization_id: match &row.organization_id {
                Some(text) => Some(text.parse().map_err(|_| bad("organization_id"))?),
                None => None,
            },
            name: row.name,
        })
    }
}

impl Store {
    /// The tenant, if there is one.
    pub async fn find_tenant(&self, tenant: TenantId) -> Result<Option<Tenant>, StoreError> {
        let row: Option<TenantRow> = sqlx::query_as(
            "SELECT id, name, expected_origin, organization_id FROM tenants WHERE id = $1",
        )
        .bind(tenant.as_uuid())
        .fetch_optional(&self.pool)
        .await?;
        row.map(Tenant::try_from).transpose()
    }

    /// The tenant with the vendor's own id, if there is one.
    pub async fn find_tenant_by_external_id(
        &self,
        external_id: &str,
    ) -> Result<Option<Tenant>, StoreError> {
        let row: Option<TenantRow> = sqlx::query_as(
            "SELECT id, name, expected_origin, organization_id FROM tenants WHERE external_id = $1",
        )
        .bind(external_id)
        .fetch_optional(&self.pool)
        .await?;
        row.map(Tenant::try_from).transpose()
    }

    /// Pins the organization of a tenant that has none and was never connected; `false` when it has by
    /// now. What an onboarding entered otherwise is forgotten.
    pub async fn pin_organization(
        &self,
        tenant: TenantId,
        origin: &OrgOrigin,
        event: &AuditEvent,
        at: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let pinned = sqlx::query(
            "UPDATE tenants SET expected_origin = $2
             WHERE id = $1 AND expected_origin IS NULL AND organization_id IS NULL",
        )
        .bind(tenant.as_uuid())
        .bind(origin.as_str())
        .execute(&mut *transaction)
        .await?;
        if pinned.rows_affected() == 0 {
            return Ok(false);
        }
        sqlx::query(
            "UPDATE connections SET next_organization_origin = NULL, next_organization_id = NULL,
                    next_organization_edition = NULL, next_organization_confirmed_at = NULL, next_client_id = NULL,
                    next_client_auth_method = NULL, next_client_secret = NULL, next_checked_at = NULL
             WHERE tenant_id = $1 AND next_organization_origin <> $2",
        )
        .bind(tenant.as_uuid())
        .bind(origin.as_str())
        .execute(&mut *transaction)
        .await?;
        self.record_in(&mut *transaction, event, at).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Makes a tenant with its (still pending) connection and, if wanted, its first link, all or
    /// nothing. One with this very id was made by a try before this one, and is not made again.
    /// [`StoreError::Raced`] when there is a tenant with this external id by now.
    pub async fn create_tenant(
        &self,
        tenant: &NewTenant,
        connection: &NewConnection,
        link: Option<&NewLink>,
        events: &[AuditEvent],
        at: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        let inserted = sqlx::query(
            "INSERT INTO tenants (id, name, external_id, expected_origin, created_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT DO NOTHING",
        )
        .bind(tenant.id.as_uuid())
        .bind(&tenant.name)
        .bind(&tenant.external_id)
        .bind(tenant.expected_origin.as_ref().map(OrgOrigin::as_str))
        .bind(at)
        .execute(&mut *transaction)
        .await?;
        if inserted.rows_affected() == 0 {
            let is_made: bool =
                sqlx::query_scalar("SELECT EXISTS (SELECT FROM tenants WHERE id = $1)")
                    .bind(tenant.id.as_uuid())
                    .fetch_one(&mut *transaction)
                    .await?;
            return if is_made {
                Ok(())
            } else {
                Err(StoreError::Raced)
            };
        }
        insert_connection(&mut *transaction, tenant.id, connection, at).await?;
        if let Some(link) = link {
            insert_link(&mut *transaction, tenant.id, link, at).await?;
        }
        for event in events {
            self.record_in(&mut *transaction, event, at).await?;
        }
        transaction.commit().await?;
        Ok(())
    }
}
