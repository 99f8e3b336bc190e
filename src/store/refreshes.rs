//! Who refreshes which tokens, and when: a lease per connection, and the two ways in which it ends.
//!
//! A lease is short, because after a crash somebody else must try inside Okta's leeway; its owner moves
//! it on while Okta is asked. It is measured by the database's clock, so that replicas whose clocks
//! differ agree on its end. No lock outlives a statement.
//!
//! What Okta answered is stored only by the process that went to Okta last (`spent_by`, `spent_under`),
//! and only in the place of the token set that it spent. A process that wakes up late finds neither.
//!
//! Tokens are stored without the connection's row, for speed: nothing else of it changes then. What changes
//! its state takes it first (see [`super::order`]), then `refreshes`, then `token_sets`.

mod endings;
mod history;
mod outcome;
mod upkeep;

use time::{Duration, OffsetDateTime};
use uuid::Uuid;

pub use endings::{DueNotice, Told};
pub use outcome::{Failed, Refreshed};
pub(super) use upkeep::StandingRow;
pub use upkeep::{Standing, UpkeepRecord};

use super::{Store, StoreError};
use crate::domain::failure::FailureKind;
use crate::domain::id::{ConnectionId, TenantId};

/// The right to refresh one connection's tokens, for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    pub connection: ConnectionId,
    pub tenant: TenantId,
    pub owner: Uuid,
    /// Grows with each claim.
    pub generation: i64,
    /// The generation of the token set that an earlier try may have spent without an answer.
    pub doubted: Option<i64>,
    /// Taken from an owner who did not give it back: who may still come to store an answer.
    pub took_over: bool,
}

#[derive(sqlx::FromRow)]
struct LeaseRow {
    connection_id: Uuid,
    tenant_id: Uuid,
    lease_owner: Uuid,
    lease_generation: i64,
    doubted: Option<i64>,
    took_over: bool,
}

impl From<LeaseRow> for Lease {
    fn from(row: LeaseRow) -> Self {
        Self {
            connection: ConnectionId::from_uuid(row.connection_id),
            tenant: TenantId::from_uuid(row.tenant_id),
            owner: row.lease_owner,
            generation: row.lease_generation,
            doubted: row.doubted,
            took_over: row.took_over,
        }
    }
}

/// Claims those of the rows that nobody holds: `$1` is the owner, `$2` how long the lease lasts.
macro_rules! claim {
    ($which:literal) => {
        concat!(
            "WITH free AS MATERIALIZED (
                SELECT connection_id, lease_owner, spending FROM refreshes
                WHERE (lease_ends_at IS NULL OR lease_ends_at <= clock_timestamp()) AND ",
            $which,
            " FOR UPDATE SKIP LOCKED
             )
             UPDATE refreshes r SET lease_owner = $1, lease_generation = r.lease_generation + 1,
                    lease_ends_at = clock_timestamp() + $2, heartbeat_at = clock_timestamp(),
                    spending = (SELECT generation FROM token_sets t WHERE t.connection_id = r.connection_id),
                    spent_by = CASE WHEN free.lease_owner IS NULL THEN $1 ELSE r.spent_by END,
                    spent_under = CASE WHEN free.lease_owner IS NULL THEN r.lease_generation + 1 ELSE r.spent_under END
             FROM free WHERE r.connection_id = free.connection_id
             RETURNING r.connection_id, r.tenant_id, r.lease_owner, r.lease_generation, free.spending AS doubted,
                       free.lease_owner IS NOT NULL AS took_over"
        )
    };
}

impl Store {
    /// Claims the refreshes that are due for longest, at most `limit`.
    pub async fn claim_due_refreshes(
        &self,
        owner: Uuid,
        lease: Duration,
        limit: usize,
        at: OffsetDateTime,
    ) -> Result<Vec<Lease>, StoreError> {
        let rows: Vec<LeaseRow> = sqlx::query_as(claim!("due_at <= $3 ORDER BY due_at LIMIT $4"))
            .bind(owner)
            .bind(lease)
            .bind(at)
            .bind(i64::try_from(limit).unwrap_or(i64::MAX))
            .fetch_all(&self.pool)
            .await?;
        Ok(rows.into_iter().map(Lease::from).collect())
    }

    /// Claims this tenant's refresh, due or not. `None` while somebody else holds it, and after a
    /// failure until the next try is due.
    pub async fn claim_refresh(
        &self,
        tenant: TenantId,
        owner: Uuid,
        lease: Duration,
        at: OffsetDateTime,
    ) -> Result<Option<Lease>, StoreError> {
        let row: Option<LeaseRow> = sqlx::query_as(claim!(
            "tenant_id = $3 AND due_at IS NOT NULL AND (failure IS NULL OR due_at <= $4)"
        ))
        .bind(owner)
        .bind(lease)
        .bind(tenant.as_uuid())
        .bind(at)
        .fetch_optional(&self.pool)
        .await?;
        Ok(row.map(Lease::from))
    }

    /// Moves the lease on; `false` when it is no longer this owner's.
    pub async fn extend_lease(&self, lease: &Lease, by: Duration) -> Result<bool, StoreError> {
        let extended = sqlx::query(
            "UPDATE refreshes SET lease_ends_at = clock_timestamp() + $4, heartbeat_at = clock_timestamp()
             WHERE connection_id = $1 AND lease_owner = $2 AND lease_generation = $3",
        )
        .bind(lease.connection.as_uuid())
        .bind(lease.owner)
        .bind(lease.generation)
        .bind(by)
        .execute(&self.pool)
        .await?;
        Ok(extended.rows_affected() == 1)
    }

    /// Says, under a lease that was taken over, that Okta is asked now: from here on the earlier owner
    /// may store nothing more. `false` when the lease is gone, or the earlier owner stored just now.
    pub async fn begin_spending(&self, lease: &Lease) -> Result<bool, StoreError> {
        let begun = sqlx::query(
            "UPDATE refreshes SET spent_by = $2, spent_under = $3
             WHERE connection_id = $1 AND lease_owner = $2 AND lease_generation = $3",
        )
        .bind(lease.connection.as_uuid())
        .bind(lease.owner)
        .bind(lease.generation)
        .execute(&self.pool)
        .await?;
        Ok(begun.rows_affected() == 1)
    }

    /// Gives the lease back with nothing spent under it.
    pub async fn release_lease(&self, lease: &Lease) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE refreshes SET lease_owner = NULL, lease_ends_at = NULL, heartbeat_at = NULL, spending = $4
             WHERE connection_id = $1 AND lease_owner = $2 AND lease_generation = $3",
        )
        .bind(lease.connection.as_uuid())
        .bind(lease.owner)
        .bind(lease.generation)
        .bind(lease.doubted)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Moves up what waits after a failure that somebody may have mended. Okta's own limit is kept, and
    /// what only a sign-in mends is not tried.
    pub async fn hasten_refresh(
        &self,
        tenant: TenantId,
        at: OffsetDateTime,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE refreshes SET due_at = $2 WHERE tenant_id = $1 AND due_at > $2 AND failure <> $3",
        )
        .bind(tenant.as_uuid())
        .bind(at)
        .bind(FailureKind::RateLimited.code())
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Since when the refresh that is due for longest waits.
    pub async fn oldest_due_refresh(&self) -> Result<Option<OffsetDateTime>, StoreError> {
        Ok(
            sqlx::query_scalar("SELECT min(due_at) FROM refreshes WHERE due_at IS NOT NULL")
                .fetch_one(&self.pool)
                .await?,
        )
    }
}
