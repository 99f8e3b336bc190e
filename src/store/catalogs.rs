//! The catalog's versions, as tenants agreed to them. They are kept with the authorization that does.

use super::{Store, StoreError};

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
}
