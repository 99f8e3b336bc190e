//! Lanes: claimed by one worker, sent from the front, and left with what the endpoint answered.
//!
//! A claim is a lease by the database's clock, as with checks: every write names it, and a worker that
//! wakes up late writes nothing. Only the front of a lane is ever sent, so a tenant's events keep their order.

mod outcome;

use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use self::outcome::{end_attempt, hold, judge_endpoint, set_due};
use super::EndpointSecrets;
use super::secrets::{SecretsRow, select_secrets};
use crate::domain::audit::{Action, Actor, AuditEvent};
use crate::domain::id::{DeliveryId, EndpointId};
use crate::store::{Store, StoreError};

/// A lane that this worker may send from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LaneClaim {
    pub lane: Uuid,
    pub endpoint: EndpointId,
    pub worker: Uuid,
    /// Whether nothing was delivered to the endpoint since its latest failure.
    pub is_failing: bool,
}

/// The places that a worker has taken already, for a claim that is fair.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Taken {
    /// How many lanes of which endpoints are being sent.
    pub held: Vec<(EndpointId, usize)>,
    /// Endpoints that have to wait.
    pub full: Vec<EndpointId>,
    /// Whether every endpoint that fails has to wait.
    pub failing_wait: bool,
}

/// The delivery at the front of a lane.
#[derive(Debug)]
pub struct Outgoing {
    pub delivery: DeliveryId,
    /// Attempts before this one.
    pub attempts: u32,
    /// The event's id, which is the message's.
    pub event: Uuid,
    pub kind: String,
    pub at: OffsetDateTime,
    pub subject: Option<Value>,
    pub facts: Value,
    pub url: String,
    pub secrets: EndpointSecrets,
}

/// What is at the front.
#[derive(Debug)]
pub enum Waiting {
    Delivery(Box<Outgoing>),
    /// Nothing that may be sent, or the claim is somebody else's.
    Nothing,
}

/// What follows from an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Delivered,
    /// Tried again then.
    Retry(OffsetDateTime),
    /// The endpoint wants no more: it is disabled, and the delivery goes on waiting.
    Gone,
    /// Given up; the next one has its turn.
    Dead,
}

/// An attempt with its end.
#[derive(Debug, Clone, Copy)]
pub struct Finish {
    pub delivery: DeliveryId,
    pub status: Option<u16>,
    pub problem: Option<&'static str>,
    pub verdict: Verdict,
}

#[derive(sqlx::FromRow)]
struct OutgoingRow {
    delivery: Uuid,
    attempts: i32,
    event: Uuid,
    kind: String,
    at: OffsetDateTime,
    subject: Option<Value>,
    facts: Value,
    url: String,
    #[sqlx(flatten)]
    secrets: SecretsRow,
}

impl From<OutgoingRow> for Outgoing {
    fn from(row: OutgoingRow) -> Self {
        Self {
            delivery: DeliveryId::from_uuid(row.delivery),
            attempts: row.attempts.unsigned_abs(),
            event: row.event,
            kind: row.kind,
            at: row.at,
            subject: row.subject,
            facts: row.facts,
            url: row.url,
            secrets: row.secrets.into(),
        }
    }
}

