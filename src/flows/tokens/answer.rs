//! What follows from Okta's answer to a refresh: new tokens, or one reason why not.

use std::time::Duration as StdDuration;

use backon::{ExponentialBuilder, Retryable};
use secrecy::SecretString;
use serde_json::json;

use super::chance;
use super::step::Ended;
use crate::domain::audit::{Action, Actor, AuditEvent};
use crate::domain::connection::{AttentionReason, ConnectionState};
use crate::domain::failure::{FailureKind, OktaFailure};
use crate::domain::refresh_schedule::{due_ahead_of, pause_after};
use crate::domain::scope::ScopeSet;
use crate::domain::state_change::StateChange;
use crate::flows::keys::{at_connection, live_origin, opened_client};
use crate::flows::revocations::Unkept;
use crate::flows::{FlowError, Shared, states};
use crate::okta::TokenResponse;
use crate::store::{Failed, Lease, Refreshed, SealedBytes, SealedTokens, StoreError, UpkeepRecord};
use crate::vault::Field;

/// A database that is away is waited for, for half an hour at least: what Okta gave cannot be had again.
/// Some tries fail at once, others wait some seconds by themselves.
const PATIENCE: ExponentialBuilder = ExponentialBuilder::new()
    .with_min_delay(StdDuration::from_millis(200))
    .with_max_delay(StdDuration::from_secs(2))
    .with_max_times(900);

/// Stores the new tokens. Nothing uses them before that.
pub(super) async fn store(
    shared: &Shared,
    lease: &Lease,
    found: &UpkeepRecord,
    old: &SecretString,
    response: TokenResponse,
) -> Result<Ended, FlowError> {
    let connection = &found.record.connection;
    let now = shared.clock.now();
    let tokens = seal(shared, found, old, &response)?;
    let change = match connection.state {
        ConnectionState::NeedsAttention(AttentionReason::Failed(kind))
            if is_mended(kind, found, &response) =>
        {
            let recovery = || states::recovery(shared, connection);
            let is_away = |error: &FlowError| matches!(error, FlowError::Store(error) if error.is_unavailable());
            recovery.retry(PATIENCE).when(is_away).await?
        }
        _ => None,
    };
    let refreshed = Refreshed {
        due_at: due_ahead_of(tokens.access_expires_at, now, chance()),
        event: response
            .scopes
            .as_ref()
            .and_then(|scopes| changed(found, scopes)),
        scopes: response.scopes.clone(),
        tokens,
        change,
    };
    let write = || shared.store.store_refreshed(lease, &refreshed, now);
    let stored = write.retry(PATIENCE).when(StoreError::is_unavailable).await;
    match stored {
        Ok(true) => Ok(Ended::Refreshed),
        Ok(false) => overtaken(shared, found, &refreshed, &response).await,
        Err(error) => {
            tracing::error!(tenant = %lease.tenant, error = %error, "refreshed tokens could not be stored");
            Err(error.into())
        }
    }
}

/// Nothing was stored. Either it was before, and only the answer of that got lost; or newer tokens of the
/// same sign-in are there; or the connection was ended, or somebody signed in anew, and what Okta gave just
/// now must not stay alive.
async fn overtaken(
    shared: &Shared,
    found: &UpkeepRecord,
    refreshed: &Refreshed,
    response: &TokenResponse,
) -> Result<Ended, FlowError> {
    let tenant = found.record.connection.tenant;
    let read = || shared.store.find_upkeep(tenant);
    let stands = read
        .retry(PATIENCE)
        .when(StoreError::is_unavailable)
        .await?;
    let is_of_the_same = |stands: &UpkeepRecord| {
        let state = stands.record.connection.state;
        state != ConnectionState::Disconnected && stands.authorization == found.authorization
    };
    match stands {
        Some(stands) if stands.tokens.access_token == refreshed.tokens.access_token => {
            Ok(Ended::Refreshed)
        }
        Some(stands) if is_of_the_same(&stands) => Ok(Ended::Superseded),
        _ => {
            end_unkept(shared, found, response).await?;
            Ok(Ended::Superseded)
        }
    }
}

async fn end_unkept(
    shared: &Shared,
    found: &UpkeepRecord,
    response: &TokenResponse,
) -> Result<(), FlowError> {
    let connection = &found.record.connection;
    let organization = connection.organization.as_ref();
    let origin = organization.ok_or(FlowError::StepTooEarly)?.origin.clone();
    let client = opened_client(shared, &found.record, false)?;
    let owner = (connection.tenant, connection.id);
    Unkept::of(owner, origin, client, response.clone())
        .end(shared)
        .await;
    Ok(())
}

