//! Which organization has which address: one each, across all tenants, held by the database.

use sqlx::PgConnection;
use time::OffsetDateTime;

use super::{Store, StoreError};
use crate::domain::connection::{Organization, OrganizationKey};

const ONE_ID: &str = "organizations_organization_id_key";

impl Store {
    /// Whether an organization that was connected speaks against this one: its id belongs to another
    /// address, or its address to another id. An id that Okta's own host has said is believed over one
    /// that some server calls itself.
    pub async fn contradicts_known_organization(
        &self,
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
        .fetch_one(&self.pool)
        .await?)
    }
}

/// Keeps the organization that somebody signed in at; [`StoreError::Contradicted`] when another one
/// that was connected speaks against it.
pub(super) async fn keep_organization(
    connection: &mut PgConnection,
    organization: &Organization,
    at: OffsetDateTime,
) -> Result<(), StoreError> {
    let (origin, id) = (organization.origin.as_str(), organization.id.as_str());
    let believed = is_believed(organization);
    if believed {
        // Some server called itself so; now the one that has the name is here.
        sqlx::query(
            "DELETE FROM organizations WHERE organization_id = $2 AND origin <> $1 AND NOT believed",
        )
        .bind(origin)
        .bind(id)
        .execute(&mut *connection)
        .await?;
    }
    let kept: Result<bool, sqlx::Error> = sqlx::query_scalar(
        "INSERT INTO organizations AS known (origin, organization_id, believed, connected_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (origin) DO UPDATE SET connected_at = known.connected_at
         RETURNING organization_id = $2",
    )
    .bind(origin)
    .bind(id)
    .bind(believed)
    .bind(at)
    .fetch_one(connection)
    .await;
    match kept {
        Ok(true) => Ok(()),
        Ok(false) => Err(StoreError::Contradicted),
        Err(sqlx::Error::Database(error)) if error.constraint() == Some(ONE_ID) => {
            Err(StoreError::Contradicted)
        }
        Err(error) => Err(error.into()),
    }
}

fn is_believed(organization: &Organization) -> bool {
    matches!(organization.key(), OrganizationKey::Okta(_))
}
