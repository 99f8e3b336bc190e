//! The statements of one attempt's end, in one transaction of the caller's.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Finish, LaneClaim, Verdict};
use crate::domain::webhook::{DisabledReason, GIVES_UP_AFTER};
use crate::store::StoreError;

/// Locks the lane for the rest of the transaction, so that the next statement sees every delivery
/// that was appended; `false` when it is another worker's.
pub(super) async fn hold(
    connection: &mut PgConnection,
    claim: &LaneClaim,
) -> Result<bool, StoreError> {
    let held =
        sqlx::query("SELECT id FROM webhook_lanes WHERE id = $1 AND claimed_by = $2 FOR UPDATE")
            .bind(claim.lane)
            .bind(claim.worker)
            .fetch_optional(connection)
            .await?;
    Ok(held.is_some())
}

pub(super) async fn end_attempt(
    connection: &mut PgConnection,
    finish: &Finish,
    at: OffsetDateTime,
) -> Result<(), StoreError> {
    let state = match finish.verdict {
        Verdict::Delivered => "delivered",
        Verdict::Dead => "dead",
        Verdict::Retry(_) | Verdict::Gone => "waiting",
    };
    sqlx::query(
        "UPDATE webhook_deliveries SET attempts = attempts + 1, last_attempt_at = $2, last_status = $3,
                last_problem = $4, state = $5, ended_at = CASE WHEN $5 <> 'waiting' THEN $2 END
         WHERE id = $1 AND state = 'waiting'",
    )
    .bind(finish.delivery.as_uuid())
    .bind(at)
    .bind(finish.status.map(i32::from))
    .bind(finish.problem)
    .bind(state)
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn set_due(
    connection: &mut PgConnection,
    lane: Uuid,
    retry_at: Option<OffsetDateTime>,
    at: OffsetDateTime,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE webhook_lanes SET due_at = CASE WHEN EXISTS (SELECT 1 FROM webhook_deliveries
                WHERE lane_id = $1 AND state = 'waiting') THEN coalesce($2, $3) END
         WHERE id = $1",
    )
    .bind(lane)
    .bind(retry_at)
    .bind(at)
    .execute(connection)
    .await?;
    Ok(())
}

/// Keeps since when nothing succeeds; the reason for which the endpoint was disabled now, if it was.
pub(super) async fn judge_endpoint(
    connection: &mut PgConnection,
    claim: &LaneClaim,
    verdict: Verdict,
    at: OffsetDateTime,
) -> Result<Option<String>, StoreError> {
    if verdict == Verdict::Delivered {
        sqlx::query("UPDATE webhook_endpoints SET failing_since = NULL WHERE id = $1 AND failing_since IS NOT NULL")
            .bind(claim.endpoint.as_uuid())
            .execute(connection)
            .await?;
        return Ok(None);
    }
    let reason: Option<Option<String>> = sqlx::query_scalar(
        "UPDATE webhook_endpoints SET failing_since = coalesce(failing_since, $2),
                disabled_at = CASE WHEN $3 OR failing_since <= $4 THEN $2 END,
                disabled_reason = CASE WHEN $3 THEN $5 WHEN failing_since <= $4 THEN $6 END
         WHERE id = $1 AND disabled_at IS NULL RETURNING disabled_reason",
    )
    .bind(claim.endpoint.as_uuid())
    .bind(at)
    .bind(verdict == Verdict::Gone)
    .bind(at - GIVES_UP_AFTER)
    .bind(DisabledReason::Gone.code())
    .bind(DisabledReason::Failing.code())
    .fetch_optional(connection)
    .await?;
    Ok(reason.flatten())
}
