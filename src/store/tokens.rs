//! The live token sets, read whole. `refreshes` replaces them.

use sqlx::FromRow;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{SealedBytes, SealedTokens, Store, StoreError};
use crate::domain::id::{AuthorizationId, TenantId};

/// A tenant's tokens, sealed, with the authorization that they come from.
#[derive(Debug)]
pub struct TokenRecord {
    pub authorization: AuthorizationId,
    pub tokens: SealedTokens,
}

#[derive(FromRow)]
struct TokenRow {
    authorization_id: Uuid,
    generation: i64,
    access_token: Vec<u8>,
    access_expires_at: OffsetDateTime,
    refresh_token: Option<Vec<u8>>,
    refresh_expires_at: Option<OffsetDateTime>,
}

impl Store {
    pub async fn find_tokens(&self, tenant: TenantId) -> Result<Option<TokenRecord>, StoreError> {
        let row: Option<TokenRow> = sqlx::query_as(
            "SELECT authorization_id, generation, access_token, access_expires_at, refresh_token, refresh_expires_at
             FROM token_sets WHERE connection_id = (SELECT id FROM connections WHERE tenant_id = $1)",
        )
        .bind(tenant.as_uuid())
        .fetch_optional(&self.pool)
        .await?;
        Ok(row.map(|row| TokenRecord {
            authorization: AuthorizationId::from_uuid(row.authorization_id),
            tokens: SealedTokens {
                generation: row.generation,
                access_token: SealedBytes(row.access_token),
                access_expires_at: row.access_expires_at,
                refresh_token: row.refresh_token.map(SealedBytes),
                refresh_expires_at: row.refresh_expires_at,
            },
        }))
    }
}
