//! The index is written in batches, by one replica at a time: two that computed the same tenant from
//! facts of different age could otherwise leave the older result.

use sqlx::{PgConnection, Postgres, Transaction};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::domain::id::TenantId;
use crate::store::{Store, StoreError};

/// The lock that makes a replica the one that writes. Any number that nothing else uses.
const LOCK: i64 = 0x6c6f_6f6b_7570;
/// A catalog of which no replica was heard for so long is no longer in use.
const FORGOTTEN_AFTER: Duration = Duration::minutes(15);

/// Tenants that are to be indexed, and the right to do it.
#[derive(Debug)]
pub struct IndexBatch {
    transaction: Transaction<'static, Postgres>,
    pub tenants: Vec<TenantId>,
    /// The changes that led to it; gone when the batch is done.
    changes: Vec<i64>,
}

/// What is kept of one tenant.
#[derive(Debug)]
pub struct IndexEntry {
    pub tenant: TenantId,
    pub catalog_version: String,
    pub urgency: i16,
    pub since: OffsetDateTime,
    pub sign_in_ends_at: Option<OffsetDateTime>,
    pub name: String,
    pub host: Option<String>,
    pub external_id: Option<String>,
    pub state: &'static str,
    pub reason: Option<&'static str>,
    pub granted: i32,
    pub working: i32,
    pub total: i32,
    pub flags: Vec<String>,
    pub terms: Vec<String>,
    pub haystack: String,
}

/// What the index needs and the status does not tell.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct IndexFacts {
    pub name: String,
    pub external_id: Option<String>,
    pub expected_origin: Option<String>,
    pub created_at: OffsetDateTime,
    pub connection_id: Uuid,
    pub emails: Vec<String>,
    /// When something of note last happened.
    pub changed_at: Option<OffsetDateTime>,
}

impl Store {
    /// Takes up to `limit` tenants that changed, or whose row is of another catalog or out of date;
    /// `None` when another replica is at it, or nothing is to be done, or other replicas started later
    /// with another catalog: then the index is theirs, or two catalogs would rewrite it for ever.
    pub async fn begin_index(
        &self,
        catalog_version: &str,
        soon: Duration,
        limit: i64,
        at: OffsetDateTime,
    ) -> Result<Option<IndexBatch>, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let is_ours: bool = sqlx::query_scalar(
            "SELECT coalesce((
                SELECT version = $2 FROM catalog_announcements WHERE coalesce(seen_at, announced_at) > $3
                ORDER BY announced_at DESC, version LIMIT 1
             ), true) AND pg_try_advisory_xact_lock($1)",
        )
        .bind(LOCK)
        .bind(catalog_version)
        .bind(at - FORGOTTEN_AFTER)
        .fetch_one(&mut *transaction)
        .await?;
        if !is_ours {
            transaction.rollback().await?;
            return Ok(None);
        }
        let noted: Vec<(i64, Uuid)> = sqlx::query_as(
            "SELECT sequence, tenant_id FROM support_changes ORDER BY sequence LIMIT $1",
        )
        .bind(limit)
        .fetch_all(&mut *transaction)
        .await?;
        let (changes, mut tenants): (Vec<i64>, Vec<Uuid>) = noted.into_iter().unzip();
        if tenants.is_empty() {
            tenants = outdated(&mut transaction, catalog_version, soon, limit, at).await?;
        }
        tenants.sort_unstable();
        tenants.dedup();
        if tenants.is_empty() {
            // Not left to the drop, which gives the lock back some time later.
            transaction.rollback().await?;
            return Ok(None);
        }
        Ok(Some(IndexBatch {
            transaction,
            tenants: tenants.into_iter().map(TenantId::from_uuid).collect(),
            changes,
        }))
    }

    /// Words and times of a tenant.
    pub async fn find_index_facts(
        &self,
        tenant: TenantId,
    ) -> Result<Option<IndexFacts>, StoreError> {
        Ok(sqlx::query_as(
            "SELECT t.name, t.external_id, t.expected_origin, t.created_at, c.id AS connection_id,
                    coalesce((SELECT array_agg(email) FROM (
                        SELECT email FROM people WHERE tenant_id = t.id ORDER BY last_signed_in_at DESC LIMIT 20
                    ) latest), '{}') AS emails,
                    (SELECT max(at) FROM audit_events WHERE tenant_id = t.id AND action IN (
                        'connection.connected', 'connection.needs_attention', 'connection.recovered',
                        'connection.disconnected', 'connection.activated')) AS changed_at
             FROM tenants t JOIN connections c ON c.tenant_id = t.id WHERE t.id = $1",
        )
        .bind(tenant.as_uuid())
        .fetch_optional(&self.pool)
        .await?)
    }
}

