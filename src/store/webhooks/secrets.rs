//! The secrets of an endpoint, sealed: the one that signs, and those before it, each to its own end.
//!
//! The latest of those before lies beside the one that signs; still earlier ones, of rotations that
//! followed each other quickly, in a table of their own.

use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::audit::AuditEvent;
use crate::domain::id::EndpointId;
use crate::store::{SealedBytes, Store, StoreError};

/// What signs an endpoint's deliveries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointSecrets {
    pub endpoint: EndpointId,
    pub current: SealedBytes,
    /// Of the current one.
    pub generation: i64,
    /// Those before, the latest first, whether they have ended or not.
    pub earlier: Vec<EarlierSecret>,
}

/// A secret that was rotated away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EarlierSecret {
    pub secret: SealedBytes,
    pub generation: i64,
    /// When it signs no longer.
    pub ends_at: OffsetDateTime,
}

#[derive(sqlx::FromRow)]
pub(super) struct SecretsRow {
    endpoint_id: Uuid,
    secret: Vec<u8>,
    secret_generation: i64,
    previous_secret: Option<Vec<u8>>,
    previous_secret_ends_at: Option<OffsetDateTime>,
    earlier_secrets: Option<Vec<Vec<u8>>>,
    earlier_generations: Option<Vec<i64>>,
    earlier_ends: Option<Vec<OffsetDateTime>>,
}

/// The columns of a [`SecretsRow`], of the endpoint `e`, between what comes before and after.
macro_rules! select_secrets {
    ($before:literal, $after:literal) => {
        concat!(
            $before,
            "e.id AS endpoint_id, e.secret, e.secret_generation, e.previous_secret, e.previous_secret_ends_at,
             (SELECT array_agg(s.secret ORDER BY s.generation DESC) FROM webhook_earlier_secrets s
              WHERE s.endpoint_id = e.id) AS earlier_secrets,
             (SELECT array_agg(s.generation ORDER BY s.generation DESC) FROM webhook_earlier_secrets s
              WHERE s.endpoint_id = e.id) AS earlier_generations,
             (SELECT array_agg(s.ends_at ORDER BY s.generation DESC) FROM webhook_earlier_secrets s
              WHERE s.endpoint_id = e.id) AS earlier_ends",
            $after
        )
    };
}
pub(super) use select_secrets;

impl From<SecretsRow> for EndpointSecrets {
    fn from(row: SecretsRow) -> Self {
        let before = row.previous_secret.zip(row.previous_secret_ends_at);
        let previous = before.map(|(secret, ends_at)| EarlierSecret {
            secret: SealedBytes(secret),
            generation: row.secret_generation - 1,
            ends_at,
        });
        let secrets = row.earlier_secrets.unwrap_or_default().into_iter();
        let generations = row.earlier_generations.unwrap_or_default();
        let ends = row.earlier_ends.unwrap_or_default();
        let still_earlier = secrets.zip(generations).zip(ends);
        let still_earlier = still_earlier.map(|((secret, generation), ends_at)| EarlierSecret {
            secret: SealedBytes(secret),
            generation,
            ends_at,
        });
        Self {
            endpoint: EndpointId::from_uuid(row.endpoint_id),
            current: SealedBytes(row.secret),
            generation: row.secret_generation,
            earlier: previous.into_iter().chain(still_earlier).collect(),
        }
    }
}

impl Store {
    /// An endpoint's secrets.
    pub async fn find_endpoint_secrets(
        &self,
        endpoint: EndpointId,
    ) -> Result<Option<EndpointSecrets>, StoreError> {
        let row: Option<SecretsRow> = sqlx::query_as(select_secrets!(
            "SELECT ",
            " FROM webhook_endpoints e WHERE e.id = $1"
        ))
        .bind(endpoint.as_uuid())
        .fetch_optional(&self.pool)
        .await?;
        Ok(row.map(EndpointSecrets::from))
    }

    /// Puts a secret in the place of the one of the generation before, which goes on signing until
    /// `overlap_ends`; those before that one keep their own ends. `false` when somebody else was first.
    pub async fn rotate_secret(
        &self,
        new: (EndpointId, &SealedBytes, i64),
        overlap_ends: OffsetDateTime,
        event: &AuditEvent,
        at: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let (endpoint, secret, generation) = new;
        let mut transaction = self.pool.begin().await?;
        let rotated = sqlx::query(
            "WITH before AS (
                SELECT id, previous_secret, previous_secret_ends_at FROM webhook_endpoints
                WHERE id = $1 AND secret_generation = $3 - 1 FOR UPDATE
             ), kept AS (
                INSERT INTO webhook_earlier_secrets (id, endpoint_id, secret, generation, ends_at)
                SELECT gen_random_uuid(), id, previous_secret, $3 - 2, previous_secret_ends_at
                FROM before WHERE previous_secret_ends_at > $5
             )
             UPDATE webhook_endpoints e SET previous_secret = e.secret, previous_secret_ends_at = $4,
                    secret = $2, secret_generation = $3
             FROM before WHERE e.id = before.id",
        )
        .bind(endpoint.as_uuid())
        .bind(&secret.0)
        .bind(generation)
        .bind(overlap_ends)
        .bind(at)
        .execute(&mut *transaction)
        .await?
        .rows_affected()
            == 1;
        if rotated {
            self.record_in(&mut *transaction, event, at).await?;
        }
        transaction.commit().await?;
        Ok(rotated)
    }

    /// Destroys secrets that have ended; how many.
    pub async fn sweep_webhook_secrets(&self, now: OffsetDateTime) -> Result<u64, StoreError> {
        let earlier = sqlx::query("DELETE FROM webhook_earlier_secrets WHERE ends_at <= $1")
            .bind(now)
            .execute(&self.pool)
            .await?;
        let previous = sqlx::query(
            "UPDATE webhook_endpoints SET previous_secret = NULL, previous_secret_ends_at = NULL
             WHERE previous_secret_ends_at <= $1",
        )
        .bind(now)
        .execute(&self.pool)
        .await?;
        Ok(earlier.rows_affected() + previous.rows_affected())
    }
}
