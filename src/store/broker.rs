//! What a worker's call for a token needs, in one statement that only reads and locks nothing: the key
//! that was presented, the tenant's connection with its live token, what that token may do, and what
//! of it was seen not to work.

use time::OffsetDateTime;
use uuid::Uuid;

use super::api_keys::limits;
use super::{Hash, SealedBytes, Store, StoreError};
use crate::domain::access_request::TokenGrants;
use crate::domain::api_key::KeyLimits;
use crate::domain::check::Finding;
use crate::domain::connection::ConnectionState;
use crate::domain::id::{ApiKeyId, ConnectionId, TenantId};
use crate::domain::org_url::OrgOrigin;
use crate::domain::scope::{Scope, ScopeList, ScopeSet};

/// What a worker's key leads to.
#[derive(Debug)]
pub struct AccessRecord {
    pub key: ApiKeyId,
    pub limits: KeyLimits,
    /// `None`: there is no such tenant.
    pub connection: Option<ConnectionAccess>,
}

/// A connection, as far as its token is concerned.
#[derive(Debug)]
pub struct ConnectionAccess {
    pub id: ConnectionId,
    pub state: ConnectionState,
    /// `None` before anything was connected, and after everything was destroyed.
    pub token: Option<AccessToken>,
}

/// The live access token, sealed, with what is known of it.
#[derive(Debug)]
pub struct AccessToken {
    pub organization: OrgOrigin,
    pub generation: i64,
    pub sealed: SealedBytes,
    pub expires_at: OffsetDateTime,
    pub grants: TokenGrants,
}

#[derive(sqlx::FromRow)]
struct AccessRow {
    key_id: Uuid,
    tenants: Option<Vec<Uuid>>,
    categories: Option<Vec<String>>,
    connection_id: Option<Uuid>,
    state: Option<String>,
    attention_reason: Option<String>,
    organization_origin: Option<String>,
    generation: Option<i64>,
    access_token: Option<Vec<u8>>,
    access_expires_at: Option<OffsetDateTime>,
    granted: Option<String>,
    ineffective: Option<Vec<String>>,
}

/// Three rows, each found by a unique index. Checks leave what they find beside the token.
const ACCESS: &str = "
    SELECT k.id AS key_id, k.tenants, k.categories, c.id AS connection_id, c.state, c.attention_reason, c.organization_origin,
           s.generation, s.access_token, s.access_expires_at, s.granted, s.ineffective
    FROM api_keys k
    LEFT JOIN connections c ON c.tenant_id = $2
    LEFT JOIN token_sets s ON s.connection_id = c.id
    WHERE k.key_hash = $1 AND k.role = 'worker' AND k.revoked_at IS NULL
      AND (k.expires_at IS NULL OR k.expires_at > $3)";

impl Store {
    /// The worker's key with this hash, unless it was revoked or has ended by itself, and what it may have of the tenant.
    pub async fn find_access(
        &self,
        tenant: TenantId,
        key: &Hash,
        at: OffsetDateTime,
    ) -> Result<Option<AccessRecord>, StoreError> {
        let row: Option<AccessRow> = sqlx::query_as(ACCESS)
            .bind(key.as_slice())
            .bind(tenant.as_uuid())
            .bind(at)
            .fetch_optional(&self.pool)
            .await?;
        row.map(AccessRecord::try_from).transpose()
    }

    /// What was asked of Okta for the tenant's token: to say more of a scope that it lacks.
    pub async fn find_requested(&self, tenant: TenantId) -> Result<ScopeSet, StoreError> {
        let names: Option<Vec<String>> = sqlx::query_scalar(
            "SELECT a.requested_scopes FROM connections c JOIN token_sets s ON s.connection_id = c.id
             JOIN authorizations a ON a.id = s.authorization_id WHERE c.tenant_id = $1",
        )
        .bind(tenant.as_uuid())
        .fetch_optional(&self.pool)
        .await?;
        Ok(names.as_deref().and_then(scopes).unwrap_or_default())
    }
}

impl TryFrom<AccessRow> for AccessRecord {
    type Error = StoreError;

    fn try_from(mut row: AccessRow) -> Result<Self, Self::Error> {
        let (key, id) = (row.key_id, row.connection_id);
        let bad = |(table, column)| StoreError::Inconsistent {
            table,
            column,
            row: id.unwrap_or(key),
        };
        let connection = id.map(|id| row.connection(id).map_err(bad)).transpose()?;
        Ok(Self {
            key: ApiKeyId::from_uuid(key),
            limits: limits(row.tenants, row.categories),
            connection,
        })
    }
}

/// A table and its column that hold what nothing here writes.
type Bad = (&'static str, &'static str);

impl AccessRow {
    fn connection(&mut self, id: Uuid) -> Result<ConnectionAccess, Bad> {
        let state = self.state.as_deref().unwrap_or_default();
        let state = ConnectionState::from_columns(state, self.attention_reason.as_deref());
        Ok(ConnectionAccess {
            id: ConnectionId::from_uuid(id),
            state: state.ok_or(("connections", "state"))?,
            token: self.token()?,
        })
    }

    fn token(&mut self) -> Result<Option<AccessToken>, Bad> {
        let (Some(generation), Some(sealed), Some(expires_at)) = (
            self.generation,
            self.access_token.take(),
            self.access_expires_at,
        ) else {
            return Ok(None);
        };
        let organization = self.organization_origin.as_deref();
        let organization = organization.and_then(OrgOrigin::from_stored);
        Ok(Some(AccessToken {
            organization: organization.ok_or(("connections", "organization_origin"))?,
            generation,
            sealed: SealedBytes(sealed),
            expires_at,
            grants: self.grants()?,
        }))
    }

    fn grants(&mut self) -> Result<TokenGrants, Bad> {
        let granted = self.granted.take().ok_or(("token_sets", "granted"))?;
        let ineffective = self.ineffective.iter().flatten().map(|text| finding(text));
        let ineffective: Option<_> = ineffective.collect();
        Ok(TokenGrants {
            granted: ScopeList::from_stored(granted),
            ineffective: ineffective.ok_or(("token_sets", "ineffective"))?,
        })
    }
}

fn scopes(names: &[String]) -> Option<ScopeSet> {
    names.iter().map(|name| name.parse().ok()).collect()
}

/// `okta.users.manage blocked_by_role`.
fn finding(text: &str) -> Option<(Scope, Finding)> {
    let (scope, finding) = text.split_once(' ')?;
    Some((scope.parse().ok()?, Finding::from_code(finding)?))
}