/// Rows of another catalog, of sign-ins that end soon by now, or that have ended.
async fn outdated(
    connection: &mut PgConnection,
    catalog_version: &str,
    soon: Duration,
    limit: i64,
    at: OffsetDateTime,
) -> Result<Vec<Uuid>, StoreError> {
    Ok(sqlx::query_scalar(
        "(SELECT tenant_id FROM support_index WHERE catalog_version < $1 LIMIT $4)
         UNION ALL (SELECT tenant_id FROM support_index WHERE catalog_version > $1 LIMIT $4)
         UNION ALL (SELECT tenant_id FROM support_index
                    WHERE sign_in_ends_at > $2 AND sign_in_ends_at <= $3 AND NOT 'expiring' = ANY (flags) LIMIT $4)
         UNION ALL (SELECT tenant_id FROM support_index
                    WHERE sign_in_ends_at <= $2 AND (state = 'connected' OR 'expiring' = ANY (flags)) LIMIT $4)
         LIMIT $4",
    )
    .bind(catalog_version)
    .bind(at)
    .bind(at + soon)
    .bind(limit)
    .fetch_all(connection)
    .await?)
}

impl IndexBatch {
    /// Writes the tenants' rows and forgets the changes that led to them.
    pub async fn finish(mut self, entries: &[IndexEntry]) -> Result<(), StoreError> {
        let tenants: Vec<Uuid> = self.tenants.iter().map(TenantId::as_uuid).collect();
        sqlx::query(
            "WITH terms AS (DELETE FROM support_terms WHERE tenant_id = ANY ($1)),
                  flags AS (DELETE FROM support_flags WHERE tenant_id = ANY ($1))
             DELETE FROM support_changes WHERE sequence = ANY ($2)",
        )
        .bind(&tenants)
        .bind(&self.changes)
        .execute(&mut *self.transaction)
        .await?;
        for entry in entries {
            write(&mut self.transaction, entry).await?;
        }
        self.transaction.commit().await?;
        Ok(())
    }
}

async fn write(connection: &mut PgConnection, entry: &IndexEntry) -> Result<(), StoreError> {
    sqlx::query(
        "WITH words AS (
            INSERT INTO support_terms (term, tenant_id) SELECT unnest($15::text[]), $1
         ), listed AS (
            INSERT INTO support_flags (flag, urgency, since, tenant_id) SELECT unnest($14::text[]), $3, $4, $1
         )
         INSERT INTO support_index (tenant_id, catalog_version, urgency, since, sign_in_ends_at, name, host, external_id,
                                    state, reason, granted, working, total, flags, haystack)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $16)
         ON CONFLICT (tenant_id) DO UPDATE SET
            catalog_version = excluded.catalog_version, urgency = excluded.urgency, since = excluded.since,
            sign_in_ends_at = excluded.sign_in_ends_at, name = excluded.name, host = excluded.host,
            external_id = excluded.external_id, state = excluded.state, reason = excluded.reason,
            granted = excluded.granted, working = excluded.working, total = excluded.total,
            flags = excluded.flags, haystack = excluded.haystack",
    )
    .bind(entry.tenant.as_uuid())
    .bind(&entry.catalog_version)
    .bind(entry.urgency)
    .bind(entry.since)
    .bind(entry.sign_in_ends_at)
    .bind(&entry.name)
    .bind(&entry.host)
    .bind(&entry.external_id)
    .bind(entry.state)
    .bind(entry.reason)
    .bind(entry.granted)
    .bind(entry.working)
    .bind(entry.total)
    .bind(&entry.flags)
    .bind(&entry.terms)
    .bind(&entry.haystack)
    .execute(connection)
    .await?;
    Ok(())
}
