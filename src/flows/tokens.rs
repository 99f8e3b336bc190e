//! A token that Okta accepts now: the stored one, or a refreshed one in its place.

use secrecy::SecretString;
use time::Duration;

use super::keys::{at_connection, opened_client};
use super::{FlowError, Shared};
use crate::domain::failure::{FailureKind, OktaFailure};
use crate::domain::id::AuthorizationId;
use crate::okta::{TokenHint, TokenResponse};
use crate::store::{ConnectionRecord, SealedBytes, SealedTokens, TokenRecord};
use crate::vault::{Field, Sealed};

/// A token that ends sooner than this is not begun with.
const MARGIN: Duration = Duration::minutes(5);

/// A token to ask Okta with.
#[derive(Debug)]
pub(super) struct LiveToken {
    pub access_token: SecretString,
    pub authorization: AuthorizationId,
}

/// Opens the tenant's access token, refreshed first when it is about to end or `anew` is asked for.
pub(super) async fn live_token(
    shared: &Shared,
    record: &ConnectionRecord,
    anew: bool,
) -> Result<LiveToken, FlowError> {
    let tenant = record.connection.tenant;
    let stored = shared
        .store
        .find_tokens(tenant)
        .await?
        .ok_or(FlowError::NotFound)?;
    let ends_soon = stored.tokens.access_expires_at <= shared.clock.now() + MARGIN;
    if !anew && !ends_soon {
        return open_access(shared, record, &stored);
    }
    refresh(shared, record, &stored).await?;
    let refreshed = shared
        .store
        .find_tokens(tenant)
        .await?
        .ok_or(FlowError::NotFound)?;
    open_access(shared, record, &refreshed)
}

fn open_access(
    shared: &Shared,
    record: &ConnectionRecord,
    stored: &TokenRecord,
) -> Result<LiveToken, FlowError> {
    let access_token = open(
        shared,
        record,
        Field::AccessToken,
        &stored.tokens.access_token,
        stored.tokens.generation,
    )?;
    Ok(LiveToken {
        access_token,
        authorization: stored.authorization,
    })
}

/// Spends the refresh token in a task of its own: once Okta has answered, the answer is stored,
/// whoever has stopped waiting for it.
async fn refresh(
    shared: &Shared,
    record: &ConnectionRecord,
    stored: &TokenRecord,
) -> Result<(), FlowError> {
    let generation = stored.tokens.generation;
    let Some(sealed) = &stored.tokens.refresh_token else {
        return Err(OktaFailure::new(FailureKind::RefreshTokenDead).into());
    };
    let old = open(shared, record, Field::RefreshToken, sealed, generation)?;
    let (shared, record) = (shared.clone(), record.clone());
    let tasks = shared.tasks.clone();
    let work = async move { spend(&shared, &record, old, generation).await };
    tasks.spawn(work).await.unwrap_or(Err(FlowError::CutShort))
}

async fn spend(
    shared: &Shared,
    record: &ConnectionRecord,
    old: SecretString,
    generation: i64,
) -> Result<(), FlowError> {
    let organization = record
        .connection
        .organization
        .as_ref()
        .ok_or(FlowError::StepTooEarly)?;
    let opened = opened_client(shared, record, false)?;
    let metadata = shared.okta.metadata(&organization.origin).await?;
    let client = opened.client()?;
    let response = shared.okta.refresh(&metadata, &client, &old).await?;
    let tokens = seal(shared, record, &response, &old, generation + 1)?;
    let (tenant, now) = (record.connection.tenant, shared.clock.now());
    // That others were faster is fine: theirs stand, and are read next.
    let stands = shared.store.replace_tokens(tenant, &tokens, now).await?;
    if !stands && shared.store.find_tokens(tenant).await?.is_none() {
        // The connection was ended meanwhile, and nobody will use what Okta just gave.
        let newest = response.refresh_token.as_ref().unwrap_or(&old);
        let hint = TokenHint::RefreshToken;
        shared.okta.revoke(&metadata, &client, newest, hint).await?;
    }
    Ok(())
}

/// A response without a refresh token keeps the old one (RFC 6749 §6).
fn seal(
    shared: &Shared,
    record: &ConnectionRecord,
    response: &TokenResponse,
    old: &SecretString,
    generation: i64,
) -> Result<SealedTokens, FlowError> {
    let connection = &record.connection;
    let seal = |field, secret: &SecretString| {
        let context = at_connection(connection.tenant, connection.id, field, generation);
        shared
            .vault
            .seal(&context, secret)
            .map(|sealed| SealedBytes(sealed.into_bytes()))
    };
    Ok(SealedTokens {
        generation,
        access_token: seal(Field::AccessToken, &response.access_token)?,
        access_expires_at: shared.clock.now() + response.expires_in,
        refresh_token: Some(seal(
            Field::RefreshToken,
            response.refresh_token.as_ref().unwrap_or(old),
        )?),
        refresh_expires_at: None,
    })
}

fn open(
    shared: &Shared,
    record: &ConnectionRecord,
    field: Field,
    sealed: &SealedBytes,
    generation: i64,
) -> Result<SecretString, FlowError> {
    let context = at_connection(
        record.connection.tenant,
        record.connection.id,
        field,
        generation,
    );
    Ok(shared
        .vault
        .open(&context, &Sealed::from_bytes(sealed.0.clone()))?)
}
