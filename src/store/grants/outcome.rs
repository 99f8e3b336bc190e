//! The statements of one stored outcome, in one transaction of the caller's.

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::Authorized;
use crate::domain::id::{CheckId, LinkId, PersonId, TenantId};
use crate::domain::identity::{Identity, RoleFinding};
use crate::domain::overtaken::Overtaken;
use crate::domain::refresh_schedule::{NOTICE, chance_of, due_ahead_of};
use crate::store::organizations::{contradicted, contradicts, is_believed};
use crate::store::{StoreError, expect_one};

/// Somebody who signed in, and what that says of them.
pub(in crate::store) struct Signed<'a> {
    pub tenant: TenantId,
    pub person: PersonId,
    pub identity: &'a Identity,
    /// The link that lets the person in.
    pub let_in_by: Option<LinkId>,
    pub role: &'a RoleFinding,
}

/// Keeps who signed in, with the role where Okta told it; whether the person has access.
pub(in crate::store) async fn upsert_person(
    connection: &mut PgConnection,
    signed: &Signed<'_>,
    at: OffsetDateTime,
) -> Result<bool, StoreError> {
    let let_in_at = signed.let_in_by.map(|_| at);
    let (role, evidence) = signed.role.to_columns();
    let (id, has_access): (Uuid, bool) = sqlx::query_as(
        "INSERT INTO people (id, tenant_id, issuer, okta_user_id, name, email, let_in_at, let_in_by, last_signed_in_at,
                             super_administrator, role_evidence, role_verified_at)
         VALUES ($1, $2, $11, $3, $4, $5, $6, $7, $8, $9, $10, CASE WHEN $9 <> 'unknown' THEN $8 END)
         ON CONFLICT (tenant_id, issuer, okta_user_id) DO UPDATE SET
            name = excluded.name, email = excluded.email, last_signed_in_at = excluded.last_signed_in_at,
            let_in_by = CASE WHEN people.let_in_at IS NULL THEN excluded.let_in_by ELSE people.let_in_by END,
            let_in_at = coalesce(people.let_in_at, excluded.let_in_at),
            super_administrator = CASE WHEN excluded.role_verified_at IS NULL THEN people.super_administrator ELSE excluded.super_administrator END,
            role_evidence = CASE WHEN excluded.role_verified_at IS NULL THEN people.role_evidence ELSE excluded.role_evidence END,
            role_verified_at = coalesce(excluded.role_verified_at, people.role_verified_at)
         RETURNING id, let_in_at IS NOT NULL",
    )
    .bind(signed.person.as_uuid())
    .bind(signed.tenant.as_uuid())
    .bind(&signed.identity.subject)
    .bind(&signed.identity.name)
    .bind(&signed.identity.email)
    .bind(let_in_at)
    .bind(signed.let_in_by.map(|link| link.as_uuid()))
    .bind(at)
    .bind(role)
    .bind(evidence)
    .bind(signed.identity.issuer.as_str())
    .fetch_one(connection)
    .await?;
    // The person came to be known under another id since this was prepared.
    if id == signed.person.as_uuid() {
        Ok(has_access)
    } else {
        Err(StoreError::Raced)
    }
}

/// Keeps what the catalog said with it; `false` when it is there already.
pub(super) async fn insert_authorization(
    connection: &mut PgConnection,
    outcome: &Authorized<'_>,
    at: OffsetDateTime,
) -> Result<bool, StoreError> {
    let (role, evidence) = outcome.role.to_columns();
    let inserted = sqlx::query(
        "WITH remembered AS (
            INSERT INTO catalog_versions (version, content, first_seen_at) VALUES ($5, $12, $11) ON CONFLICT DO NOTHING
         )
         INSERT INTO authorizations (id, tenant_id, connection_id, person_id, catalog_version, requested_scopes,
                                     granted_scopes, scopes_source, super_administrator, role_evidence, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (id) DO NOTHING",
    )
    .bind(outcome.id.as_uuid())
    .bind(outcome.tenant.as_uuid())
    .bind(outcome.connection.as_uuid())
    .bind(outcome.person.as_uuid())
    .bind(outcome.catalog_version)
    .bind(outcome.requested.to_names())
    .bind(outcome.granted.to_names())
    .bind(outcome.scopes_source.code())
    .bind(role)
    .bind(evidence)
    .bind(at)
    .bind(outcome.catalog_content)
    .execute(connection)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// Replaces the token set only where its generation is still the one that the new one follows.
///
/// The new tokens are due ahead of their end, and somebody is told ahead of the sign-in's. Whatever was
/// known of refreshing those before them counts no more, and whoever is at it may store nothing. That
/// row comes first, as everywhere.
pub(super) async fn replace_tokens(
    connection: &mut PgConnection,
    outcome: &Authorized<'_>,
    at: OffsetDateTime,
) -> Result<(), StoreError> {
    let tokens = &outcome.tokens;
    let chance = chance_of(outcome.id.as_uuid());
    let due_at = due_ahead_of(tokens.access_expires_at, at, chance);
    let due_at = tokens.refresh_token.as_ref().map(|_| due_at);
    let stored = sqlx::query(
        "WITH upkeep AS (
            INSERT INTO refreshes (connection_id, tenant_id, due_at, notice_at) VALUES ($1, $2, $10, $11)
            ON CONFLICT (connection_id) DO UPDATE SET
                due_at = excluded.due_at, notice_at = excluded.notice_at, attempts = 0, failure = NULL,
                failing_since = NULL, lease_owner = NULL, lease_ends_at = NULL, heartbeat_at = NULL,
                lease_generation = refreshes.lease_generation + 1, spending = NULL, spent_by = NULL,
                spent_under = refreshes.lease_generation + 1
            RETURNING connection_id, tenant_id
         )
         INSERT INTO token_sets (connection_id, tenant_id, authorization_id, generation, access_token,
                                 access_expires_at, refresh_token, refresh_expires_at, stored_at)
         SELECT connection_id, tenant_id, $3, $4, $5, $6, $7, $8, $9 FROM upkeep
         ON CONFLICT (connection_id) DO UPDATE SET
            authorization_id = excluded.authorization_id, generation = excluded.generation,
            access_token = excluded.access_token, access_expires_at = excluded.access_expires_at,
            refresh_token = excluded.refresh_token, refresh_expires_at = excluded.refresh_expires_at,
            scopes = NULL, ineffective = NULL, stored_at = excluded.stored_at
         WHERE token_sets.generation = excluded.generation - 1",
    )
    .bind(outcome.connection.as_uuid())
    .bind(outcome.tenant.as_uuid())
    .bind(outcome.id.as_uuid())
    .bind(tokens.generation)
    .bind(&tokens.access_token.0)
    .bind(tokens.access_expires_at)
    .bind(tokens.refresh_token.as_ref().map(|sealed| &sealed.0))
    .bind(tokens.refresh_expires_at)
    .bind(at)
    .bind(due_at)
    .bind(tokens.refresh_expires_at.map(|end| end - NOTICE))
    .execute(connection)
    .await?;
    expect_one(&stored, "token_sets").map_err(|_| StoreError::Raced)
}

