//! One step of a made-up tenant's past, as the service would have written it.

use sqlx::PgConnection;
use sqlx::types::Json;
use time::{Duration, OffsetDateTime};

use super::{SampleChange, SampleStep, SampleUpkeep};
use crate::domain::check_run::{CheckOutcome, Trigger};
use crate::domain::connection::{App, ClientId, Organization};
use crate::domain::failure::FailureKind;
use crate::domain::id::{AuthorizationId, CheckId, LinkId, RevocationId, TenantId};
use crate::domain::org_url::OrgOrigin;
use crate::store::links::insert_link;
use crate::store::visits::insert_visit;
use crate::store::{LastFailure, SealedBytes, Store, StoreError};

impl Store {
    pub(super) async fn take_step(
        &self,
        connection: &mut PgConnection,
        tenant: TenantId,
        step: &SampleStep<'_>,
    ) -> Result<(), StoreError> {
        let at = step.at;
        match &step.change {
            SampleChange::Noted => {}
            SampleChange::Authorized(outcome) => {
                self.authorize_in(connection, outcome, at).await?;
            }
            SampleChange::State(change) => {
                self.change_state_in(connection, change, at).await?;
            }
            SampleChange::Found(organization) => found(connection, tenant, organization).await?,
            SampleChange::Confirmed => mark(connection, CONFIRMED, tenant, at).await?,
            SampleChange::App(app, secret, is_checked) => {
                let checked_at = is_checked.then_some(at);
                enter(connection, tenant, (app, secret.as_ref()), checked_at).await?;
            }
            SampleChange::Failed(failure) => failed(connection, tenant, failure).await?,
            SampleChange::Checked(trigger, outcome, authorization) => {
                let check = (*trigger, *outcome, *authorization);
                checked(connection, tenant, check, at).await?;
            }
            SampleChange::Visited(visit) => insert_visit(connection, tenant, visit, at).await?,
            SampleChange::Upkeep(upkeep) => keep_up(connection, tenant, upkeep, at).await?,
            SampleChange::Disconnected(app) => end(connection, tenant, app.as_ref(), at).await?,
            change => take_link_step(connection, tenant, change, at).await?,
        }
        match &step.event {
            Some(event) => self.record_in(connection, event, at).await,
            None => Ok(()),
        }
    }
}

async fn take_link_step(
    connection: &mut PgConnection,
    tenant: TenantId,
    change: &SampleChange<'_>,
    at: OffsetDateTime,
) -> Result<(), StoreError> {
    match change {
        SampleChange::Link(link) => insert_link(&mut *connection, tenant, link, at).await,
        SampleChange::Opened(link) => mark_link(connection, OPENED, *link, at).await,
        SampleChange::PermissionsRead(link) => mark_link(connection, READ, *link, at).await,
        SampleChange::Claimed(link, family) => {
            sqlx::query(CLAIMED)
                .bind(link.as_uuid())
                .bind(at)
                .bind(*family)
                .execute(&mut *connection)
                .await?;
            Ok(())
        }
        _ => Ok(()),
    }
}

async fn failed(
    connection: &mut PgConnection,
    tenant: TenantId,
    failure: &LastFailure,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE connections SET last_failure = $2 WHERE tenant_id = $1")
        .bind(tenant.as_uuid())
        .bind(Json(failure))
        .execute(&mut *connection)
        .await?;
    Ok(())
}

async fn end(
    connection: &mut PgConnection,
    tenant: TenantId,
    app: Option<&(OrgOrigin, ClientId)>,
    at: OffsetDateTime,
) -> Result<(), StoreError> {
    for statement in ENDED {
        let query = sqlx::query(statement).bind(tenant.as_uuid());
        query.execute(&mut *connection).await?;
    }
    mark(connection, SUPERSEDED, tenant, at).await?;
    match app {
        Some(app) => revoked(connection, tenant, app, at).await,
        None => Ok(()),
    }
}

const OPENED: &str =
    "UPDATE onboarding_links SET open_count = open_count + 1, last_opened_at = $2 WHERE id = $1";
const READ: &str = "UPDATE onboarding_links SET permissions_read_at = $2 WHERE id = $1";
const CLAIMED: &str = "UPDATE onboarding_links SET claimed_by = $3, claimed_at = $2 WHERE id = $1";
const CONFIRMED: &str =
    "UPDATE connections SET next_organization_confirmed_at = $2 WHERE tenant_id = $1";

/// What `disconnect` leaves.
const ENDED: [&str; 3] = [
    "DELETE FROM refreshes WHERE tenant_id = $1",
    "UPDATE connections c SET state = 'disconnected', attention_reason = NULL, last_failure = NULL,
            client_secret = NULL, client_key = NULL, next_client_id = NULL, next_client_auth_method = NULL,
            next_client_secret = NULL, next_checked_at = NULL,
            last_generation = (SELECT generation FROM token_sets WHERE connection_id = c.id)
     WHERE tenant_id = $1",
    "DELETE FROM token_sets WHERE tenant_id = $1",
];
const SUPERSEDED: &str = "UPDATE checks SET finished_at = $2, outcome = 'superseded' WHERE tenant_id = $1 AND finished_at IS NULL";

