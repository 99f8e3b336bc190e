//! The list narrowed by words or by state: by the look-up's index, so that it costs what it shows.
//!
//! The index is some seconds behind at times. What it may not know yet is read from the facts besides:
//! tenants that were noted as changed, and those whose sign-in has just ended.

use time::OffsetDateTime;
use uuid::Uuid;

use sqlx::Postgres;
use sqlx::postgres::PgArguments;
use sqlx::query::QueryAs;

use super::{ListRow, TenantListing, select_listing};
use crate::domain::id::TenantId;
use crate::domain::look_up::LookUpQuery;
use crate::store::api_keys::uuids;
use crate::store::{Store, StoreError};

/// When more terms than this begin like a word, its tenants lie close together in the list: it is
/// walked then, instead of collecting all of them.
const BROAD: i64 = 4_000;

/// What the list is narrowed to.
#[derive(Debug, Clone, Copy)]
pub struct Narrowed<'a> {
    /// May be without text.
    pub query: &'a LookUpQuery,
    /// The name of a connection's state.
    pub state: Option<&'static str>,
    /// Only tenants that were made before this one.
    pub before: Option<TenantId>,
    /// Only these.
    pub only: Option<&'a [TenantId]>,
}

/// `WITH` what the index knows: $1 is now, $2 the tenant before which the page begins, $3 the state, $4
/// patterns, $5 the limit.
macro_rules! known {
    ($from:literal) => {
        known!($from, "")
    };
    ($from:literal, $besides:literal) => {
        select_listing!(
            concat!(
                "WITH stale AS MATERIALIZED (
                    SELECT tenant_id FROM (SELECT tenant_id FROM support_changes ORDER BY sequence DESC LIMIT 1000) changed
                    UNION SELECT tenant_id FROM support_index
                    WHERE sign_in_ends_at <= $1 AND (state = 'connected' OR 'expiring' = ANY (flags))
                 ), known AS (
                    SELECT i.tenant_id FROM ",
                $from,
                " AND i.tenant_id < $2 AND i.haystack LIKE ALL ($4) AND ($3::text IS NULL OR i.state = $3)
                      AND i.tenant_id NOT IN (SELECT tenant_id FROM stale)
                    ORDER BY i.tenant_id DESC LIMIT $5
                 ) "
            ),
            concat!("JOIN (
                SELECT tenant_id, true AS is_sure FROM known
                UNION ALL SELECT tenant_id, false FROM stale WHERE tenant_id < $2
             ) found ON found.tenant_id = listed.id
             WHERE is_sure OR (
                ($3::text IS NULL OR state = $3)
                AND lower(concat_ws(' ', '', name, external_id, split_part(organization, '://', 2))) LIKE ALL ($4))",
                $besides,
                " ORDER BY id DESC LIMIT $5"
            )
        )
    };
}

const BY_WORD: &str = known!(
    "(SELECT DISTINCT tenant_id FROM support_terms WHERE term >= $6 AND term < $7 AND tenant_id < $2) hits
     JOIN support_index i ON i.tenant_id = hits.tenant_id WHERE true"
);
const BY_STATE: &str = known!(
    "support_flags f JOIN support_index i ON i.tenant_id = f.tenant_id WHERE f.flag = $6 AND f.tenant_id < $2"
);
const BY_LIMIT: &str = known!(
    "support_index i WHERE i.tenant_id = ANY ($6)",
    " AND id = ANY ($6)"
);
const BY_WALK: &str = known!("support_index i WHERE true");

impl Store {
    /// The tenants that match, the latest first, at most `limit`.
    pub async fn page_narrowed(
        &self,
        wanted: &Narrowed<'_>,
        limit: i64,
        at: OffsetDateTime,
    ) -> Result<Vec<TenantListing>, StoreError> {
        if let Some(only) = wanted.only {
            let page = narrowed(BY_LIMIT, wanted, limit, at).bind(uuids(only));
            return listings(page.fetch_all(&self.pool).await?);
        }
        let word = self.rarest_word(wanted.query).await?;
        let word = word.filter(|(.., hits)| *hits < BROAD);
        let statement = match (&word, wanted.state) {
            (Some(_), _) => BY_WORD,
            (None, Some(_)) => BY_STATE,
            (None, None) => BY_WALK,
        };
        let page = narrowed(statement, wanted, limit, at);
        let page = match (word, wanted.state) {
            (Some((from, until, _)), _) => page.bind(from).bind(until),
            (None, Some(state)) => page.bind(format!("state:{state}")),
            (None, None) => page,
        };
        listings(page.fetch_all(&self.pool).await?)
    }

    /// The range of terms that the fewest begin with, and how many those are.
    async fn rarest_word(
        &self,
        query: &LookUpQuery,
    ) -> Result<Option<(String, String, i64)>, StoreError> {
        let (from, until): (Vec<_>, Vec<_>) = query.term_ranges().into_iter().unzip();
        if from.is_empty() {
            return Ok(None);
        }
        let rarest = sqlx::query_as(
            "SELECT word.*, (SELECT count(*) FROM (
                SELECT FROM support_terms WHERE term >= word.lowest AND term < word.beyond LIMIT $3
             ) counted) AS hits
             FROM unnest($1::text[], $2::text[]) AS word (lowest, beyond) ORDER BY hits LIMIT 1",
        );
        let rarest = rarest.bind(from).bind(until).bind(BROAD);
        Ok(rarest.fetch_optional(&self.pool).await?)
    }
}

/// With what all of the statements take.
fn narrowed<'q>(
    statement: &'static str,
    wanted: &Narrowed<'_>,
    limit: i64,
    at: OffsetDateTime,
) -> QueryAs<'q, Postgres, ListRow, PgArguments> {
    sqlx::query_as(statement)
        .bind(at)
        .bind(wanted.before.map_or(Uuid::max(), |id| id.as_uuid()))
        .bind(wanted.state)
        .bind(wanted.query.patterns())
        .bind(limit)
}

fn listings(rows: Vec<ListRow>) -> Result<Vec<TenantListing>, StoreError> {
    rows.into_iter().map(TenantListing::try_from).collect()
}