/// The connection's state, the organization and app that it now lives by, the tenant's organization for
/// good, the link's end, and a check that is due at once in the place of an open one, all in one
/// statement. The organization's address and id are kept for all tenants, a believed id in the place of one
/// that some server calls itself. What was entered becomes live only if it is what was signed in with, and another
/// organization never takes a live one's place.
#[expect(clippy::too_many_lines, reason = "one statement with what it is given")]
pub(super) async fn update_connection(
    connection: &mut PgConnection,
    outcome: &Authorized<'_>,
    at: OffsetDateTime,
) -> Result<(), StoreError> {
    let (state, reason) = outcome.state.to_columns();
    let updated = sqlx::query(
        "WITH gone AS (
            DELETE FROM organizations WHERE organization_id = $3 AND origin <> $10 AND $13 AND NOT believed RETURNING 1
         ), kept AS (
            INSERT INTO organizations AS known (origin, organization_id, believed, connected_at)
            SELECT $10, $3, $13, $7 FROM (SELECT count(*) FROM gone) AS all_gone
            ON CONFLICT (origin) DO UPDATE SET connected_at = known.connected_at
            RETURNING organization_id = $3 AS agrees
         ), pinned AS (
            UPDATE tenants SET organization_id = $3 WHERE id = $1 AND organization_id IS NULL
         ), finished AS (
            UPDATE onboarding_links SET completed_at = coalesce(completed_at, $7) WHERE tenant_id = $1 AND id = $6
         ), ended AS (
            UPDATE checks SET finished_at = $7, outcome = 'superseded', claimed_by = NULL, claim_ends_at = NULL
            WHERE tenant_id = $1 AND finished_at IS NULL RETURNING id
         ), following AS (
            INSERT INTO checks (id, tenant_id, trigger, created_at, due_at)
            SELECT $9, $1, 'connected', $7, $7 FROM (SELECT count(*) FROM ended) AS all_ended
            ON CONFLICT (tenant_id) WHERE finished_at IS NULL DO UPDATE
            SET trigger = excluded.trigger, due_at = excluded.due_at, authorization_id = NULL, started_at = NULL,
                claimed_by = NULL, claim_ends_at = NULL
         )
         UPDATE connections SET state = $4, attention_reason = $5, last_failure = NULL,
                connected_at = coalesce(connected_at, $7),
                client_id = CASE WHEN $8 THEN next_client_id ELSE client_id END,
                client_auth_method = CASE WHEN $8 THEN next_client_auth_method ELSE client_auth_method END,
                client_secret = CASE WHEN $8 THEN next_client_secret ELSE client_secret END,
                client_secret_generation = CASE WHEN $8 THEN next_generation ELSE client_secret_generation END,
                organization_origin = $10, organization_id = $3, organization_edition = $11,
                organization_confirmed_at = coalesce(next_organization_confirmed_at, organization_confirmed_at)
         WHERE tenant_id = $1 AND id = $2
           AND (NOT $8 OR next_generation = $12
                AND coalesce(next_organization_origin, organization_origin) = $10
                AND coalesce(next_organization_id, organization_id) = $3)
           AND (SELECT agrees FROM kept)
           AND CASE WHEN connected_at IS NULL THEN $8
                    ELSE organization_origin = $10 AND organization_id = $3 END",
    )
    .bind(outcome.tenant.as_uuid())
    .bind(outcome.connection.as_uuid())
    .bind(outcome.organization.id.as_str())
    .bind(state)
    .bind(reason)
    .bind(outcome.link.map(|link| link.as_uuid()))
    .bind(at)
    .bind(outcome.uses_next_app)
    .bind(CheckId::new().as_uuid())
    .bind(outcome.organization.origin.as_str())
    .bind(outcome.organization.edition.pipeline())
    .bind(outcome.next_generation)
    .bind(is_believed(outcome.organization))
    .execute(&mut *connection)
    .await
    .map_err(contradicted)?;
    if expect_one(&updated, "connections").is_ok() {
        return Ok(());
    }
    if contradicts(connection, outcome.organization).await? {
        return Err(StoreError::Contradicted);
    }
    Err(StoreError::Overtaken(Overtaken::Settings))
}
