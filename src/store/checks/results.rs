//! The evidence of checks, and what a page needs to know of the one that is open.

use std::collections::BTreeMap;

use time::OffsetDateTime;
use uuid::Uuid;

use super::Claim;
use crate::domain::check::{Evidence, Finding};
use crate::domain::check_run::CheckProgress;
use crate::domain::id::{CheckId, TenantId};
use crate::domain::scope::Scope;
use crate::store::{Store, StoreError};

/// Evidence by scope.
pub type EvidenceByScope = BTreeMap<Scope, Evidence>;

#[derive(sqlx::FromRow)]
pub(in crate::store) struct ResultRow {
    check_id: Uuid,
    scope: String,
    finding: String,
    endpoint: String,
    status: Option<i32>,
    code: Option<String>,
    request_id: Option<String>,
    at: OffsetDateTime,
}

impl TryFrom<ResultRow> for (Scope, Evidence) {
    type Error = StoreError;

    fn try_from(row: ResultRow) -> Result<Self, Self::Error> {
        let bad = |column| StoreError::Inconsistent {
            table: "check_results",
            column,
            row: row.check_id,
        };
        let scope = row.scope.parse().map_err(|_| bad("scope"))?;
        let evidence = Evidence {
            finding: Finding::from_code(&row.finding).ok_or_else(|| bad("finding"))?,
            endpoint: row.endpoint,
            status: row.status.and_then(|status| u16::try_from(status).ok()),
            code: row.code,
            request_id: row.request_id,
            at: row.at,
        };
        Ok((scope, evidence))
    }
}

impl Store {
    /// Keeps one answer; `false` when the check is no longer this worker's.
    pub async fn record_result(
        &self,
        claim: &Claim,
        scope: &Scope,
        evidence: &Evidence,
    ) -> Result<bool, StoreError> {
        let kept = sqlx::query(
            "INSERT INTO check_results (check_id, tenant_id, scope, finding, endpoint, status, code, request_id, at)
             SELECT id, tenant_id, $3, $4, $5, $6, $7, $8, $9 FROM checks
             WHERE id = $1 AND claimed_by = $2 AND finished_at IS NULL
             ON CONFLICT (check_id, scope) DO UPDATE SET finding = excluded.finding, endpoint = excluded.endpoint,
                status = excluded.status, code = excluded.code, request_id = excluded.request_id, at = excluded.at",
        )
        .bind(claim.check.as_uuid())
        .bind(claim.worker)
        .bind(scope.as_str())
        .bind(evidence.finding.code())
        .bind(&evidence.endpoint)
        .bind(evidence.status.map(i32::from))
        .bind(&evidence.code)
        .bind(&evidence.request_id)
        .bind(evidence.at)
        .execute(&self.pool)
        .await?;
        Ok(kept.rows_affected() == 1)
    }

    /// What a check has found so far: a worker that takes over goes on from there.
    pub async fn find_results(
        &self,
        tenant: TenantId,
        check: CheckId,
    ) -> Result<EvidenceByScope, StoreError> {
        let rows: Vec<ResultRow> = sqlx::query_as(
            "SELECT check_id, scope, finding, endpoint, status, code, request_id, at FROM check_results
             WHERE tenant_id = $1 AND check_id = $2",
        )
        .bind(tenant.as_uuid())
        .bind(check.as_uuid())
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// What the tenant's last complete check found, whichever authorization it was made with.
    pub async fn find_last_results(&self, tenant: TenantId) -> Result<EvidenceByScope, StoreError> {
        let rows: Vec<ResultRow> = sqlx::query_as(
            "SELECT check_id, scope, finding, endpoint, status, code, request_id, at FROM check_results
             WHERE check_id = (SELECT id FROM checks WHERE tenant_id = $1 AND outcome = 'complete'
                               ORDER BY finished_at DESC LIMIT 1)",
        )
        .bind(tenant.as_uuid())
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// How far the check is that is due at `at`, and what it found so far: for a page that watches.
    pub async fn find_progress(
        &self,
        tenant: TenantId,
        at: OffsetDateTime,
    ) -> Result<(Option<CheckProgress>, EvidenceByScope), StoreError> {
        let check: Option<(Uuid, Option<OffsetDateTime>, i32, i64)> = sqlx::query_as(
            "SELECT c.id, c.started_at, c.total,
                    (SELECT count(*) FROM check_results r WHERE r.check_id = c.id)
             FROM checks c WHERE c.tenant_id = $1 AND c.finished_at IS NULL AND c.due_at <= $2",
        )
        .bind(tenant.as_uuid())
        .bind(at)
        .fetch_optional(&self.pool)
        .await?;
        let Some((id, started_at, total, done)) = check else {
            return Ok((None, EvidenceByScope::new()));
        };
        let check = CheckId::from_uuid(id);
        let progress = CheckProgress {
            check,
            is_running: started_at.is_some(),
            done: usize::try_from(done).unwrap_or_default(),
            total: usize::try_from(total).unwrap_or_default(),
        };
        Ok((Some(progress), self.find_results(tenant, check).await?))
    }
}
