//! What happened to a tenant, newest first, as one: the audit trail, the checks, the refreshes, new versions
//! of the catalog, and the webhooks about it.

use serde_json::Value;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Store, StoreError};
use crate::domain::id::TenantId;

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub struct Happening {
    pub id: Uuid,
    pub at: OffsetDateTime,
    /// An action of the audit trail, or `check.finished`, `token.…`, `webhook.…`.
    pub action: String,
    pub actor_kind: String,
    /// What the person or one of the staff was called then, where it was one.
    pub actor_name: Option<String>,
    pub detail: Value,
}

/// Where a page of the timeline ends: the next one is older.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimelinePlace {
    pub at: OffsetDateTime,
    pub id: Uuid,
}

impl Store {
    /// The tenant's happenings before a place whose action begins in one of these ways.
    pub async fn find_happenings(
        &self,
        tenant: TenantId,
        before: TimelinePlace,
        prefixes: &[&str],
        limit: i64,
    ) -> Result<Vec<Happening>, StoreError> {
        let patterns: Vec<String> = prefixes.iter().map(|prefix| format!("{prefix}%")).collect();
        Ok(sqlx::query_as(HAPPENINGS)
            .bind(tenant.as_uuid())
            .bind(before.at)
            .bind(before.id)
            .bind(patterns)
            .bind(limit)
            .fetch_all(&self.pool)
            .await?)
    }
}

/// Each part is read newest first and no further than the page, so that a page's cost does not grow with
/// what lies before it.
const HAPPENINGS: &str = "WITH noted AS (
        SELECT id, at, action, actor_kind, actor, actor_name, detail FROM audit_events
        WHERE tenant_id = $1 AND (at, id) < ($2, $3) AND action LIKE ANY ($4)
        ORDER BY at DESC, id DESC LIMIT $5
    ), catalogs AS (
        SELECT id, at, action, actor_kind, actor, actor_name, detail FROM audit_events
        WHERE tenant_id IS NULL AND action = 'catalog.changed' AND (at, id) < ($2, $3) AND 'catalog.changed' LIKE ANY ($4)
          AND at >= (SELECT created_at FROM tenants WHERE id = $1)
        ORDER BY at DESC, id DESC LIMIT $5
    ), checked AS (
        SELECT id, finished_at AS at, 'check.finished' AS action, 'service' AS actor_kind, NULL::text AS actor, NULL::text AS actor_name,
               jsonb_build_object('trigger', trigger, 'outcome', outcome, 'failure', failure,
                                  'changes', jsonb_array_length(changes)) AS detail
        FROM checks
        WHERE tenant_id = $1 AND finished_at IS NOT NULL AND (finished_at, id) < ($2, $3)
          AND 'check.finished' LIKE ANY ($4)
        ORDER BY finished_at DESC, id DESC LIMIT $5
    ), refreshing AS (
        SELECT connection_id AS id, refreshed_at AS at, 'token.refreshed' AS action, 'service' AS actor_kind,
               NULL::text AS actor, NULL::text AS actor_name, jsonb_build_object('times', refreshed_times, 'since', refreshed_since) AS detail
        FROM refreshes
        WHERE tenant_id = $1 AND refreshed_times > 0 AND (refreshed_at, connection_id) < ($2, $3)
          AND 'token.refreshed' LIKE ANY ($4)
    ), refreshed AS (
        SELECT id, at, CASE WHEN failure IS NULL THEN 'token.refreshed' ELSE 'token.refresh_failed' END AS action,
               'service' AS actor_kind, NULL::text AS actor, NULL::text AS actor_name,
               jsonb_strip_nulls(jsonb_build_object('times', times, 'since', since, 'failure', failure, 'error', error,
                                                    'description', description, 'okta_request', request_id)) AS detail
        FROM refresh_history
        WHERE tenant_id = $1 AND (at, id) < ($2, $3) AND 'token.refreshed' LIKE ANY ($4)
        ORDER BY at DESC, id DESC LIMIT $5
    ), deliveries AS (
        SELECT d.id, coalesce(d.ended_at, d.last_attempt_at, o.at) AS at,
               CASE WHEN d.state <> 'waiting' THEN 'webhook.' || d.state
                    WHEN e.disabled_at IS NOT NULL THEN 'webhook.held'
                    WHEN d.attempts > 0 THEN 'webhook.failed' ELSE 'webhook.waiting' END AS action,
               'service' AS actor_kind, NULL::text AS actor, NULL::text AS actor_name,
               jsonb_strip_nulls(jsonb_build_object(
                   'type', o.type, 'endpoint', substring(e.url FROM '^[a-z]+://([^/?#]+)'), 'status', d.last_status,
                   'problem', d.last_problem, 'attempts', d.attempts, 'disabled', e.disabled_reason,
                   'next_try', CASE WHEN d.state = 'waiting' AND e.disabled_at IS NULL THEN l.due_at END)) AS detail
        FROM webhook_lanes l
        JOIN webhook_endpoints e ON e.id = l.endpoint_id
        JOIN webhook_deliveries d ON d.lane_id = l.id
        JOIN outbox_events o ON o.sequence = d.event
        WHERE l.tenant_id = $1 AND 'webhook.' LIKE ANY ($4)
    ), sent AS (
        SELECT * FROM deliveries WHERE (at, id) < ($2, $3) ORDER BY at DESC, id DESC LIMIT $5
    )
    SELECT all_of_it.id, at, action, actor_kind, detail,
           -- Lines from before names were written into them have the name of today.
           CASE WHEN actor_kind IN ('administrator', 'staff') THEN coalesce(actor_name, CASE actor_kind
               WHEN 'administrator' THEN (SELECT name FROM people WHERE id::text = actor)
               ELSE (SELECT name FROM staff WHERE id::text = actor)
           END) END AS actor_name
    FROM (SELECT * FROM noted UNION ALL SELECT * FROM catalogs UNION ALL SELECT * FROM checked UNION ALL
          SELECT * FROM refreshing UNION ALL SELECT * FROM refreshed UNION ALL SELECT * FROM sent) AS all_of_it
    ORDER BY at DESC, all_of_it.id DESC LIMIT $5";