/// Writes down why there are no new tokens. Before a sign-in is called ended, the tokens are read once
/// more: others may have stored newer ones.
pub(super) async fn refused(
    shared: &Shared,
    lease: &Lease,
    found: &UpkeepRecord,
    mut failure: OktaFailure,
    is_sent: bool,
) -> Result<Ended, FlowError> {
    let connection = &found.record.connection;
    let generation = found.tokens.generation;
    if failure.kind.ends_the_sign_in() {
        let again = shared.store.find_upkeep(connection.tenant).await?;
        if again.is_none_or(|again| again.tokens.generation != generation) {
            shared.store.release_lease(lease).await?;
            return Ok(Ended::Superseded);
        }
        if lease.doubted == Some(generation) {
            failure.kind = FailureKind::ReuseDetected;
        }
    }
    let now = shared.clock.now();
    let attempts = found.standing.map_or(0, |standing| standing.attempts);
    let first = shared.flights.patience().first_pause;
    let next_try = || now + pause_after(&failure, attempts, first, chance());
    let failed = Failed {
        tokens: generation,
        kind: Some(failure.kind),
        said: failure.said.clone(),
        is_doubtful: is_sent && failure.may_have_acted(),
        due_at: (!failure.kind.ends_the_sign_in()).then(next_try),
        change: (!failure.kind.is_passing())
            .then(|| StateChange::attention(connection, AttentionReason::Failed(failure.kind)))
            .flatten(),
    };
    let write = || shared.store.fail_refresh(lease, &failed, now);
    let is_ours = write
        .retry(PATIENCE.with_max_times(10))
        .when(StoreError::is_unavailable)
        .await?;
    if !is_ours {
        return Ok(Ended::Superseded);
    }
    tracing::info!(tenant = %lease.tenant, cause = failure.kind.code(), attempts = attempts + 1, "a refresh failed");
    Ok(Ended::Failed(failure))
}

/// Whether what needed attention is over, now that a refresh succeeded. That Okta called an access token
/// dead is for a check to find out; that nothing is granted, for the new token's scopes.
fn is_mended(kind: FailureKind, found: &UpkeepRecord, response: &TokenResponse) -> bool {
    let scopes = response.scopes.as_ref().unwrap_or(&found.scopes);
    match kind {
        FailureKind::AccessTokenDead => false,
        FailureKind::NothingGranted => scopes.iter().any(|scope| scope.access().is_some()),
        _ => true,
    }
}

/// The line for scopes that came or went. Those that carry the sign-in are nobody's permissions.
fn changed(found: &UpkeepRecord, scopes: &ScopeSet) -> Option<AuditEvent> {
    let only_in = |some: &ScopeSet, others: &ScopeSet| -> Vec<String> {
        let is_new = |scope: &&crate::domain::scope::Scope| {
            scope.access().is_some() && !others.contains(scope)
        };
        some.iter()
            .filter(is_new)
            .map(ToString::to_string)
            .collect()
    };
    let (added, removed) = (
        only_in(scopes, &found.scopes),
        only_in(&found.scopes, scopes),
    );
    if added.is_empty() && removed.is_empty() {
        return None;
    }
    let tenant = found.record.connection.tenant;
    let detail = json!({ "found_by": "refresh", "added": added, "removed": removed });
    Some(AuditEvent::new(tenant, Actor::Service, Action::GrantsChanged).with(detail))
}

/// A response without a refresh token keeps the old one (RFC 6749 §6).
fn seal(
    shared: &Shared,
    found: &UpkeepRecord,
    old: &SecretString,
    response: &TokenResponse,
) -> Result<SealedTokens, FlowError> {
    let connection = &found.record.connection;
    let generation = found.tokens.generation + 1;
    let (owner, origin) = ((connection.tenant, connection.id), live_origin(connection)?);
    let seal = |field, secret: &SecretString| {
        let context = at_connection(owner, origin, field, generation);
        let sealed = shared.vault.seal(&context, secret);
        sealed.map(|sealed| SealedBytes(sealed.into_bytes()))
    };
    let refresh = response.refresh_token.as_ref().unwrap_or(old);
    Ok(SealedTokens {
        generation,
        access_token: seal(Field::AccessToken, &response.access_token)?,
        access_expires_at: shared.clock.now() + response.expires_in,
        refresh_token: Some(seal(Field::RefreshToken, refresh)?),
        refresh_expires_at: found.tokens.refresh_expires_at,
    })
}
