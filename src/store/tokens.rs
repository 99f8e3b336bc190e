//! The live token sets: read whole, replaced whole, and only in the order in which they came.

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
             FROM token_sets WHERE tenant_id = $1",
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

    /// Puts refreshed tokens in the place of the generation before them; `false` when others were
    /// faster, whose tokens then stand.
    pub async fn replace_tokens(
        &self,
        tenant: TenantId,
        tokens: &SealedTokens,
        at: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let replaced = sqlx::query(
            "UPDATE token_sets SET generation = $2, access_token = $3, access_expires_at = $4,
                    refresh_token = $5, stored_at = $6
             WHERE tenant_id = $1 AND generation = $2 - 1",
        )
        .bind(tenant.as_uuid())
        .bind(tokens.generation)
        .bind(&tokens.access_token.0)
        .bind(tokens.access_expires_at)
        .bind(tokens.refresh_token.as_ref().map(|sealed| &sealed.0))
        .bind(at)
        .execute(&self.pool)
        .await?;
        Ok(replaced.rows_affected() == 1)
    }
}
