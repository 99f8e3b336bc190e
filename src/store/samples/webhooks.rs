//! What became of a made-up tenant's events at the demo's endpoints: an endpoint that works got all of
//! them; one that fails has given some up, and what is younger still waits.

use sqlx::PgConnection;
use time::Duration;

use super::SampleTenant;
use crate::store::StoreError;

/// So long after an event the last attempt is over.
const GIVEN_UP_AFTER: Duration = Duration::hours(76);

pub(super) async fn deliver(
    connection: &mut PgConnection,
    sample: &SampleTenant<'_>,
) -> Result<(), StoreError> {
    sqlx::query(
        "WITH events AS (
            UPDATE outbox_events SET fanned_out_at = at WHERE tenant_id = $1 AND fanned_out_at IS NULL
            RETURNING sequence, at, type
         ), wanted AS (
            SELECT o.sequence, o.at, e.id AS endpoint_id,
                   CASE WHEN e.failing_since IS NULL OR o.at < e.failing_since THEN 'delivered'
                        WHEN o.at < $2 - $3 THEN 'dead' ELSE 'waiting' END AS state
            FROM events o JOIN webhook_endpoints e ON e.created_at < o.at AND e.disabled_at IS NULL
             AND (e.event_types IS NULL OR o.type = ANY (e.event_types))
         ), lanes AS (
            INSERT INTO webhook_lanes (id, endpoint_id, tenant_id, due_at)
            SELECT gen_random_uuid(), endpoint_id, $1, CASE WHEN bool_or(state = 'waiting') THEN $4::timestamptz END
            FROM wanted GROUP BY endpoint_id
            RETURNING id, endpoint_id
         )
         INSERT INTO webhook_deliveries (id, endpoint_id, lane_id, event, state, attempts, last_attempt_at, last_status, ended_at)
         SELECT gen_random_uuid(), w.endpoint_id, l.id, w.sequence, w.state,
                CASE w.state WHEN 'delivered' THEN 1 WHEN 'dead' THEN 10 ELSE 4 END,
                CASE w.state WHEN 'delivered' THEN w.at + interval '1 second' WHEN 'dead' THEN w.at + $3
                             ELSE greatest(w.at, $2 - interval '40 minutes') END,
                CASE w.state WHEN 'delivered' THEN 204 ELSE 503 END,
                CASE w.state WHEN 'delivered' THEN w.at + interval '1 second' WHEN 'dead' THEN w.at + $3 END
         FROM wanted w JOIN lanes l ON l.endpoint_id = w.endpoint_id ORDER BY w.sequence",
    )
    .bind(sample.tenant.id.as_uuid())
    .bind(sample.now)
    .bind(interval(GIVEN_UP_AFTER))
    .bind(sample.webhooks_due_at)
    .execute(connection)
    .await?;
    Ok(())
}

fn interval(duration: Duration) -> sqlx::postgres::types::PgInterval {
    sqlx::postgres::types::PgInterval {
        months: 0,
        days: 0,
        microseconds: i64::try_from(duration.whole_microseconds()).unwrap_or(i64::MAX),
    }
}
