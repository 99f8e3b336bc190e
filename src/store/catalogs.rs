//! The catalog's versions, as they were first served.

use serde_json::Value;
use time::OffsetDateTime;

use super::{Store, StoreError};

impl Store {
    /// Keeps what this version says; a version that is known stays as it is.
    pub async fn remember_catalog(
        &self,
        version: &str,
        content: &Value,
        at: OffsetDateTime,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO catalog_versions (version, content, first_seen_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        )
        .bind(version)
        .bind(content)
        .bind(at)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    pub async fn find_catalog(&self, version: &str) -> Result<Option<Value>, StoreError> {
        Ok(
            sqlx::query_scalar("SELECT content FROM catalog_versions WHERE version = $1")
                .bind(version)
                .fetch_optional(&self.pool)
                .await?,
        )
    }
}
