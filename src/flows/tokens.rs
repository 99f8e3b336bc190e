//! A token that Okta accepts now: the stored one, or a refreshed one in its place.
//!
//! Refreshes happen once, whoever asks and however many: in this process those who wait for the same
//! tenant are one ([`Flights`]), and among processes the lease decides who goes to Okta. The others
//! read what the winner stored.

mod answer;
mod flights;
mod step;

use std::sync::Arc;
use std::time::Duration as StdDuration;

use secrecy::SecretString;
use time::{Duration, OffsetDateTime};
use tokio::time::{Instant, sleep};

pub use flights::{Flights, Patience};

pub(super) use step::{Ended, run as run_step};

use super::keys::{at_connection, live_origin};
use super::{FlowError, Shared};
use crate::domain::failure::{FailureKind, OktaFailure};
use crate::domain::id::{AuthorizationId, TenantId};
use crate::domain::refresh_schedule::chance_of;
use crate::domain::scope::ScopeSet;
use crate::okta::OrgToken;
use crate::store::{ConnectionRecord, SealedBytes, UpkeepRecord};
use crate::vault::{Field, Sealed};

/// A token that ends sooner than this is not begun with.
pub(super) const MARGIN: Duration = Duration::minutes(5);
/// While it cannot be renewed, a token is used until so shortly before its end.
const LAST_USE: Duration = Duration::seconds(30);
/// How often one who waits for another process looks whether it is done.
const LOOK_AGAIN: StdDuration = StdDuration::from_millis(150);

/// A token to ask Okta with. `Debug` shows no secret.
#[derive(Debug, Clone)]
pub struct LiveToken {
    pub access_token: OrgToken,
    pub expires_at: OffsetDateTime,
    pub authorization: AuthorizationId,
    /// What Okta granted, as the sign-in or the latest refresh named it.
    pub scopes: ScopeSet,
    /// Grows with each refresh and each sign-in.
    pub generation: i64,
}

/// Opens the tenant's access token, refreshed first when it is about to end or `anew` is asked for.
pub(super) async fn live_token(
    shared: &Shared,
    record: &ConnectionRecord,
    anew: bool,
) -> Result<LiveToken, FlowError> {
    let tenant = record.connection.tenant;
    let found = find(shared, tenant).await?;
    let ends_soon = found.tokens.access_expires_at <= shared.clock.now() + MARGIN;
    if !anew && !ends_soon {
        return open_access(shared, &found);
    }
    let renewed = newer_token(shared, tenant, found.tokens.generation).await;
    match renewed {
        // Better than nothing, while it lasts.
        Err(FlowError::Okta(_) | FlowError::Busy)
            if !anew && found.tokens.access_expires_at > shared.clock.now() + LAST_USE =>
        {
            // Read again: meanwhile the connection may have been ended.
            open_access(shared, &find(shared, tenant).await?)
        }
        renewed => renewed,
    }
}

/// A token of a later generation than this one, refreshed unless somebody else did so already. Waits
/// for whoever is at it, for as long as the process is patient.
pub(super) async fn newer_token(
    shared: &Shared,
    tenant: TenantId,
    than: i64,
) -> Result<LiveToken, FlowError> {
    let until = Instant::now() + shared.flights.patience().waiting;
    loop {
        let flight = shared.flights.join(shared, tenant, than);
        let landed = tokio::time::timeout_at(until, flight.landed()).await;
        match landed.unwrap_or_else(|_| Err(Arc::new(FlowError::Busy))) {
            Ok(token) if token.generation > than => return Ok(token),
            // That flight began before the tokens that this caller saw.
            Ok(_) => {}
            Err(error) => return Err(as_others(error)),
        }
    }
}

