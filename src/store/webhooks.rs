//! Webhook endpoints. Their deliveries are made in [`fan_out`], sent lane by lane in [`lanes`], and
//! looked at and replayed in [`replay`].

mod fan_out;
mod lanes;
mod replay;
mod secrets;

pub use lanes::{Finish, LaneClaim, Outgoing, Taken, Verdict, Waiting};
pub use replay::{DeliveryFilter, DeliveryRecord, Replay};
pub use secrets::{EarlierSecret, EndpointSecrets};

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{SealedBytes, Store, StoreError};
use crate::domain::audit::AuditEvent;
use crate::domain::id::EndpointId;
use crate::domain::webhook::DisabledReason;

/// Whoever appends to lanes takes this lock until its commit, so that positions become visible in order.
const APPENDING: i64 = 0x6772_616e_7477_6179;

/// An endpoint that is about to be made.
#[derive(Debug)]
pub struct NewEndpoint {
    pub id: EndpointId,
    pub url: String,
    pub description: String,
    /// `None` for all.
    pub event_types: Option<Vec<String>>,
    pub secret: SealedBytes,
}

/// An endpoint as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointRecord {
    pub id: EndpointId,
    pub url: String,
    pub description: String,
    pub event_types: Option<Vec<String>>,
    pub created_at: OffsetDateTime,
    pub disabled: Option<(OffsetDateTime, DisabledReason)>,
    pub failing_since: Option<OffsetDateTime>,
    pub waiting: i64,
    pub dead: i64,
}

#[derive(sqlx::FromRow)]
struct EndpointRow {
    id: Uuid,
    url: String,
    description: String,
    event_types: Option<Vec<String>>,
    created_at: OffsetDateTime,
    disabled_at: Option<OffsetDateTime>,
    disabled_reason: Option<String>,
    failing_since: Option<OffsetDateTime>,
    waiting: i64,
    dead: i64,
}

impl TryFrom<EndpointRow> for EndpointRecord {
    type Error = StoreError;

    fn try_from(row: EndpointRow) -> Result<Self, StoreError> {
        let reason = row.disabled_reason.as_deref();
        let disabled = match (row.disabled_at, reason.map(DisabledReason::from_code)) {
            (Some(at), Some(Some(reason))) => Some((at, reason)),
            (None, None) => None,
            _ => {
                return Err(StoreError::Inconsistent {
                    table: "webhook_endpoints",
                    column: "disabled_reason",
                    row: row.id,
                });
            }
        };
        Ok(Self {
            id: EndpointId::from_uuid(row.id),
            url: row.url,
            description: row.description,
            event_types: row.event_types,
            created_at: row.created_at,
            disabled,
            failing_since: row.failing_since,
            waiting: row.waiting,
            dead: row.dead,
        })
    }
}

impl Store {
    pub async fn create_endpoint(
        &self,
        endpoint: &NewEndpoint,
        event: &AuditEvent,
        at: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        sqlx::query(
            "INSERT INTO webhook_endpoints (id, url, description, event_types, secret, created_at)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(endpoint.id.as_uuid())
        .bind(&endpoint.url)
        .bind(&endpoint.description)
        .bind(&endpoint.event_types)
        .bind(&endpoint.secret.0)
        .bind(at)
        .execute(&mut *transaction)
        .await?;
        self.record_in(&mut *transaction, event, at).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// The endpoints in the order of their making, or the one with this id.
    pub async fn find_endpoints(
        &self,
        only: Option<EndpointId>,
    ) -> Result<Vec<EndpointRecord>, StoreError> {
        let rows: Vec<EndpointRow> = sqlx::query_as(
            "SELECT id, url, description, event_types, created_at, disabled_at, disabled_reason, failing_since,
                    (SELECT count(*) FROM webhook_deliveries d WHERE d.endpoint_id = e.id AND d.state = 'waiting') AS waiting,
                    (SELECT count(*) FROM webhook_deliveries d WHERE d.endpoint_id = e.id AND d.state = 'dead') AS dead
             FROM webhook_endpoints e WHERE $1::uuid IS NULL OR id = $1 ORDER BY id",
        )
        .bind(only.map(|id| id.as_uuid()))
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(EndpointRecord::try_from).collect()
    }

    /// Sends nothing any more; what waits goes on waiting. `false` when it was disabled already.
    pub async fn disable_endpoint(
        &self,
        endpoint: EndpointId,
        event: &AuditEvent,
        at: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let changed = sqlx::query(
            "UPDATE webhook_endpoints SET disabled_at = $2, disabled_reason = 'asked'
             WHERE id = $1 AND disabled_at IS NULL",
        )
        .bind(endpoint.as_uuid())
        .bind(at)
        .execute(&mut *transaction)
        .await?
        .rows_affected()
            == 1;
        if changed {
            self.record_in(&mut *transaction, event, at).await?;
        }
        transaction.commit().await?;
        Ok(changed)
    }

    /// Sends again, at once. `false` when it was not disabled.
    pub async fn enable_endpoint(
        &self,
        endpoint: EndpointId,
        event: &AuditEvent,
        at: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.pool.begin().await?;
        begin_appending(&mut transaction).await?;
        sqlx::query("UPDATE webhook_lanes SET due_at = $2 WHERE endpoint_id = $1 AND due_at > $2")
            .bind(endpoint.as_uuid())
            .bind(at)
            .execute(&mut *transaction)
            .await?;
        let changed = sqlx::query(
            "UPDATE webhook_endpoints SET disabled_at = NULL, disabled_reason = NULL, failing_since = NULL
             WHERE id = $1 AND disabled_at IS NOT NULL",
        )
        .bind(endpoint.as_uuid())
        .execute(&mut *transaction)
        .await?
        .rows_affected()
            == 1;
        if changed {
            self.record_in(&mut *transaction, event, at).await?;
        }
        transaction.commit().await?;
        Ok(changed)
    }

    /// Forgets an endpoint with all that waits for it. `false` when there is none.
    pub async fn delete_endpoint(
        &self,
        endpoint: EndpointId,
        event: &AuditEvent,
        at: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.pool.begin().await?;
        begin_appending(&mut transaction).await?;
        // Lanes before their endpoint, in the order in which workers lock them.
        sqlx::query("SELECT id FROM webhook_lanes WHERE endpoint_id = $1 FOR UPDATE")
            .bind(endpoint.as_uuid())
            .execute(&mut *transaction)
            .await?;
        let deleted = sqlx::query("DELETE FROM webhook_endpoints WHERE id = $1")
            .bind(endpoint.as_uuid())
            .execute(&mut *transaction)
            .await?
            .rows_affected()
            == 1;
        if deleted {
            self.record_in(&mut *transaction, event, at).await?;
        }
        transaction.commit().await?;
        Ok(deleted)
    }
}

/// Waits until nobody else appends, and keeps others from it until the transaction's end.
async fn begin_appending(connection: &mut PgConnection) -> Result<(), StoreError> {
    sqlx::query("SELECT pg_advisory_xact_lock($1)")
        .bind(APPENDING)
        .execute(connection)
        .await?;
    Ok(())
}