impl Store {
    /// Claims a lane that is due: of the endpoints that need not wait, the one with the fewest places
    /// has its turn, and there the lane that is due for longest.
    pub async fn claim_lane(
        &self,
        worker: Uuid,
        taken: &Taken,
        lease: Duration,
        at: OffsetDateTime,
    ) -> Result<Option<LaneClaim>, StoreError> {
        let ids = |endpoint: &EndpointId| endpoint.as_uuid();
        let full: Vec<Uuid> = taken.full.iter().map(ids).collect();
        let held: Vec<Uuid> = taken.held.iter().map(|(id, _)| ids(id)).collect();
        let places = taken.held.iter();
        let places: Vec<i32> = places
            .map(|(_, places)| i32::try_from(*places).unwrap_or(i32::MAX))
            .collect();
        let row: Option<(Uuid, Uuid, bool)> = sqlx::query_as(
            "UPDATE webhook_lanes lane SET claimed_by = $1, claim_ends_at = clock_timestamp() + $2
             FROM (
                SELECT due.id, e.failing_since IS NOT NULL AS is_failing
                FROM webhook_endpoints e CROSS JOIN LATERAL (
                    SELECT l.id, l.due_at FROM webhook_lanes l
                    WHERE l.endpoint_id = e.id AND l.due_at <= $3
                    AND (l.claim_ends_at IS NULL OR l.claim_ends_at <= clock_timestamp())
                    ORDER BY l.due_at LIMIT 1 FOR UPDATE SKIP LOCKED
                ) AS due LEFT JOIN unnest($5::uuid[], $6::integer[]) AS held (endpoint, places) ON held.endpoint = e.id
                WHERE e.disabled_at IS NULL AND e.id <> ALL ($4) AND NOT ($7 AND e.failing_since IS NOT NULL)
                ORDER BY coalesce(held.places, 0), due.due_at LIMIT 1
             ) AS chosen WHERE lane.id = chosen.id RETURNING lane.id, lane.endpoint_id, chosen.is_failing",
        )
        .bind(worker)
        .bind(lease)
        .bind(at)
        .bind(full)
        .bind(held)
        .bind(places)
        .bind(taken.failing_wait)
        .fetch_optional(&self.pool)
        .await?;
        Ok(row.map(|(lane, endpoint, is_failing)| LaneClaim {
            lane,
            endpoint: EndpointId::from_uuid(endpoint),
            worker,
            is_failing,
        }))
    }

    /// Moves the claim on and reads the front of the lane.
    pub async fn next_in_lane(
        &self,
        claim: &LaneClaim,
        lease: Duration,
        at: OffsetDateTime,
    ) -> Result<Waiting, StoreError> {
        let row: Option<OutgoingRow> = sqlx::query_as(select_secrets!(
            "WITH held AS (
                UPDATE webhook_lanes SET claim_ends_at = clock_timestamp() + $3
                WHERE id = $1 AND claimed_by = $2 AND due_at <= $4 RETURNING id
             )
             SELECT d.id AS delivery, d.attempts, o.id AS event, o.type AS kind, o.at, o.subject, o.data AS facts,
                    e.url, ",
            " FROM held JOIN webhook_deliveries d ON d.lane_id = held.id AND d.state = 'waiting'
             JOIN outbox_events o ON o.sequence = d.event
             JOIN webhook_endpoints e ON e.id = d.endpoint_id AND e.disabled_at IS NULL
             ORDER BY d.position LIMIT 1"
        ))
        .bind(claim.lane)
        .bind(claim.worker)
        .bind(lease)
        .bind(at)
        .fetch_optional(&self.pool)
        .await?;
        Ok(row.map_or(Waiting::Nothing, |row| {
            Waiting::Delivery(Box::new(row.into()))
        }))
    }

    /// Writes an attempt down; `false` when the lane is no longer this worker's.
    pub async fn finish_delivery(
        &self,
        claim: &LaneClaim,
        finish: &Finish,
        at: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.pool.begin().await?;
        if !hold(&mut transaction, claim).await? {
            return Ok(false);
        }
        end_attempt(&mut transaction, finish, at).await?;
        let retry_at = match finish.verdict {
            Verdict::Retry(then) => Some(then),
            _ => None,
        };
        set_due(&mut transaction, claim.lane, retry_at, at).await?;
        let disabled = judge_endpoint(&mut transaction, claim, finish.verdict, at).await?;
        if let Some(reason) = disabled {
            let event = AuditEvent::of_service(Actor::Service, Action::WebhookDisabled)
                .with(json!({ "endpoint": claim.endpoint, "reason": reason }));
            self.record_in(&mut *transaction, &event, at).await?;
        }
        transaction.commit().await?;
        Ok(true)
    }

    /// Gives the lane back. One that is empty is due no more.
    pub async fn release_lane(
        &self,
        claim: &LaneClaim,
        at: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        if hold(&mut transaction, claim).await? {
            sqlx::query(
                "UPDATE webhook_lanes SET claimed_by = NULL, claim_ends_at = NULL,
                        due_at = CASE WHEN EXISTS (SELECT 1 FROM webhook_deliveries
                            WHERE lane_id = $1 AND state = 'waiting') THEN coalesce(due_at, $2) END
                 WHERE id = $1",
            )
            .bind(claim.lane)
            .bind(at)
            .execute(&mut *transaction)
            .await?;
        }
        transaction.commit().await?;
        Ok(())
    }
}
