//! What checks left in the database, and what the fake's log tells of them.

use std::collections::BTreeMap;

use fake_okta::{OrgHandle, RequestRecord};
use grantway::domain::id::TenantId;
use serde_json::Value;
use sqlx::PgPool;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::support::outcome::eventually;

/// One check.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct CheckRow {
    pub trigger: String,
    pub due_at: OffsetDateTime,
    pub started_at: Option<OffsetDateTime>,
    pub claimed_by: Option<Uuid>,
    pub total: i32,
    pub outcome: Option<String>,
    pub failure: Option<String>,
    pub changes: Value,
    /// How many answers it has.
    pub done: i64,
}

/// The tenant's checks, oldest first.
pub(super) async fn checks_of(pool: &PgPool, tenant: TenantId) -> Vec<CheckRow> {
    sqlx::query_as(
        "SELECT c.trigger, c.due_at, c.started_at, c.claimed_by, c.total, c.outcome, c.failure, c.changes,
                (SELECT count(*) FROM check_results r WHERE r.check_id = c.id) AS done
         FROM checks c WHERE c.tenant_id = $1 ORDER BY c.created_at, c.id",
    )
    .bind(tenant.as_uuid())
    .fetch_all(pool)
    .await
    .unwrap()
}

/// The ended ones, once there are so many.
pub(super) async fn ended(pool: &PgPool, tenant: TenantId, count: usize) -> Vec<CheckRow> {
    let ended = async || {
        let mut checks = checks_of(pool, tenant).await;
        checks.retain(|check| check.outcome.is_some());
        checks
    };
    eventually("that many checks ended", async || {
        ended().await.len() >= count
    })
    .await;
    ended().await
}

/// The check that is open.
pub(super) async fn open(pool: &PgPool, tenant: TenantId) -> CheckRow {
    let mut checks = checks_of(pool, tenant).await;
    checks.retain(|check| check.outcome.is_none());
    assert_eq!(checks.len(), 1, "{checks:?}");
    checks.remove(0)
}

/// The stored state and reason of the tenant's connection.
pub(crate) async fn connection_of(pool: &PgPool, tenant: TenantId) -> (String, Option<String>) {
    sqlx::query_as("SELECT state, attention_reason FROM connections WHERE tenant_id = $1")
        .bind(tenant.as_uuid())
        .fetch_one(pool)
        .await
        .unwrap()
}

/// How often a refresh token was spent.
pub(super) fn refreshes(org: &OrgHandle) -> usize {
    let calls = org.requests_to("/oauth2/v1/token");
    let is_refresh = |call: &&RequestRecord| {
        call.field("grant_type") == Some("refresh_token") && call.status == 200
    };
    calls.iter().filter(is_refresh).count()
}

/// The management calls, by path and query.
pub(super) fn api_calls(requests: &[RequestRecord]) -> BTreeMap<String, Vec<&RequestRecord>> {
    let mut calls: BTreeMap<String, Vec<&RequestRecord>> = BTreeMap::new();
    for request in requests {
        if request.path.starts_with("/api/") || request.path.starts_with("/oauth2/v1/clients") {
            let query = request.query.as_deref().unwrap_or_default();
            let address = format!("{}?{query}", request.path);
            calls.entry(address).or_default().push(request);
        }
    }
    calls
}

/// The most of these that were under way at one moment.
pub(super) fn most_at_once<'a>(requests: impl IntoIterator<Item = &'a RequestRecord>) -> usize {
    let mut events = Vec::new();
    for request in requests {
        events.push((request.began, 1));
        events.push((request.ended.unwrap_or(u64::MAX), -1));
    }
    events.sort_unstable();
    let (mut now, mut most) = (0, 0);
    for (_, step) in events {
        now += step;
        most = most.max(now);
    }
    usize::try_from(most).unwrap()
}
