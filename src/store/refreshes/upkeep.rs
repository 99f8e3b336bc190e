//! A tenant's tokens with all that a refresh needs of them, in one query.

use sqlx::FromRow;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::failure::FailureKind;
use crate::domain::id::{AuthorizationId, TenantId};
use crate::domain::refresh_schedule::NOTICE;
use crate::domain::scope::{Scope, ScopeSet};
use crate::store::connections::{ConnectionRow, select_connection};
use crate::store::{ConnectionRecord, SealedBytes, SealedTokens, Store, StoreError};

/// The tokens as they are, sealed, and how their refreshing stands.
#[derive(Debug)]
pub struct UpkeepRecord {
    pub record: ConnectionRecord,
    pub authorization: AuthorizationId,
    pub tokens: SealedTokens,
    /// What Okta granted, as the sign-in or the latest refresh named it.
    pub scopes: ScopeSet,
    /// `None` until the first refresh of tokens that are older than the upkeep.
    pub standing: Option<Standing>,
}

/// How the refreshing of a tenant's tokens stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// When the next one is due; `None` when only a new sign-in helps.
    pub due_at: Option<OffsetDateTime>,
    /// Failures in a row.
    pub attempts: u32,
    /// Why the latest failed, and since when each does.
    pub failing: Option<(FailureKind, OffsetDateTime)>,
}

#[derive(FromRow)]
struct UpkeepRow {
    #[sqlx(flatten)]
    connection: ConnectionRow,
    #[sqlx(flatten)]
    tokens: TokenRow,
    #[sqlx(flatten)]
    standing: StandingRow,
}

#[derive(FromRow)]
struct TokenRow {
    authorization_id: Uuid,
    generation: i64,
    access_token: Vec<u8>,
    access_expires_at: OffsetDateTime,
    refresh_token: Option<Vec<u8>>,
    refresh_expires_at: Option<OffsetDateTime>,
    live_scopes: Vec<String>,
}

#[derive(FromRow)]
pub(in crate::store) struct StandingRow {
    refreshing: bool,
    due_at: Option<OffsetDateTime>,
    attempts: Option<i32>,
    failure: Option<String>,
    failing_since: Option<OffsetDateTime>,
}

impl From<StandingRow> for Option<Standing> {
    fn from(row: StandingRow) -> Self {
        row.refreshing.then(|| {
            let kind = row.failure.as_deref();
            let kind = kind.map(|code| FailureKind::from_code(code).unwrap_or(FailureKind::Other));
            Standing {
                due_at: row.due_at,
                attempts: row
                    .attempts
                    .and_then(|n| u32::try_from(n).ok())
                    .unwrap_or(0),
                failing: kind.zip(row.failing_since),
            }
        })
    }
}

impl TryFrom<UpkeepRow> for UpkeepRecord {
    type Error = StoreError;

    fn try_from(row: UpkeepRow) -> Result<Self, Self::Error> {
        let tokens = row.tokens;
        let scopes: Option<ScopeSet> = tokens
            .live_scopes
            .iter()
            .map(|name| name.parse::<Scope>().ok())
            .collect();
        let scopes = scopes.ok_or(StoreError::Inconsistent {
            table: "token_sets",
            column: "scopes",
            row: tokens.authorization_id,
        })?;
        Ok(Self {
            record: row.connection.try_into()?,
            authorization: AuthorizationId::from_uuid(tokens.authorization_id),
            scopes,
            tokens: SealedTokens {
                generation: tokens.generation,
                access_token: SealedBytes(tokens.access_token),
                access_expires_at: tokens.access_expires_at,
                refresh_token: tokens.refresh_token.map(SealedBytes),
                refresh_expires_at: tokens.refresh_expires_at,
            },
            standing: row.standing.into(),
        })
    }
}

impl Store {
    /// The tenant's connection, its live tokens, and how their refreshing stands.
    pub async fn find_upkeep(&self, tenant: TenantId) -> Result<Option<UpkeepRecord>, StoreError> {
        let row: Option<UpkeepRow> = sqlx::query_as(select_connection!(
            ", s.authorization_id, s.generation, s.access_token, s.access_expires_at, s.refresh_token,
               s.refresh_expires_at, coalesce(s.scopes, a.granted_scopes) AS live_scopes,
               r.connection_id IS NOT NULL AS refreshing, r.due_at, r.attempts, r.failure, r.failing_since
             FROM connections c JOIN token_sets s ON s.connection_id = c.id
             JOIN authorizations a ON a.id = s.authorization_id
             LEFT JOIN refreshes r ON r.connection_id = c.id
             WHERE c.tenant_id = $1"
        ))
        .bind(tenant.as_uuid())
        .fetch_optional(&self.pool)
        .await?;
        row.map(UpkeepRecord::try_from).transpose()
    }

    /// Begins the upkeep of tokens that an older version of this program stored.
    pub async fn ensure_upkeep(
        &self,
        found: &UpkeepRecord,
        at: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let (connection, tokens) = (&found.record.connection, &found.tokens);
        sqlx::query(
            "INSERT INTO refreshes (connection_id, tenant_id, due_at, notice_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT DO NOTHING",
        )
        .bind(connection.id.as_uuid())
        .bind(connection.tenant.as_uuid())
        .bind(tokens.refresh_token.as_ref().map(|_| at))
        .bind(tokens.refresh_expires_at.map(|end| end - NOTICE))
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}
