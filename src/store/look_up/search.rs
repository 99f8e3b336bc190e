//! The search: by the beginning of a word, by a mistyped word, by an id, or down a list.
//!
//! Each statement's cost depends on what it returns, not on how many tenants there are: a prefix is a
//! range of an index that is read to at most 200 tenants, a list is walked in its order. Two things
//! keep PostgreSQL to it, whatever it thinks of the words. The bounds stand in the statements as
//! numbers, and what was met is looked up row by row: `OFFSET 0` keeps the look-up from becoming a join
//! that reads the whole table, which looks cheaper among 10,000 tenants, and is thirty times as slow.

use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::id::TenantId;
use crate::domain::look_up::LookUpQuery;
use crate::store::{Store, StoreError};

/// A tenant in the list.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct FoundTenant {
    tenant_id: Uuid,
    pub urgency: i16,
    pub since: OffsetDateTime,
    pub sign_in_ends_at: Option<OffsetDateTime>,
    pub name: String,
    pub host: Option<String>,
    pub external_id: Option<String>,
    pub state: String,
    pub reason: Option<String>,
    pub granted: i32,
    pub working: i32,
    pub total: i32,
    pub haystack: String,
}

/// Where a page of the list ends: the next one begins behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LookUpPlace {
    pub urgency: i16,
    pub since: OffsetDateTime,
    pub tenant: Uuid,
}

impl LookUpPlace {
    /// Before the first.
    pub const START: Self = Self {
        urgency: -1,
        since: OffsetDateTime::UNIX_EPOCH,
        tenant: Uuid::nil(),
    };
}

impl FoundTenant {
    #[must_use]
    pub fn tenant(&self) -> TenantId {
        TenantId::from_uuid(self.tenant_id)
    }

    #[must_use]
    pub fn place(&self) -> LookUpPlace {
        LookUpPlace {
            urgency: self.urgency,
            since: self.since,
            tenant: self.tenant_id,
        }
    }
}

/// `SELECT` with the columns of a [`FoundTenant`], then what is given.
macro_rules! select_found {
    ($before:literal, $rest:literal) => {
        concat!(
            $before,
            "SELECT i.tenant_id, i.urgency, i.since, i.sign_in_ends_at, i.name, i.host, i.external_id, i.state, i.reason, ",
            "i.granted, i.working, i.total, i.haystack ",
            $rest
        )
    };
}

impl Store {
    /// Down the list of one flag, with the other filters applied.
    pub async fn list_tenants(
        &self,
        query: &LookUpQuery,
        after: LookUpPlace,
        limit: i64,
    ) -> Result<Vec<FoundTenant>, StoreError> {
        Ok(sqlx::query_as(select_found!(
            "",
            "FROM support_flags f CROSS JOIN LATERAL (SELECT * FROM support_index WHERE tenant_id = f.tenant_id OFFSET 0) i
             WHERE f.flag = $1 AND (f.urgency, f.since, f.tenant_id) > ($2, $3, $4) AND i.flags @> $5
             ORDER BY f.urgency, f.since, f.tenant_id LIMIT $6"
        ))
        .bind(query.leading_flag())
        .bind(after.urgency)
        .bind(after.since)
        .bind(after.tenant)
        .bind(query.flags())
        .bind(limit)
        .fetch_all(&self.pool)
        .await?)
    }

