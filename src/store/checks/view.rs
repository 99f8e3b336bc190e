//! What a tenant's page tells of its checks, in one query.

use serde::Deserialize;
use sqlx::types::Json;
use time::OffsetDateTime;
use uuid::Uuid;

use super::EvidenceByScope;
use crate::domain::check::{Evidence, Finding};
use crate::domain::check_run::{CheckOutcome, CheckProgress};
use crate::domain::id::{AuthorizationId, CheckId, TenantId};
use crate::domain::scope::{Scope, ScopeSet};
use crate::store::{Store, StoreError};

/// The checks of one authorization, as a page needs them.
#[derive(Debug, Clone, Default)]
pub struct CheckRecord {
    /// The check that runs, or is about to.
    pub open: Option<CheckProgress>,
    /// When the next check is due, if none is running.
    pub next_due: Option<OffsetDateTime>,
    pub last: Option<LastCheck>,
    /// The latest answer about each scope.
    pub evidence: EvidenceByScope,
    /// What the app was really granted, as last read.
    pub app_grants: Option<ScopeSet>,
}

/// The check that ended last.
#[derive(Debug, Clone)]
pub struct LastCheck {
    pub at: OffsetDateTime,
    pub outcome: CheckOutcome,
    pub changes: Vec<StoredChange>,
}

/// What differs from the check before it.
#[derive(Debug, Clone, Deserialize)]
pub struct StoredChange {
    pub scope: String,
    pub from: Option<String>,
    pub to: Option<String>,
}

#[derive(sqlx::FromRow)]
struct ViewRow {
    open_id: Option<Uuid>,
    open_due: Option<OffsetDateTime>,
    open_started: Option<OffsetDateTime>,
    open_total: Option<i32>,
    open_done: Option<i64>,
    last_at: Option<OffsetDateTime>,
    last_outcome: Option<String>,
    last_failure: Option<String>,
    last_changes: Option<Json<Vec<StoredChange>>>,
    app_grants: Option<Vec<String>>,
    results: Option<Json<Vec<StoredResult>>>,
}

#[derive(Deserialize)]
struct StoredResult {
    scope: String,
    finding: String,
    endpoint: String,
    status: Option<u16>,
    code: Option<String>,
    request_id: Option<String>,
    at_micros: i64,
}

impl Store {
    /// The tenant's checks that were made with `authorization`.
    pub async fn find_checks(
        &self,
        tenant: TenantId,
        authorization: AuthorizationId,
        at: OffsetDateTime,
    ) -> Result<CheckRecord, StoreError> {
        let row: ViewRow = sqlx::query_as(VIEW)
            .bind(tenant.as_uuid())
            .bind(authorization.as_uuid())
            .fetch_one(&self.pool)
            .await?;
        row.into_record(tenant, at)
    }
}

const VIEW: &str = "SELECT view.* FROM (
    WITH open AS (
        SELECT id, due_at, started_at, total FROM checks WHERE tenant_id = $1 AND finished_at IS NULL
    ), complete AS (
        SELECT id, app_grants FROM checks
        WHERE tenant_id = $1 AND authorization_id = $2 AND outcome = 'complete' ORDER BY finished_at DESC LIMIT 1
    ), last AS (
        SELECT finished_at, outcome, failure, changes FROM checks
        WHERE tenant_id = $1 AND authorization_id = $2 AND outcome IN ('complete', 'failed')
        ORDER BY finished_at DESC LIMIT 1
    ), results AS (
        SELECT DISTINCT ON (scope) scope, finding, endpoint, status, code, request_id,
               (extract(epoch FROM at) * 1000000)::bigint AS at_micros
        FROM check_results
        WHERE check_id IN (SELECT id FROM open UNION SELECT id FROM complete) ORDER BY scope, at DESC
    )
    SELECT (SELECT id FROM open) AS open_id, (SELECT due_at FROM open) AS open_due,
           (SELECT started_at FROM open) AS open_started, (SELECT total FROM open) AS open_total,
           (SELECT count(*) FROM check_results WHERE check_id = (SELECT id FROM open)) AS open_done,
           (SELECT finished_at FROM last) AS last_at, (SELECT outcome FROM last) AS last_outcome,
           (SELECT failure FROM last) AS last_failure, (SELECT changes FROM last) AS last_changes,
           (SELECT app_grants FROM complete) AS app_grants,
           (SELECT json_agg(results) FROM results) AS results
    ) AS view";

impl ViewRow {
    fn into_record(self, tenant: TenantId, at: OffsetDateTime) -> Result<CheckRecord, StoreError> {
        let bad = |column| StoreError::Inconsistent {
            table: "checks",
            column,
            row: tenant.as_uuid(),
        };
        let is_due = self.open_due.is_some_and(|due| due <= at);
        let count = |number: i64| usize::try_from(number).unwrap_or_default();
        let open = self.open_id.filter(|_| is_due).map(|id| CheckProgress {
            check: CheckId::from_uuid(id),
            is_running: self.open_started.is_some(),
            done: count(self.open_done.unwrap_or_default()),
            total: count(i64::from(self.open_total.unwrap_or_default())),
        });
        let last = match (self.last_at, &self.last_outcome) {
            (Some(at), Some(outcome)) => Some(LastCheck {
                at,
                outcome: CheckOutcome::from_columns(outcome, self.last_failure.as_deref())
                    .ok_or_else(|| bad("outcome"))?,
                changes: self.last_changes.map(|json| json.0).unwrap_or_default(),
            }),
            _ => None,
        };
        let results = self.results.map(|json| json.0).unwrap_or_default();
        let evidence = results
            .into_iter()
            .map(|result| result.read().ok_or_else(|| bad("results")));
        let grants = self.app_grants.map(|names| {
            names
                .iter()
                .filter_map(|name| name.parse::<Scope>().ok())
                .collect()
        });
        Ok(CheckRecord {
            open,
            next_due: self.open_due.filter(|_| !is_due),
            last,
            evidence: evidence.collect::<Result<_, _>>()?,
            app_grants: grants,
        })
    }
}

impl StoredResult {
    fn read(self) -> Option<(Scope, Evidence)> {
        let at =
            OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.at_micros) * 1_000).ok()?;
        let evidence = Evidence {
            finding: Finding::from_code(&self.finding)?,
            endpoint: self.endpoint,
            status: self.status,
            code: self.code,
            request_id: self.request_id,
            at,
        };
        Some((self.scope.parse().ok()?, evidence))
    }
}
