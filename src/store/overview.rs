//! What operators count. Each statement reads an index, ends by itself after a while, and, where what
//! it counts may grow without end, stops at [`MOST`].

use sqlx::{Postgres, Transaction};
use time::{Date, Duration, OffsetDateTime};
use uuid::Uuid;

use super::{Store, StoreError};

/// Nothing is counted further.
pub const MOST: i64 = 10_000;
/// So many of the latest links are looked at.
pub const MOST_LINKS: i64 = 20_000;
/// A statement that takes longer is given up: the page then says so.
const PATIENCE: &str = "SET LOCAL statement_timeout = '2s'";
/// So long after its time a refresh is late.
const GRACE: Duration = Duration::seconds(30);

/// Tenants whose connection is in one state, for one reason.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct StateCount {
    pub state: String,
    pub reason: Option<String>,
    pub tenants: i64,
}

/// Links that led to one step and no further, for one reason.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct FunnelCount {
    /// The place of the step, from 0.
    pub reached: i32,
    /// Nothing for those that led to the end.
    pub why: Option<String>,
    /// The code of the failure with which somebody came back from Okta.
    pub failure: Option<String>,
    pub links: i64,
}

/// How late refreshes are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct RefreshLag {
    /// At most [`MOST`] and one.
    pub overdue: i64,
    pub oldest_due: Option<OffsetDateTime>,
    /// Whose latest refresh failed; at most [`MOST`] and one.
    pub failing: i64,
    pub failing_since: Option<OffsetDateTime>,
}

/// Refreshes of one day that ended in one way.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct RefreshDay {
    pub day: Date,
    /// `refreshed`, or the code of the failure.
    pub outcome: String,
    pub count: i64,
}

/// What waits for one webhook endpoint.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct EndpointBacklog {
    pub url: String,
    pub description: String,
    pub failing_since: Option<OffsetDateTime>,
    pub disabled_at: Option<OffsetDateTime>,
    /// Those that failed included; at most [`MOST`] and one, as the others.
    pub waiting: i64,
    pub failed: i64,
    pub dead: i64,
}

impl Store {
    /// Tenants by state and reason.
    pub async fn count_states(&self) -> Result<Vec<StateCount>, StoreError> {
        let mut transaction = self.begin_counting().await?;
        Ok(sqlx::query_as(
            "SELECT state, attention_reason AS reason, count(*) AS tenants FROM connections
             GROUP BY state, attention_reason",
        )
        .fetch_all(&mut *transaction)
        .await?)
    }

    /// Onboarding links since a moment by how far they led and why no further; at most the latest
    /// [`MOST_LINKS`].
    pub async fn count_links(
        &self,
        since: OffsetDateTime,
        now: OffsetDateTime,
    ) -> Result<Vec<FunnelCount>, StoreError> {
        let mut transaction = self.begin_counting().await?;
        Ok(sqlx::query_as(LINKS)
            .bind(since)
            .bind(now)
            .bind(MOST_LINKS)
            .fetch_all(&mut *transaction)
            .await?)
    }