    /// Tenants of which some term begins with each word. The word that fewest have leads to them; where
    /// each is of more tenants than are looked through, those whose name begins with the whole text, if
    /// there are any. A text of one word is looked up as a whole alone. What is written like an id leads to those alone who have just it, where there are any.
    pub async fn search_tenants(
        &self,
        query: &LookUpQuery,
        after: LookUpPlace,
        limit: i64,
    ) -> Result<Vec<FoundTenant>, StoreError> {
        let (whole, whole_end) = query.whole_range();
        let (from, until): (Vec<_>, Vec<_>) = query.term_ranges().into_iter().unzip();
        Ok(sqlx::query_as(select_found!(
            "WITH exact AS MATERIALIZED (
                SELECT tenant_id FROM support_terms WHERE term = $11 ORDER BY tenant_id LIMIT 200
             ), whole AS MATERIALIZED (
                SELECT tenant_id FROM support_terms
                WHERE term >= $9 AND term < $10 AND NOT EXISTS (SELECT FROM exact) ORDER BY term, tenant_id LIMIT 200
             ), rarest AS MATERIALIZED (
                SELECT lowest, beyond, met FROM unnest($1::text[], $2::text[]) AS word (lowest, beyond)
                CROSS JOIN LATERAL (SELECT CASE WHEN cardinality($1) > 1 THEN (SELECT count(*) FROM (
                    SELECT FROM support_terms WHERE term >= lowest AND term < beyond LIMIT 200
                ) counted) END AS met) many
                ORDER BY met LIMIT 1
             ), hits AS MATERIALIZED (
                SELECT tenant_id FROM exact
                UNION SELECT tenant_id FROM whole
                UNION (SELECT nearest.tenant_id FROM rarest CROSS JOIN LATERAL (
                    SELECT tenant_id FROM support_terms WHERE term >= lowest AND term < beyond ORDER BY term, tenant_id LIMIT 200
                 ) nearest WHERE lowest <> $9 AND NOT EXISTS (SELECT FROM exact)
                   AND (met IS NULL OR met < 200 OR NOT EXISTS (SELECT FROM whole)))
             ) ",
            "FROM hits CROSS JOIN LATERAL (SELECT * FROM support_index WHERE tenant_id = hits.tenant_id OFFSET 0) i
             WHERE i.haystack LIKE ALL ($3) AND i.flags @> $4 AND (i.urgency, i.since, i.tenant_id) > ($5, $6, $7)
             ORDER BY i.urgency, i.since, i.tenant_id LIMIT $8"
        ))
        .bind(from)
        .bind(until)
        .bind(query.patterns())
        .bind(query.flags())
        .bind(after.urgency)
        .bind(after.since)
        .bind(after.tenant)
        .bind(limit)
        .bind(whole)
        .bind(whole_end)
        .bind(query.as_identifier())
        .fetch_all(&self.pool)
        .await?)
    }

    /// Tenants with a word like a mistyped one: they share one of its hashes, the fewer have it the better.
    pub async fn search_near(
        &self,
        keys: &[String],
        flags: &[String],
    ) -> Result<Vec<FoundTenant>, StoreError> {
        Ok(sqlx::query_as(select_found!(
            "WITH near AS MATERIALIZED (
                SELECT tenant_id FROM unnest($1::text[]) AS key CROSS JOIN LATERAL (
                    SELECT tenant_id, count(*) OVER () AS among
                    FROM (SELECT tenant_id FROM support_terms WHERE term = key ORDER BY tenant_id LIMIT 60) first
                ) met GROUP BY tenant_id ORDER BY sum(1::float8 / among) DESC, tenant_id LIMIT 40
             ) ",
            "FROM near CROSS JOIN LATERAL (SELECT * FROM support_index WHERE tenant_id = near.tenant_id OFFSET 0) i WHERE i.flags @> $2"
        ))
        .bind(keys)
        .bind(flags)
        .fetch_all(&self.pool)
        .await?)
    }

    /// The tenant that an error page's reference, or the id of a link, leads to.
    pub async fn search_id(&self, id: Uuid) -> Result<Vec<FoundTenant>, StoreError> {
        Ok(sqlx::query_as(select_found!(
            "WITH led AS (
                SELECT tenant_id FROM audit_events WHERE detail ? 'reference' AND detail ->> 'reference' = $1::uuid::text
                UNION SELECT tenant_id FROM onboarding_links WHERE id = $1
             ) ",
            "FROM led CROSS JOIN LATERAL (SELECT * FROM support_index WHERE tenant_id = led.tenant_id OFFSET 0) i LIMIT 20"
        ))
        .bind(id)
        .fetch_all(&self.pool)
        .await?)
    }
}
