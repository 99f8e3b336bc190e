//! What the pool and the database tell of themselves, for the metrics.

use super::{Store, StoreError};

/// The pool of this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolState {
    pub limit: u32,
    pub busy: u32,
    pub idle: u32,
}

impl Store {
    #[must_use]
    pub fn pool(&self) -> PoolState {
        let idle = u32::try_from(self.pool.num_idle()).unwrap_or(u32::MAX);
        PoolState {
            limit: self.pool.options().get_max_connections(),
            busy: self.pool.size().saturating_sub(idle),
            idle,
        }
    }

    /// Waits until the pool gives a connection, as everybody does, and gives it back.
    pub async fn wait_for_connection(&self) -> Result<(), StoreError> {
        drop(self.pool.acquire().await?);
        Ok(())
    }

    /// How many connections are in which state, from an index.
    pub async fn count_connections(&self) -> Result<Vec<(String, i64)>, StoreError> {
        Ok(
            sqlx::query_as("SELECT state, count(*) FROM connections GROUP BY state")
                .fetch_all(&self.pool)
                .await?,
        )
    }
}
