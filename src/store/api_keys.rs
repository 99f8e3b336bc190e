//! API keys: a row holds the hash of a key, so a stolen dump lets nobody in.

use time::OffsetDateTime;
use uuid::Uuid;

use super::{Hash, Store, StoreError};
use crate::domain::api_key::{ApiKey, ApiKeyFacts, ApiRole, KeyLimits};
use crate::domain::audit::AuditEvent;
use crate::domain::id::{ApiKeyId, TenantId};

/// A key that is about to be made.
#[derive(Debug)]
pub struct NewApiKey {
    pub id: ApiKeyId,
    pub name: String,
    pub role: ApiRole,
    pub limits: KeyLimits,
    pub expires_at: Option<OffsetDateTime>,
    pub hash: Hash,
}

#[derive(sqlx::FromRow)]
struct KeyRow {
    id: Uuid,
    name: String,
    role: String,
    tenants: Option<Vec<Uuid>>,
    categories: Option<Vec<String>>,
    created_at: OffsetDateTime,
    last_used_at: Option<OffsetDateTime>,
    revoked_at: Option<OffsetDateTime>,
    expires_at: Option<OffsetDateTime>,
}

impl TryFrom<KeyRow> for ApiKeyFacts {
    type Error = StoreError;

    fn try_from(row: KeyRow) -> Result<Self, Self::Error> {
        Ok(Self {
            id: ApiKeyId::from_uuid(row.id),
            role: role(&row.role, row.id)?,
            name: row.name,
            limits: limits(row.tenants, row.categories),
            created_at: row.created_at,
            last_used_at: row.last_used_at,
            revoked_at: row.revoked_at,
            expires_at: row.expires_at,
        })
    }
}

/// The limits as their columns hold them.
pub(super) fn limits(tenants: Option<Vec<Uuid>>, categories: Option<Vec<String>>) -> KeyLimits {
    let tenants = tenants.map(|ids| ids.into_iter().map(TenantId::from_uuid).collect());
    KeyLimits::new(tenants, categories)
}

pub(super) fn uuids(tenants: &[TenantId]) -> Vec<Uuid> {
    tenants.iter().map(TenantId::as_uuid).collect()
}

fn role(name: &str, row: Uuid) -> Result<ApiRole, StoreError> {
    ApiRole::from_name(name).ok_or(StoreError::Inconsistent {
        table: "api_keys",
        column: "role",
        row,
    })
}

impl Store {
    pub async fn create_api_key(
        &self,
        key: &NewApiKey,
        event: &AuditEvent,
        at: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        sqlx::query(
            "INSERT INTO api_keys (id, name, role, key_hash, created_at, tenants, categories, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(key.id.as_uuid())
        .bind(&key.name)
        .bind(key.role.name())
        .bind(key.hash.as_slice())
        .bind(at)
        .bind(key.limits.tenants().map(uuids))
        .bind(key.limits.categories())
        .bind(key.expires_at)
        .execute(&mut *transaction)
        .await?;
        self.record_in(&mut *transaction, event, at).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// The key with this hash, unless it was revoked or has ended by itself.
    pub async fn find_api_key(
        &self,
        hash: &Hash,
        at: OffsetDateTime,
    ) -> Result<Option<ApiKey>, StoreError> {
        let row: Option<KeyRow> = sqlx::query_as(
            "SELECT id, name, role, tenants, categories, created_at, last_used_at, revoked_at, expires_at FROM api_keys
             WHERE key_hash = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)",
        )
        .bind(hash.as_slice())
        .bind(at)
        .fetch_optional(&self.pool)
        .await?;
        let facts = row.map(ApiKeyFacts::try_from).transpose()?;
        Ok(facts.map(|facts| ApiKey {
            id: facts.id,
            role: facts.role,
            limits: facts.limits,
        }))
    }

    /// Every key, also the revoked ones, the latest first.
    pub async fn list_api_keys(&self) -> Result<Vec<ApiKeyFacts>, StoreError> {
        let rows: Vec<KeyRow> = sqlx::query_as(
            "SELECT id, name, role, tenants, categories, created_at, last_used_at, revoked_at, expires_at
             FROM api_keys ORDER BY id DESC",
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(ApiKeyFacts::try_from).collect()
    }

    /// Revokes a key; `false` when there is none with this id that still works.
    pub async fn revoke_api_key(
        &self,
        id: ApiKeyId,
        event: &AuditEvent,
        at: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.pool.begin().await?;
        let revoked =
            sqlx::query("UPDATE api_keys SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL")
                .bind(id.as_uuid())
                .bind(at)
                .execute(&mut *transaction)
                .await?;
        if revoked.rows_affected() == 0 {
            return Ok(false);
        }
        self.record_in(&mut *transaction, event, at).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Writes down when keys were last used, all of them in one statement. A later time stays.
    pub async fn note_api_key_uses(
        &self,
        uses: &[(ApiKeyId, OffsetDateTime)],
    ) -> Result<(), StoreError> {
        let (ids, times): (Vec<Uuid>, Vec<OffsetDateTime>) =
            uses.iter().map(|(id, at)| (id.as_uuid(), *at)).unzip();
        sqlx::query(
            "UPDATE api_keys SET last_used_at = greatest(last_used_at, used.at)
             FROM unnest($1::uuid[], $2::timestamptz[]) AS used (id, at) WHERE api_keys.id = used.id",
        )
        .bind(ids)
        .bind(times)
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}
