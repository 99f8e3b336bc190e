//! Makes a delivery of each event for each endpoint that wants it, counts what waits, and sweeps what
//! is over.

use time::{Duration, OffsetDateTime};

use super::APPENDING;
use crate::store::{Store, StoreError};

/// Events that are taken at a time.
const AT_A_TIME: i64 = 200;
/// How long what was delivered can be looked at, and events be replayed.
const KEEP: Duration = Duration::days(30);
/// How long what was given up can be replayed.
const KEEP_DEAD: Duration = Duration::days(90);

impl Store {
    /// Makes the deliveries of events that wait for it; how many events that were. Nothing is made
    /// while another replica does the same. Each event is marked, and none passed over by counting:
    /// a lower sequence may become visible after a higher one.
    pub async fn fan_out(&self, at: OffsetDateTime) -> Result<u64, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let is_ours: bool = sqlx::query_scalar("SELECT pg_try_advisory_xact_lock($1)")
            .bind(APPENDING)
            .fetch_one(&mut *transaction)
            .await?;
        if !is_ours {
            return Ok(0);
        }
        // A statement of its own sees what was committed before the lock was ours.
        let taken = sqlx::query(
            "WITH taken AS (
                SELECT sequence, tenant_id, type FROM outbox_events WHERE fanned_out_at IS NULL
                ORDER BY sequence LIMIT $2
             ), wanted AS (
                SELECT t.sequence, t.tenant_id, e.id AS endpoint_id FROM taken t JOIN webhook_endpoints e
                ON e.disabled_at IS NULL AND (e.event_types IS NULL OR t.type = ANY (e.event_types))
             ), lanes AS (
                INSERT INTO webhook_lanes AS lane (id, endpoint_id, tenant_id, due_at)
                SELECT gen_random_uuid(), endpoint_id, tenant_id, $1
                FROM (SELECT DISTINCT endpoint_id, tenant_id FROM wanted) AS pairs
                ON CONFLICT (endpoint_id, tenant_id) DO UPDATE SET due_at = coalesce(lane.due_at, excluded.due_at)
                RETURNING id, endpoint_id, tenant_id
             ), made AS (
                INSERT INTO webhook_deliveries (id, endpoint_id, lane_id, event)
                SELECT gen_random_uuid(), w.endpoint_id, l.id, w.sequence FROM wanted w JOIN lanes l
                ON l.endpoint_id = w.endpoint_id AND l.tenant_id IS NOT DISTINCT FROM w.tenant_id
                ORDER BY w.sequence ON CONFLICT DO NOTHING
             )
             UPDATE outbox_events o SET fanned_out_at = $1 FROM taken WHERE o.sequence = taken.sequence",
        )
        .bind(at)
        .bind(AT_A_TIME)
        .execute(&mut *transaction)
        .await?
        .rows_affected();
        transaction.commit().await?;
        Ok(taken)
    }

    /// How many deliveries wait (events without any counted in), and how many were given up.
    pub async fn count_waiting_webhooks(&self) -> Result<(i64, i64), StoreError> {
        Ok(sqlx::query_as(
            "SELECT (SELECT count(*) FROM outbox_events WHERE fanned_out_at IS NULL)
                  + (SELECT count(*) FROM webhook_deliveries WHERE state = 'waiting'),
                    (SELECT count(*) FROM webhook_deliveries WHERE state = 'dead')",
        )
        .fetch_one(&self.pool)
        .await?)
    }

    /// Removes deliveries that were made long ago, and events that nobody waits for; how many rows.
    pub async fn sweep_webhooks(&self, now: OffsetDateTime) -> Result<u64, StoreError> {
        let deliveries = sqlx::query(
            "DELETE FROM webhook_deliveries
             WHERE (state = 'delivered' AND ended_at < $1) OR (state = 'dead' AND ended_at < $2)",
        )
        .bind(now - KEEP)
        .bind(now - KEEP_DEAD)
        .execute(&self.pool)
        .await?;
        let events = sqlx::query(
            "DELETE FROM outbox_events o WHERE at < $1 AND fanned_out_at IS NOT NULL
             AND NOT EXISTS (SELECT 1 FROM webhook_deliveries d WHERE d.event = o.sequence)",
        )
        .bind(now - KEEP)
        .execute(&self.pool)
        .await?;
        Ok(deliveries.rows_affected() + events.rows_affected())
    }
}
