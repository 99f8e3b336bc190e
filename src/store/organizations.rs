//! Which organization has which address: one each, across all tenants, held by the database.

use sqlx::PgExecutor;

use super::{Store, StoreError};
use crate::domain::connection::{Organization, OrganizationKey};

const ONE_ADDRESS: &str = "organizations_organization_id_key";

impl Store {
    /// Whether an organization that was connected speaks against this one: its id belongs to another
    /// address, or its address to another id. An id that Okta's own host has said is believed over one
    /// that some server calls itself.
    pub async fn contradicts_known_organization(
        &self,
        organization: &Organization,
    ) -> Result<bool, StoreError> {
        contradicts(&self.pool, organization).await
    }
}

pub(super) async fn contradicts(
    executor: impl PgExecutor<'_>,
    organization: &Organization,
) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar(
        "SELECT EXISTS (
            SELECT 1 FROM organizations
            WHERE (origin = $1 OR organization_id = $2) AND NOT (origin = $1 AND organization_id = $2)
              AND NOT (origin <> $1 AND $3 AND NOT believed)
         )",
    )
    .bind(organization.origin.as_str())
    .bind(organization.id.as_str())
    .bind(is_believed(organization))
    .fetch_one(executor)
    .await?)
}

/// The database's own word that an id has one address.
pub(super) fn contradicted(error: sqlx::Error) -> StoreError {
    match &error {
        sqlx::Error::Database(database) if database.constraint() == Some(ONE_ADDRESS) => {
            StoreError::Contradicted
        }
        _ => error.into(),
    }
}

pub(super) fn is_believed(organization: &Organization) -> bool {
    matches!(organization.key(), OrganizationKey::Okta(_))
}
