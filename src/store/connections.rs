//! Connections: the organization, the application in it, and the sealed credentials.

mod entered;
mod hold;
mod row;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::PgExecutor;
use time::OffsetDateTime;

pub use self::entered::EnteredApp;
pub(super) use self::row::ConnectionRow;
use super::{SealedBytes, Store, StoreError};
use crate::domain::audit::AuditEvent;
use crate::domain::connection::{App, Connection, Organization};
use crate::domain::failure::{FailureKind, OktaFailure};
use crate::domain::id::{ConnectionId, ReferenceId, TenantId};
use crate::domain::org_url::OrgOrigin;

/// A connection's own signing key.
#[derive(Debug, Clone)]
pub struct SealedKey {
    pub private: SealedBytes,
    pub id: String,
    /// The public half as a JWK.
    pub public: Value,
}

/// A connection that is about to be made.
#[derive(Debug)]
pub struct NewConnection {
    pub id: ConnectionId,
    pub key: SealedKey,
}

/// Why the latest authorization failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastFailure {
    kind: String,
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    pub reference: ReferenceId,
    pub error: Option<String>,
    pub description: Option<String>,
    pub request_id: Option<String>,
}

/// A connection with what only flows may handle.
#[derive(Debug, Clone)]
pub struct ConnectionRecord {
    /// What is live.
    pub connection: Connection,
    /// What an onboarding entered, until a sign-in with it succeeds.
    pub next_organization: Option<Organization>,
    /// Whether a person confirmed that organization.
    pub organization_confirmed: bool,
    pub next_app: Option<NextApp>,
    /// Of the latest app that was entered.
    pub next_generation: i64,
    /// `None` once the connection was ended, until it is needed again.
    pub key: Option<SealedKey>,
    pub client_secret: Option<SealedBytes>,
    pub client_secret_generation: i64,
    pub last_failure: Option<LastFailure>,
}

/// An application that was entered and not yet signed in with.
#[derive(Debug, Clone)]
pub struct NextApp {
    pub app: App,
    pub client_secret: Option<SealedBytes>,
    /// When it passed the preflight.
    pub checked_at: Option<OffsetDateTime>,
}

impl ConnectionRecord {
    /// The live organization, or the one that an onboarding entered.
    #[must_use]
    pub const fn organization(&self, next: bool) -> Option<&Organization> {
        let live = self.connection.organization.as_ref();
        match &self.next_organization {
            Some(entered) if next => Some(entered),
            _ => live,
        }
    }
}

impl LastFailure {
    #[must_use]
    pub fn new(failure: &OktaFailure, reference: ReferenceId, at: OffsetDateTime) -> Self {
        Self {
            kind: failure.kind.code().to_owned(),
            at,
            reference,
            error: failure.said.error.clone(),
            description: failure.said.description.clone(),
            request_id: failure.said.request_id.clone(),
        }
    }

    #[must_use]
    pub fn kind(&self) -> FailureKind {
        FailureKind::from_code(&self.kind).unwrap_or(FailureKind::Other)
    }
}

/// `SELECT` with the columns of a [`ConnectionRow`], then what is given.
macro_rules! select_connection {
    ($rest:literal) => {
        concat!(
            "SELECT c.id, c.tenant_id, c.state, c.attention_reason, c.organization_origin, c.organization_id, ",
            "c.organization_edition, c.next_organization_origin, c.next_organization_id, ",
            "c.next_organization_edition, c.next_organization_confirmed_at, c.next_generation, ",
            "c.client_id, c.client_auth_method, c.client_secret, c.client_secret_generation, c.client_key, c.client_key_id, c.client_key_public, c.next_client_id, c.next_client_auth_method, ",
            "c.next_client_secret, c.next_checked_at, ",
            "c.connected_at, c.last_failure ",
            $rest
        )
    };
}
pub(super) use select_connection;

impl Store {
    /// The tenant's connection.
    pub async fn find_connection(
        &self,
        tenant: TenantId,
    ) -> Result<Option<ConnectionRecord>, StoreError> {
        let row: Option<ConnectionRow> = sqlx::query_as(select_connection!(
            "FROM connections c WHERE c.tenant_id = $1"
        ))
        .bind(tenant.as_uuid())
        .fetch_optional(&self.pool)
        .await?;
        row.map(ConnectionRecord::try_from).transpose()
    }

    /// The connections that were connected to the organization, the latest first, at most `limit`.
    pub async fn find_connections_of_organization(
        &self,
        origin: &OrgOrigin,
        limit: i64,
    ) -> Result<Vec<ConnectionRecord>, StoreError> {
        let rows: Vec<ConnectionRow> = sqlx::query_as(select_connection!(
            "FROM connections c WHERE c.organization_origin = $1 AND c.connected_at IS NOT NULL AND c.client_id IS NOT NULL
             ORDER BY c.connected_at DESC LIMIT $2"
        ))
        .bind(origin.as_str())
        .bind(limit)
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(ConnectionRecord::try_from).collect()
    }

    /// The public keys of a connection, its own first, then those that still sign for the revocation of
    /// tokens; none for no connection. No tenant's id, because Okta knows only the connection's.
    pub async fn find_public_keys(
        &self,
        connection: ConnectionId,
    ) -> Result<Vec<Value>, StoreError> {
        Ok(sqlx::query_scalar(
            "SELECT client_key_public FROM (
                SELECT client_key_public, client_key_id, 0 AS place FROM connections WHERE id = $1
                UNION ALL
                SELECT r.client_key_public, r.client_key_id, 1 FROM revocations r JOIN connections c ON c.id = r.connection_id
                WHERE r.connection_id = $1 AND r.ended_at IS NULL AND r.client_key_id <> c.client_key_id
             ) keys GROUP BY client_key_id, client_key_public ORDER BY min(place), client_key_id",
        )
        .bind(connection.as_uuid())
        .fetch_all(&self.pool)
        .await?)
    }

    /// Gives a connection that was ended, and so has no key, a new one. Of two callers the first wins.
    pub async fn set_missing_key(
        &self,
        tenant: TenantId,
        key: &SealedKey,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE connections SET client_key = $2, client_key_id = $3, client_key_public = $4
             WHERE tenant_id = $1 AND client_key IS NULL",
        )
        .bind(tenant.as_uuid())
        .bind(&key.private.0)
        .bind(&key.id)
        .bind(&key.public)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Remembers why an authorization failed. What was granted before stays.
    pub async fn set_last_failure(
        &self,
        tenant: TenantId,
        failure: &LastFailure,
        event: &AuditEvent,
        at: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        sqlx::query("UPDATE connections SET last_failure = $2 WHERE tenant_id = $1")
            .bind(tenant.as_uuid())
            .bind(sqlx::types::Json(failure))
            .execute(&mut *transaction)
            .await?;
        self.record_in(&mut *transaction, event, at).await?;
        transaction.commit().await?;
        Ok(())
    }
}

pub(super) async fn insert_connection(
    executor: impl PgExecutor<'_>,
    tenant: TenantId,
    connection: &NewConnection,
    at: OffsetDateTime,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO connections (id, tenant_id, kind, state, client_key, client_key_id, client_key_public, created_at)
         VALUES ($1, $2, 'user', 'pending', $3, $4, $5, $6)",
    )
    .bind(connection.id.as_uuid())
    .bind(tenant.as_uuid())
    .bind(&connection.key.private.0)
    .bind(&connection.key.id)
    .bind(&connection.key.public)
    .bind(at)
    .execute(executor)
    .await?;
    Ok(())
}
