//! What Okta granted: authorizations, token sets, and the one transaction that stores an outcome.

mod ground;
mod outcome;

use sqlx::PgConnection;
use sqlx::types::Json;
use time::OffsetDateTime;
use uuid::Uuid;

pub(super) use self::ground::stand;
pub use self::ground::{Ground, Holder, Prepared};
pub(super) use self::outcome::{Signed, upsert_person};
use self::outcome::{insert_authorization, replace_tokens, update_connection};
use super::connections::{ConnectionRow, select_connection};
use super::order::lock_connection;
use super::refreshes::{Standing, StandingRow};
use super::sessions::{insert_session, is_super};
use super::{ConnectionRecord, NewSession, Revoked, SealedBytes, Store, StoreError, Visit};
use crate::domain::audit::AuditEvent;
use crate::domain::connection::{ConnectionState, Organization};
use crate::domain::id::{AuthorizationId, ConnectionId, LinkId, PersonId, SessionId, TenantId};
use crate::domain::identity::{Identity, RoleFinding};
use crate::domain::overtaken::Overtaken;
use crate::domain::scope::{Scope, ScopeSet};
use crate::domain::token_set::ScopesSource;

/// The tokens as they are stored.
#[derive(Debug)]
pub struct SealedTokens {
    pub generation: i64,
    pub access_token: SealedBytes,
    pub access_expires_at: OffsetDateTime,
    pub refresh_token: Option<SealedBytes>,
    pub refresh_expires_at: Option<OffsetDateTime>,
}

/// Everything that one granted authorization changes.
#[derive(Debug)]
pub struct Authorized<'a> {
    pub id: AuthorizationId,
    pub tenant: TenantId,
    pub connection: ConnectionId,
    pub organization: &'a Organization,
    pub state: ConnectionState,
    /// What has to stand when it is stored; `None` for a past that is made up.
    pub ground: Option<Ground<'a>>,
    /// The token that this takes the place of, for Okta to end.
    pub replaced: Option<Revoked>,
    /// Signed in with the app that an onboarding entered, which becomes the live one.
    pub uses_next_app: bool,
    /// Which of the apps that were entered it is.
    pub next_generation: i64,
    pub person: PersonId,
    pub identity: &'a Identity,
    /// The link that has done its work; `None` when an administrator authorized again.
    pub link: Option<LinkId>,
    /// Whether the person becomes an administrator by that link.
    pub lets_in: bool,
    pub catalog_version: &'a str,
    /// What that version said.
    pub catalog_content: &'a str,
    pub requested: &'a ScopeSet,
    pub granted: &'a ScopeSet,
    pub scopes_source: ScopesSource,
    pub role: &'a RoleFinding,
    pub tokens: SealedTokens,
    /// The session that takes the place of the one that began.
    pub session: Option<(NewSession, SessionId)>,
    pub event: AuditEvent,
}

/// The latest authorization of a tenant and all that its page tells.
#[derive(Debug, Clone)]
pub struct GrantRecord {
    pub tenant_name: String,
    pub record: ConnectionRecord,
    pub authorization: Option<AuthorizationFacts>,
    /// The latest looks by the vendor's support.
    pub visits: Vec<Visit>,
    pub tokens: Option<TokenFacts>,
}

/// What is to be told of the live tokens.
#[derive(Debug, Clone, Copy)]
pub struct TokenFacts {
    pub access_expires_at: OffsetDateTime,
    pub standing: Option<Standing>,
}

/// The facts of one authorization.
#[derive(Debug, Clone)]
pub struct AuthorizationFacts {
    pub id: AuthorizationId,
    pub person: PersonId,
    pub person_name: String,
    pub person_email: String,
    pub catalog_version: String,
    pub requested: ScopeSet,
    pub granted: ScopeSet,
    pub scopes_source: ScopesSource,
    pub super_administrator: Option<bool>,
    pub at: OffsetDateTime,
    pub refresh_expires_at: Option<OffsetDateTime>,
}

#[derive(sqlx::FromRow)]
struct GrantRow {
    #[sqlx(flatten)]
    connection: ConnectionRow,
    #[sqlx(flatten)]
    facts: FactsRow,
    access_expires_at: Option<OffsetDateTime>,
    #[sqlx(flatten)]
    standing: StandingRow,
}

#[derive(sqlx::FromRow)]
struct FactsRow {
    tenant_name: String,
    authorization_id: Option<Uuid>,
    person_id: Option<Uuid>,
    person_name: Option<String>,
    person_email: Option<String>,
    catalog_version: Option<String>,
    requested_scopes: Option<Vec<String>>,
    granted_scopes: Option<Vec<String>>,
    scopes_source: Option<String>,
    super_administrator: Option<String>,
    at: Option<OffsetDateTime>,
    refresh_expires_at: Option<OffsetDateTime>,
    visits: Option<Json<Vec<Visit>>>,
}

impl Store {
    /// Stores the outcome of an authorization, all or nothing, if what it rests on stands still.
    pub async fn authorize(
        &self,
        outcome: &Authorized<'_>,
        at: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin().await?;
        let is_new = if let Some(ground) = &outcome.ground {
            ground::stand(&mut transaction, outcome.id, ground, at).await?
        } else {
            lock_connection(&mut *transaction, outcome.tenant).await?;
            true
        };
        if is_new && self.authorize_in(&mut transaction, outcome, at).await? {
            transaction.commit().await?;
        }
        Ok(())
    }

