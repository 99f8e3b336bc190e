//! Whether the database answers, and whether it has every migration of this binary.

use super::migrations::MIGRATOR;
use super::{Store, StoreError};

/// What the database says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DatabaseHealth {
    /// Migrations of this binary that are not applied.
    pub missing_migrations: usize,
}

impl Store {
    /// One round trip: it answers, and which migrations it has.
    pub async fn health(&self) -> Result<DatabaseHealth, StoreError> {
        let applied: Result<Vec<i64>, sqlx::Error> =
            sqlx::query_scalar("SELECT version FROM _sqlx_migrations WHERE success")
                .fetch_all(&self.pool)
                .await;
        let applied = match applied {
            Ok(versions) => versions,
            // 42P01: the table is not there, so nothing was ever migrated.
            Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("42P01") => {
                Vec::new()
            }
            Err(error) => return Err(error.into()),
        };
        let missing = MIGRATOR
            .iter()
            .filter(|migration| !applied.contains(&migration.version))
            .count();
        Ok(DatabaseHealth {
            missing_migrations: missing,
        })
    }
}