    pub async fn count_late_refreshes(
        &self,
        now: OffsetDateTime,
    ) -> Result<RefreshLag, StoreError> {
        let mut transaction = self.begin_counting().await?;
        Ok(sqlx::query_as(
            "SELECT overdue.*, failing.* FROM (
                SELECT count(*) AS overdue, min(due_at) AS oldest_due FROM (
                    SELECT due_at FROM refreshes WHERE due_at <= $1 ORDER BY due_at LIMIT $2 + 1) AS late
             ) AS overdue CROSS JOIN (
                SELECT count(*) AS failing, min(failing_since) AS failing_since FROM (
                    SELECT failing_since FROM refreshes WHERE failure IS NOT NULL LIMIT $2 + 1) AS failed
             ) AS failing",
        )
        .bind(now - GRACE)
        .bind(MOST)
        .fetch_one(&mut *transaction)
        .await?)
    }

    /// Refreshes since a day.
    pub async fn find_refresh_days(&self, since: Date) -> Result<Vec<RefreshDay>, StoreError> {
        let mut transaction = self.begin_counting().await?;
        Ok(
            sqlx::query_as("SELECT day, outcome, count FROM refresh_days WHERE day >= $1")
                .bind(since)
                .fetch_all(&mut *transaction)
                .await?,
        )
    }

    /// Sign-ins that end in the weeks to come, by the number of the week from now; of each at most
    /// [`MOST`] and one.
    pub async fn count_endings(
        &self,
        now: OffsetDateTime,
        weeks: i32,
    ) -> Result<Vec<(i32, i64)>, StoreError> {
        let mut transaction = self.begin_counting().await?;
        Ok(sqlx::query_as(
            "SELECT week, (SELECT count(*) FROM (
                SELECT FROM support_index
                WHERE sign_in_ends_at > $1 + make_interval(weeks => week)
                  AND sign_in_ends_at <= $1 + make_interval(weeks => week + 1) LIMIT $3 + 1) AS ending)
             FROM generate_series(0, $2 - 1) AS week",
        )
        .bind(now)
        .bind(weeks)
        .bind(MOST)
        .fetch_all(&mut *transaction)
        .await?)
    }

    /// What waits for each webhook endpoint, in the order of their making.
    pub async fn count_webhooks(&self) -> Result<Vec<EndpointBacklog>, StoreError> {
        let mut transaction = self.begin_counting().await?;
        Ok(sqlx::query_as(
            "SELECT e.url, e.description, e.failing_since, e.disabled_at, w.waiting, w.failed, d.dead
             FROM webhook_endpoints e
             CROSS JOIN LATERAL (
                SELECT count(*) AS waiting, count(*) FILTER (WHERE attempts > 0) AS failed FROM (
                    SELECT attempts FROM webhook_deliveries
                    WHERE endpoint_id = e.id AND state = 'waiting' ORDER BY attempts DESC LIMIT $1 + 1) AS waiting
             ) AS w
             CROSS JOIN LATERAL (
                SELECT count(*) AS dead FROM (
                    SELECT FROM webhook_deliveries WHERE endpoint_id = e.id AND state = 'dead' LIMIT $1 + 1) AS dead
             ) AS d
             ORDER BY e.id LIMIT 100",
        )
        .bind(MOST)
        .fetch_all(&mut *transaction)
        .await?)
    }

    /// Adds to what was counted of refreshes.
    pub async fn add_refresh_days(
        &self,
        batch: Uuid,
        counts: &[(Date, &'static str, i64)],
    ) -> Result<(), StoreError> {
        let days: Vec<Date> = counts.iter().map(|(day, ..)| *day).collect();
        let outcomes: Vec<&str> = counts.iter().map(|(_, outcome, _)| *outcome).collect();
        let numbers: Vec<i64> = counts.iter().map(|(.., number)| *number).collect();
        // In one order, so that two replicas wait for each other in turn.
        sqlx::query(
            "WITH once AS (INSERT INTO refresh_batches (id) VALUES ($4) ON CONFLICT DO NOTHING RETURNING id)
             INSERT INTO refresh_days AS known (day, outcome, count)
             SELECT day, outcome, number FROM once,
                    unnest($1::date[], $2::text[], $3::bigint[]) AS added (day, outcome, number) ORDER BY 1, 2
             ON CONFLICT (day, outcome) DO UPDATE SET count = known.count + excluded.count",
        )
        .bind(days)
        .bind(outcomes)
        .bind(numbers)
        .bind(batch)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Nothing is written in it; it ends unfinished.
    async fn begin_counting(&self) -> Result<Transaction<'static, Postgres>, StoreError> {
        let mut transaction = self.pool.begin().await?;
        sqlx::query(PATIENCE).execute(&mut *transaction).await?;
        Ok(transaction)
    }
}

/// A step that a customer took counts for each link with which somebody began.
const LINKS: &str = "SELECT reached, why, CASE WHEN why = 'sign_in_failed' THEN failure END AS failure, count(*) AS links
     FROM (
        SELECT reached, failure, CASE
            WHEN reached = 6 THEN NULL
            WHEN revoked_at IS NOT NULL THEN 'revoked'
            WHEN state <> 'pending' THEN 'another_link'
            WHEN reached >= 2 AND failure IS NOT NULL THEN 'sign_in_failed'
            WHEN reached = 4 AND has_app THEN 'app_refused'
            WHEN reached = 2 AND has_organization THEN 'not_confirmed'
            WHEN expires_at <= $2 THEN 'expired'
            ELSE 'open' END AS why
        FROM (
            SELECT l.revoked_at, l.expires_at, c.state, c.last_failure ->> 'kind' AS failure,
                   c.next_client_id IS NOT NULL AS has_app, c.next_organization_id IS NOT NULL AS has_organization,
                   CASE WHEN l.completed_at IS NOT NULL THEN 6
                        WHEN l.claimed_by IS NULL AND l.open_count = 0 THEN 0
                        WHEN l.claimed_by IS NULL THEN 1
                        WHEN c.next_organization_confirmed_at IS NULL THEN 2
                        WHEN l.permissions_read_at IS NULL THEN 3
                        WHEN c.next_checked_at IS NULL THEN 4
                        ELSE 5 END AS reached
            FROM (
                SELECT * FROM onboarding_links WHERE purpose = 'onboarding' AND created_at >= $1
                ORDER BY created_at DESC LIMIT $3
            ) AS l
            -- One by one, or all connections would be read for some thousand links.
            CROSS JOIN LATERAL (SELECT * FROM connections WHERE tenant_id = l.tenant_id LIMIT 1) AS c
        ) AS led
     ) AS told GROUP BY 1, 2, 3";
