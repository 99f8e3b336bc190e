//! The secrets of an endpoint, sealed: the one that signs, and for a day the one before.

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
    /// Of the current one; the previous one has the generation before.
    pub generation: i64,
    pub previous: Option<(SealedBytes, OffsetDateTime)>,
}

#[derive(sqlx::FromRow)]
pub(super) struct SecretsRow {
    endpoint_id: Uuid,
    secret: Vec<u8>,
    secret_generation: i64,
    previous_secret: Option<Vec<u8>>,
    previous_secret_ends_at: Option<OffsetDateTime>,
}

impl From<SecretsRow> for EndpointSecrets {
    fn from(row: SecretsRow) -> Self {
        Self {
            endpoint: EndpointId::from_uuid(row.endpoint_id),
            current: SealedBytes(row.secret),
            generation: row.secret_generation,
            previous: row
                .previous_secret
                .map(SealedBytes)
                .zip(row.previous_secret_ends_at),
        }
    }
}

impl Store {
    /// An endpoint's address and secrets.
    pub async fn find_endpoint_secrets(
        &self,
        endpoint: EndpointId,
    ) -> Result<Option<EndpointSecrets>, StoreError> {
        let row: Option<SecretsRow> = sqlx::query_as(
            "SELECT id AS endpoint_id, secret, secret_generation, previous_secret, previous_secret_ends_at
             FROM webhook_endpoints WHERE id = $1",
        )
        .bind(endpoint.as_uuid())
        .fetch_optional(&self.pool)
        .await?;
        Ok(row.map(EndpointSecrets::from))
    }

    /// Puts a secret in the place of the one of the generation before, which goes on signing until
    /// `overlap_ends`. `false` when somebody else was first.
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
            "UPDATE webhook_endpoints SET previous_secret = secret, previous_secret_ends_at = $4,
                    secret = $2, secret_generation = $3
             WHERE id = $1 AND secret_generation = $3 - 1",
        )
        .bind(endpoint.as_uuid())
        .bind(&secret.0)
        .bind(generation)
        .bind(overlap_ends)
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
}
