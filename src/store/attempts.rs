//! Authorization attempts: begun once, spent once.

mod held;

use time::OffsetDateTime;
use uuid::Uuid;

pub use held::{Entry, HeldRecord, Holding, Weighed};

use super::{Hash, SealedBytes, Store, StoreError};
use crate::domain::audit::AuditEvent;
use crate::domain::authorization_attempt::{
    AttemptProblem, AuthorizationAttempt, Purpose, ReturnTo,
};
use crate::domain::id::{AttemptId, ConnectionId, TenantId};
use crate::domain::org_url::OrgOrigin;
use crate::domain::scope::Scope;

/// An attempt that is about to begin.
#[derive(Debug)]
pub struct NewAttempt {
    pub facts: AuthorizationAttempt,
    pub state_hash: Hash,
    pub sealed_verifier: SealedBytes,
    /// What the version of the catalog says that is agreed to by it.
    pub catalog_content: Option<String>,
}

/// An attempt that was just spent by this very call.
#[derive(Debug)]
pub struct ConsumedAttempt {
    pub facts: AuthorizationAttempt,
    pub sealed_verifier: SealedBytes,
}

#[derive(sqlx::FromRow)]
struct AttemptRow {
    id: Uuid,
    tenant_id: Uuid,
    connection_id: Uuid,
    session_family: Uuid,
    purpose: String,
    nonce_hash: Vec<u8>,
    verifier: Vec<u8>,
    redirect_uri: String,
    organization_origin: String,
    client_id: String,
    uses_next_app: bool,
    requested_scopes: Vec<String>,
    returns_to: Option<String>,
    accepts: Option<i32>,
    catalog_version: Option<String>,
    expires_at: OffsetDateTime,
}

impl TryFrom<AttemptRow> for ConsumedAttempt {
    type Error = StoreError;

    fn try_from(row: AttemptRow) -> Result<Self, Self::Error> {
        let bad = |column| StoreError::Inconsistent {
            table: "authorization_attempts",
            column,
            row: row.id,
        };
        let requested = row
            .requested_scopes
            .iter()
            .map(|name| name.parse::<Scope>());
        Ok(Self {
            facts: AuthorizationAttempt {
                id: AttemptId::from_uuid(row.id),
                tenant: TenantId::from_uuid(row.tenant_id),
                connection: ConnectionId::from_uuid(row.connection_id),
                session_family: row.session_family,
                purpose: Purpose::from_code(&row.purpose).ok_or_else(|| bad("purpose"))?,
                nonce_hash: row
                    .nonce_hash
                    .as_slice()
                    .try_into()
                    .map_err(|_| bad("nonce_hash"))?,
                origin: OrgOrigin::from_stored(&row.organization_origin)
                    .ok_or_else(|| bad("organization_origin"))?,
                client_id: row.client_id.parse().map_err(|_| bad("client_id"))?,
                requested: requested
                    .collect::<Result<_, _>>()
                    .map_err(|_| bad("requested_scopes"))?,
                returns_to: row.returns_to.as_deref().and_then(ReturnTo::from_code),
                accepts: row.accepts.and_then(|count| count.try_into().ok()),
                uses_next_app: row.uses_next_app,
                catalog_version: row.catalog_version,
                redirect_uri: row.redirect_uri,
                expires_at: row.expires_at,
            },
            sealed_verifier: SealedBytes(row.verifier),
        })
    }
}

impl Store {
    pub async fn begin_attempt(
        &self,
        attempt: &NewAttempt,
        event: Option<&AuditEvent>,
        at: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let facts = &attempt.facts;
        let mut transaction = self.pool.begin().await?;
        sqlx::query(
            "WITH remembered AS (
                INSERT INTO catalog_versions (version, content, first_seen_at)
                SELECT $18, $19, $14 WHERE $19::text IS NOT NULL ON CONFLICT DO NOTHING
             )
             INSERT INTO authorization_attempts
                (id, tenant_id, connection_id, session_family, purpose, state_hash, nonce_hash, verifier,
                 redirect_uri, organization_origin, client_id, uses_next_app, requested_scopes, created_at, expires_at,
                 returns_to, accepts, catalog_version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
        )
        .bind(facts.id.as_uuid())
        .bind(facts.tenant.as_uuid())
        .bind(facts.connection.as_uuid())
        .bind(facts.session_family)
        .bind(facts.purpose.code())
        .bind(attempt.state_hash.as_slice())
        .bind(facts.nonce_hash.as_slice())
        .bind(&attempt.sealed_verifier.0)
        .bind(&facts.redirect_uri)
        .bind(facts.origin.as_str())
        .bind(facts.client_id.as_str())
        .bind(facts.uses_next_app)
        .bind(facts.requested.to_names())
        .bind(at)
        .bind(facts.expires_at)
        .bind(facts.returns_to.map(ReturnTo::code))
        .bind(facts.accepts.and_then(|count| i32::try_from(count).ok()))
        .bind(&facts.catalog_version)
        .bind(&attempt.catalog_content)
        .execute(&mut *transaction)
        .await?;
        if let Some(event) = event {
            self.record_in(&mut *transaction, event, at).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Spends the attempt with this state: of two callers that race, exactly one gets it. It must be
    /// the connection's own, this browser's own, unspent and in time; otherwise nothing is spent.
    pub async fn consume_attempt(
        &self,
        state_hash: &Hash,
        connection: ConnectionId,
        families: &[Uuid],
        at: OffsetDateTime,
    ) -> Result<Result<ConsumedAttempt, AttemptProblem>, StoreError> {
        let row: Option<AttemptRow> = sqlx::query_as(
            "UPDATE authorization_attempts SET consumed_at = $4
             WHERE state_hash = $1 AND connection_id = $2 AND session_family = ANY ($3)
               AND consumed_at IS NULL AND expires_at > $4
             RETURNING id, tenant_id, connection_id, session_family, purpose, nonce_hash, verifier,
                       redirect_uri, organization_origin, client_id, uses_next_app, requested_scopes, returns_to, accepts,
                       catalog_version, expires_at",
        )
        .bind(state_hash.as_slice())
        .bind(connection.as_uuid())
        .bind(families)
        .bind(at)
        .fetch_optional(&self.pool)
        .await?;
        match row {
            Some(row) => Ok(Ok(row.try_into()?)),
            None => Ok(Err(self
                .why_not_consumed(state_hash, connection, families, at)
                .await?)),
        }
    }

    async fn why_not_consumed(
        &self,
        state_hash: &Hash,
        connection: ConnectionId,
        families: &[Uuid],
        at: OffsetDateTime,
    ) -> Result<AttemptProblem, StoreError> {
        let found: Option<(Uuid, Uuid, bool, OffsetDateTime)> = sqlx::query_as(
            "SELECT connection_id, session_family, consumed_at IS NOT NULL, expires_at
             FROM authorization_attempts WHERE state_hash = $1",
        )
        .bind(state_hash.as_slice())
        .fetch_optional(&self.pool)
        .await?;
        Ok(match found {
            None => AttemptProblem::Unknown,
            Some((owner, ..)) if owner != connection.as_uuid() => AttemptProblem::OtherConnection,
            Some((_, begun_by, ..)) if !families.contains(&begun_by) => {
                AttemptProblem::OtherBrowser
            }
            Some((_, _, true, _)) => AttemptProblem::Used,
            Some((_, _, _, end)) if end <= at => AttemptProblem::Expired,
            // Between the two statements the row changed: somebody else was first.
            Some(_) => AttemptProblem::Used,
        })
    }
}