    /// Whether the outcome with this id was stored, once whoever may be storing it is done.
    pub async fn is_authorized(
        &self,
        tenant: TenantId,
        id: AuthorizationId,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.pool.begin().await?;
        lock_connection(&mut *transaction, tenant).await?;
        let is_stored = sqlx::query_scalar(
            "SELECT EXISTS (SELECT FROM authorizations WHERE tenant_id = $1 AND id = $2)",
        )
        .bind(tenant.as_uuid())
        .bind(id.as_uuid())
        .fetch_one(&mut *transaction)
        .await?;
        Ok(is_stored)
    }

    /// `false` when a try before this one was committed although its answer got lost.
    pub(super) async fn authorize_in(
        &self,
        connection: &mut PgConnection,
        outcome: &Authorized<'_>,
        at: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let signed = Signed {
            tenant: outcome.tenant,
            person: outcome.person,
            identity: outcome.identity,
            let_in_by: outcome.link.filter(|_| outcome.lets_in),
            role: outcome.role,
        };
        let has_access = upsert_person(connection, &signed, at).await?;
        // Access was taken back while the person was at Okta.
        if outcome.session.is_some() && !has_access {
            return Err(StoreError::Overtaken(Overtaken::Person));
        }
        if !insert_authorization(connection, outcome, at).await? {
            return Ok(false);
        }
        replace_tokens(connection, outcome, at).await?;
        update_connection(connection, outcome, at).await?;
        if let Some(replaced) = &outcome.replaced {
            let owner = (outcome.tenant, outcome.connection);
            self.keep_revocation(connection, owner, replaced, None, at)
                .await?;
        }
        if let Some((session, replaces)) = &outcome.session {
            insert_session(&mut *connection, session, Some(*replaces), at).await?;
        }
        self.record_in(connection, &outcome.event, at).await?;
        Ok(true)
    }

    /// The tenant's connection with its latest authorization, in one query.
    pub async fn find_grants(&self, tenant: TenantId) -> Result<Option<GrantRecord>, StoreError> {
        let row: Option<GrantRow> = sqlx::query_as(select_connection!(
            ", t.name AS tenant_name, a.id AS authorization_id, a.person_id, p.name AS person_name, p.email AS person_email,
               a.catalog_version, a.requested_scopes,
               coalesce(s.scopes, a.granted_scopes) AS granted_scopes,
               CASE WHEN s.scopes IS NULL THEN a.scopes_source ELSE 'token_response' END AS scopes_source,
               a.super_administrator, a.at, s.refresh_expires_at, s.access_expires_at, v.visits,
               r.connection_id IS NOT NULL AS refreshing, r.due_at, r.attempts, r.failure, r.failing_since
             FROM tenants t JOIN connections c ON c.tenant_id = t.id
             LEFT JOIN LATERAL (SELECT * FROM authorizations WHERE tenant_id = t.id ORDER BY at DESC LIMIT 1) a ON true
             LEFT JOIN people p ON p.id = a.person_id
             LEFT JOIN token_sets s ON s.connection_id = c.id
             LEFT JOIN refreshes r ON r.connection_id = c.id
             LEFT JOIN LATERAL (
                SELECT json_agg(json_build_object('staff_name', staff.name, 'reason', looked.reason,
                                'at', looked.at) ORDER BY looked.at DESC) AS visits
                FROM (SELECT * FROM support_visits WHERE tenant_id = t.id ORDER BY at DESC LIMIT 5) looked
                JOIN staff ON staff.id = looked.staff_id
             ) v ON true
             WHERE t.id = $1"
        ))
        .bind(tenant.as_uuid())
        .fetch_optional(&self.pool)
        .await?;
        let Some(GrantRow {
            connection,
            facts: mut row,
            access_expires_at,
            standing,
        }) = row
        else {
            return Ok(None);
        };
        Ok(Some(GrantRecord {
            tenant_name: row.tenant_name.clone(),
            record: connection.try_into()?,
            visits: row.visits.take().map(|json| json.0).unwrap_or_default(),
            authorization: facts(row)?,
            tokens: access_expires_at.map(|access_expires_at| TokenFacts {
                access_expires_at,
                standing: standing.into(),
            }),
        }))
    }
}

fn facts(row: FactsRow) -> Result<Option<AuthorizationFacts>, StoreError> {
    let Some(id) = row.authorization_id else {
        return Ok(None);
    };
    let bad = |column| StoreError::Inconsistent {
        table: "authorizations",
        column,
        row: id,
    };
    let scopes = |names: Option<Vec<String>>| -> Option<ScopeSet> {
        names?
            .iter()
            .map(|name| name.parse::<Scope>().ok())
            .collect()
    };
    Ok(Some(AuthorizationFacts {
        id: AuthorizationId::from_uuid(id),
        person: PersonId::from_uuid(row.person_id.ok_or_else(|| bad("person_id"))?),
        person_name: row.person_name.ok_or_else(|| bad("person_id"))?,
        person_email: row.person_email.ok_or_else(|| bad("person_id"))?,
        catalog_version: row.catalog_version.ok_or_else(|| bad("catalog_version"))?,
        requested: scopes(row.requested_scopes).ok_or_else(|| bad("requested_scopes"))?,
        granted: scopes(row.granted_scopes).ok_or_else(|| bad("granted_scopes"))?,
        scopes_source: row
            .scopes_source
            .as_deref()
            .and_then(ScopesSource::from_code)
            .ok_or_else(|| bad("scopes_source"))?,
        super_administrator: is_super(row.super_administrator.as_deref()),
        at: row.at.ok_or_else(|| bad("at"))?,
        refresh_expires_at: row.refresh_expires_at,
    }))
}
