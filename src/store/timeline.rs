//! What happened to a tenant, newest first: the audit trail, the checks and the latest refresh, as one.

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
    /// An action of the audit trail, `check.finished` or `token.refreshed`.
    pub action: String,
    pub actor_kind: String,
    /// The person's or the staff's name, where it was one.
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

const HAPPENINGS: &str = "WITH noted AS (
        SELECT id, at, action, actor_kind, actor, detail FROM audit_events
        WHERE tenant_id = $1 AND (at, id) < ($2, $3) AND action LIKE ANY ($4)
        ORDER BY at DESC, id DESC LIMIT $5
    ), checked AS (
        SELECT id, finished_at AS at, 'check.finished' AS action, 'service' AS actor_kind, NULL::text AS actor,
               jsonb_build_object('trigger', trigger, 'outcome', outcome, 'failure', failure,
                                  'changes', jsonb_array_length(changes)) AS detail
        FROM checks
        WHERE tenant_id = $1 AND finished_at IS NOT NULL AND (finished_at, id) < ($2, $3)
          AND 'check.finished' LIKE ANY ($4)
        ORDER BY finished_at DESC, id DESC LIMIT $5
    ), refreshed AS (
        SELECT connection_id AS id, stored_at AS at, 'token.refreshed' AS action, 'service' AS actor_kind,
               NULL::text AS actor, jsonb_build_object('generation', generation) AS detail
        FROM token_sets
        WHERE tenant_id = $1 AND generation > 1 AND (stored_at, connection_id) < ($2, $3)
          AND 'token.refreshed' LIKE ANY ($4)
    )
    SELECT all_of_it.id, at, action, actor_kind, detail,
           CASE actor_kind
               WHEN 'administrator' THEN (SELECT name FROM people WHERE id::text = actor)
               WHEN 'staff' THEN (SELECT name FROM staff WHERE id::text = actor)
           END AS actor_name
    FROM (SELECT * FROM noted UNION ALL SELECT * FROM checked UNION ALL SELECT * FROM refreshed) AS all_of_it
    ORDER BY at DESC, all_of_it.id DESC LIMIT $5";