/// A statement about a tenant and a moment.
async fn mark(
    connection: &mut PgConnection,
    statement: &'static str,
    tenant: TenantId,
    at: OffsetDateTime,
) -> Result<(), StoreError> {
    let query = sqlx::query(statement).bind(tenant.as_uuid()).bind(at);
    query.execute(connection).await?;
    Ok(())
}

async fn mark_link(
    connection: &mut PgConnection,
    statement: &'static str,
    link: LinkId,
    at: OffsetDateTime,
) -> Result<(), StoreError> {
    let query = sqlx::query(statement).bind(link.as_uuid()).bind(at);
    query.execute(connection).await?;
    Ok(())
}

async fn found(
    connection: &mut PgConnection,
    tenant: TenantId,
    organization: &Organization,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE connections SET next_organization_origin = $2, next_organization_id = $3, next_organization_edition = $4
         WHERE tenant_id = $1",
    )
    .bind(tenant.as_uuid())
    .bind(organization.origin.as_str())
    .bind(organization.id.as_str())
    .bind(organization.edition.pipeline())
    .execute(connection)
    .await?;
    Ok(())
}

async fn enter(
    connection: &mut PgConnection,
    tenant: TenantId,
    (app, secret): (&App, Option<&SealedBytes>),
    checked_at: Option<OffsetDateTime>,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE connections SET next_client_id = $2, next_client_auth_method = $3, next_client_secret = $4,
                next_checked_at = $5
         WHERE tenant_id = $1",
    )
    .bind(tenant.as_uuid())
    .bind(app.client_id.as_str())
    .bind(app.auth_method.name())
    .bind(secret.map(|sealed| &sealed.0))
    .bind(checked_at)
    .execute(connection)
    .await?;
    Ok(())
}

async fn checked(
    connection: &mut PgConnection,
    tenant: TenantId,
    (trigger, outcome, authorization): (Trigger, CheckOutcome, AuthorizationId),
    at: OffsetDateTime,
) -> Result<(), StoreError> {
    let (outcome, failure) = outcome.to_columns();
    sqlx::query(
        "INSERT INTO checks (id, tenant_id, authorization_id, trigger, created_at, due_at, started_at, finished_at,
                             outcome, failure)
         VALUES ($1, $2, $3, $4, $5, $5, $5, $6, $7, $8)",
    )
    .bind(CheckId::new().as_uuid())
    .bind(tenant.as_uuid())
    .bind(authorization.as_uuid())
    .bind(trigger.code())
    .bind(at - Duration::seconds(4))
    .bind(at)
    .bind(outcome)
    .bind(failure)
    .execute(connection)
    .await?;
    Ok(())
}

/// A sign-in that only a new one follows has nothing to be told of any more.
async fn keep_up(
    connection: &mut PgConnection,
    tenant: TenantId,
    upkeep: &SampleUpkeep,
    at: OffsetDateTime,
) -> Result<(), StoreError> {
    sqlx::query(
        "WITH stored AS (UPDATE token_sets SET stored_at = $6 WHERE tenant_id = $1)
         UPDATE refreshes SET due_at = $2, attempts = $3, failure = $4, failing_since = $5,
                notice_at = CASE WHEN $2::timestamptz IS NULL THEN NULL
                                 WHEN notice_at < $7 THEN notice_at + interval '14 days' ELSE notice_at END
         WHERE tenant_id = $1",
    )
    .bind(tenant.as_uuid())
    .bind(upkeep.due_at)
    .bind(upkeep.attempts)
    .bind(upkeep.failing.map(|(kind, _): (FailureKind, _)| kind.code()))
    .bind(upkeep.failing.map(|(_, since)| since))
    .bind(upkeep.stored_at)
    .bind(at)
    .execute(connection)
    .await?;
    Ok(())
}

async fn revoked(
    connection: &mut PgConnection,
    tenant: TenantId,
    (origin, client): &(OrgOrigin, ClientId),
    at: OffsetDateTime,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO revocations (id, tenant_id, connection_id, reason, organization_origin, client_id, client_auth_method,
                                  token_kind, created_at, expires_at, due_at, tries, last_tried_at, ended_at, outcome)
         SELECT $1, tenant_id, id, 'disconnected', $3, $4, client_auth_method,
                'refresh_token', $5, $5, $5, 1, $5, $5, 'revoked' FROM connections WHERE tenant_id = $2",
    )
    .bind(RevocationId::new().as_uuid())
    .bind(tenant.as_uuid())
    .bind(origin.as_str())
    .bind(client.as_str())
    .bind(at)
    .execute(connection)
    .await?;
    Ok(())
}
