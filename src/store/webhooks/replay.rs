//! Looks at deliveries, and sends them again.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::begin_appending;
use crate::domain::audit::AuditEvent;
use crate::domain::id::{DeliveryId, EndpointId, TenantId};
use crate::domain::webhook::DeliveryState;
use crate::store::{Store, StoreError};

/// A delivery as it is shown: nothing of what was sent or answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryRecord {
    pub id: DeliveryId,
    pub event: Uuid,
    pub kind: String,
    pub tenant: Option<TenantId>,
    pub at: OffsetDateTime,
    pub state: DeliveryState,
    pub attempts: u32,
    pub last_attempt_at: Option<OffsetDateTime>,
    pub last_status: Option<u16>,
    pub last_problem: Option<String>,
}

/// Which deliveries are wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DeliveryFilter {
    pub state: Option<DeliveryState>,
    /// Only those of events that happened before this one.
    pub before: Option<Uuid>,
}

/// What to send again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replay {
    /// This event.
    Event(Uuid),
    /// Whatever was given up.
    Dead,
    /// Every event since then, those that came while the endpoint was disabled included.
    Since(OffsetDateTime),
}

#[derive(sqlx::FromRow)]
struct DeliveryRow {
    id: Uuid,
    event: Uuid,
    kind: String,
    tenant_id: Option<Uuid>,
    at: OffsetDateTime,
    state: String,
    attempts: i32,
    last_attempt_at: Option<OffsetDateTime>,
    last_status: Option<i32>,
    last_problem: Option<String>,
}

impl TryFrom<DeliveryRow> for DeliveryRecord {
    type Error = StoreError;

    fn try_from(row: DeliveryRow) -> Result<Self, StoreError> {
        let state = DeliveryState::from_code(&row.state).ok_or(StoreError::Inconsistent {
            table: "webhook_deliveries",
            column: "state",
            row: row.id,
        })?;
        Ok(Self {
            id: DeliveryId::from_uuid(row.id),
            event: row.event,
            kind: row.kind,
            tenant: row.tenant_id.map(TenantId::from_uuid),
            at: row.at,
            state,
            attempts: row.attempts.unsigned_abs(),
            last_attempt_at: row.last_attempt_at,
            last_status: row.last_status.and_then(|status| status.try_into().ok()),
            last_problem: row.last_problem,
        })
    }
}

impl Store {
    /// An endpoint's deliveries, those of the latest events first. Before an event that was swept, there
    /// are none.
    pub async fn find_deliveries(
        &self,
        endpoint: EndpointId,
        filter: DeliveryFilter,
        limit: i64,
    ) -> Result<Vec<DeliveryRecord>, StoreError> {
        let rows: Vec<DeliveryRow> = sqlx::query_as(
            "SELECT d.id, o.id AS event, o.type AS kind, o.tenant_id, o.at, d.state, d.attempts, d.last_attempt_at,
                    d.last_status, d.last_problem
             FROM webhook_deliveries d JOIN outbox_events o ON o.sequence = d.event
             WHERE d.endpoint_id = $1 AND ($2::text IS NULL OR d.state = $2)
               AND ($3::uuid IS NULL OR d.event < (SELECT sequence FROM outbox_events WHERE id = $3))
             ORDER BY d.event DESC LIMIT $4",
        )
        .bind(endpoint.as_uuid())
        .bind(filter.state.map(DeliveryState::code))
        .bind(filter.before)
        .bind(limit)
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(DeliveryRecord::try_from).collect()
    }

    /// Puts events at the end of their lanes once more, in their own order; how many. What waits
    /// already keeps its place.
    pub async fn replay(
        &self,
        endpoint: EndpointId,
        what: Replay,
        event: &AuditEvent,
        at: OffsetDateTime,
    ) -> Result<u64, StoreError> {
        let mut transaction = self.pool.begin().await?;
        begin_appending(&mut transaction).await?;
        let replayed = append(&mut transaction, endpoint, what, at).await?;
        if replayed > 0 {
            self.record_in(&mut *transaction, event, at).await?;
        }
        transaction.commit().await?;
        Ok(replayed)
    }
}

async fn append(
    connection: &mut PgConnection,
    endpoint: EndpointId,
    what: Replay,
    at: OffsetDateTime,
) -> Result<u64, StoreError> {
    let (event, dead, since) = match what {
        Replay::Event(event) => (Some(event), false, None),
        Replay::Dead => (None, true, None),
        Replay::Since(since) => (None, false, Some(since)),
    };
    let replayed = sqlx::query(
        "WITH chosen AS (
            SELECT o.sequence, o.tenant_id FROM outbox_events o
            JOIN webhook_endpoints e ON e.id = $1 AND (e.event_types IS NULL OR o.type = ANY (e.event_types))
            LEFT JOIN webhook_deliveries d ON d.endpoint_id = e.id AND d.event = o.sequence
            WHERE o.fanned_out_at IS NOT NULL AND d.state IS DISTINCT FROM 'waiting'
            AND (o.id = $2 OR ($3 AND d.state = 'dead') OR o.at >= $4)
         ), lanes AS (
            INSERT INTO webhook_lanes AS lane (id, endpoint_id, tenant_id, due_at)
            SELECT gen_random_uuid(), $1, tenant_id, $5 FROM (SELECT DISTINCT tenant_id FROM chosen) AS tenants
            ON CONFLICT (endpoint_id, tenant_id) DO UPDATE SET due_at = coalesce(lane.due_at, excluded.due_at)
            RETURNING id, tenant_id
         )
         INSERT INTO webhook_deliveries AS delivery (id, endpoint_id, lane_id, event)
         SELECT gen_random_uuid(), $1, l.id, c.sequence
         FROM chosen c JOIN lanes l ON l.tenant_id IS NOT DISTINCT FROM c.tenant_id ORDER BY c.sequence
         ON CONFLICT (endpoint_id, event) DO UPDATE SET state = 'waiting', ended_at = NULL, attempts = 0,
            position = excluded.position
         WHERE delivery.state <> 'waiting'",
    )
    .bind(endpoint.as_uuid())
    .bind(event)
    .bind(dead)
    .bind(since)
    .bind(at)
    .execute(connection)
    .await?;
    Ok(replayed.rows_affected())
}