/// What one of those who waited together gets of an error that they share.
fn as_others(error: Arc<FlowError>) -> FlowError {
    match &*error {
        FlowError::Okta(failure) => FlowError::Okta(failure.clone()),
        FlowError::Busy => FlowError::Busy,
        FlowError::NotFound => FlowError::NotFound,
        FlowError::CutShort => FlowError::CutShort,
        _ => FlowError::AsOthers(error),
    }
}

/// The work of a flight: claims, or waits for whoever has, until there is a newer token.
async fn renew(shared: &Shared, tenant: TenantId, than: i64) -> Result<LiveToken, FlowError> {
    let patience = shared.flights.patience();
    let until = Instant::now() + patience.waiting;
    loop {
        let found = find(shared, tenant).await?;
        if found.tokens.generation > than {
            return open_access(shared, &found);
        }
        let now = shared.clock.now();
        let owner = shared.flights.owner();
        let claimed = shared
            .store
            .claim_refresh(tenant, owner, patience.lease, now);
        if let Some(lease) = claimed.await? {
            match step::run(shared, lease, Some(than)).await? {
                Ended::Refreshed => continue,
                Ended::Failed(failure) => return Err(failure.into()),
                Ended::Superseded => {}
            }
        } else if found.standing.is_none() && found.tokens.refresh_token.is_some() {
            shared.store.ensure_upkeep(&found, now).await?;
            continue;
        } else if let Some(failure) = refusal(&found, now) {
            return Err(failure.into());
        }
        if Instant::now() >= until {
            return Err(FlowError::Busy);
        }
        let [.., random] = uuid::Uuid::new_v4().into_bytes();
        sleep(LOOK_AGAIN + StdDuration::from_millis(u64::from(random))).await;
    }
}

/// Why nobody goes to Okta now: it was refused for good, or the next try is not due.
fn refusal(found: &UpkeepRecord, now: OffsetDateTime) -> Option<OktaFailure> {
    let Some(standing) = found.standing else {
        return Some(OktaFailure::new(FailureKind::RefreshTokenDead));
    };
    match (standing.due_at, standing.failing) {
        (None, failing) => {
            let kind = failing.map_or(FailureKind::RefreshTokenDead, |(kind, _)| kind);
            Some(OktaFailure::new(kind))
        }
        (Some(due), Some((kind, _))) if due > now => {
            let mut failure = OktaFailure::new(kind);
            failure.retry_after = (due - now).try_into().ok();
            Some(failure)
        }
        _ => None,
    }
}

/// The tenant's tokens; those of an ended connection are nobody's.
async fn find(shared: &Shared, tenant: TenantId) -> Result<UpkeepRecord, FlowError> {
    use crate::domain::connection::ConnectionState::Disconnected;
    let found = shared.store.find_upkeep(tenant).await?;
    found
        .filter(|found| found.record.connection.state != Disconnected)
        .ok_or(FlowError::NotFound)
}

fn open_access(shared: &Shared, found: &UpkeepRecord) -> Result<LiveToken, FlowError> {
    let tokens = &found.tokens;
    let access_token = open(shared, found, Field::AccessToken, &tokens.access_token)?;
    let issuer = live_origin(&found.record.connection)?.clone();
    Ok(LiveToken {
        access_token: OrgToken::new(issuer, access_token),
        expires_at: tokens.access_expires_at,
        authorization: found.authorization,
        scopes: found.scopes.clone(),
        generation: tokens.generation,
    })
}

fn open(
    shared: &Shared,
    found: &UpkeepRecord,
    field: Field,
    sealed: &SealedBytes,
) -> Result<SecretString, FlowError> {
    let (connection, generation) = (&found.record.connection, found.tokens.generation);
    let (owner, origin) = ((connection.tenant, connection.id), live_origin(connection)?);
    let context = at_connection(owner, origin, field, generation);
    let sealed = Sealed::from_bytes(sealed.0.clone());
    Ok(shared.vault.open(&context, &sealed)?)
}

/// A number from 0 to 1, at random.
fn chance() -> f64 {
    chance_of(uuid::Uuid::new_v4())
}
