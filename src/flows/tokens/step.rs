//! One refresh: claimed before, Okta asked outside of any transaction, stored under the lease, and
//! what became of it. The loop and those who need a token now take the same step.

use std::convert::Infallible;
use std::time::Duration as StdDuration;

use secrecy::SecretString;
use tokio::time::{Instant, sleep};

use super::answer::{refused, store};
use super::{chance, open};
use crate::domain::connection::{AttentionReason, ConnectionState};
use crate::domain::failure::{FailureKind, OktaFailure, OktaSaid};
use crate::domain::refresh_schedule::pause_after;
use crate::domain::state_change::StateChange;
use crate::flows::keys::opened_client;
use crate::flows::{FlowError, Shared};
use crate::okta::TokenResponse;
use crate::store::{Failed, Lease, UpkeepRecord};
use crate::vault::Field;

/// How a step ended.
#[derive(Debug)]
pub(in crate::flows) enum Ended {
    /// New tokens are stored.
    Refreshed,
    /// There are none, for this reason.
    Failed(OktaFailure),
    /// There was nothing to do, or others did it.
    Superseded,
}

/// Whether Okta is asked at all.
enum Plan {
    /// With this refresh token.
    Spend(SecretString),
    /// Newer tokens are there.
    Nothing,
    /// Only a new sign-in helps, and that is known without asking.
    Park(Option<StateChange>),
}

/// Takes the step under a lease that was claimed for it. `than`: somebody wants a later generation
/// than this; where there is one, nothing is spent.
pub(in crate::flows) async fn run(
    shared: &Shared,
    lease: Lease,
    than: Option<i64>,
) -> Result<Ended, FlowError> {
    let began = Instant::now();
    let ended = tokio::select! {
        ended = attempt(shared, &lease, than) => ended,
        never = beat(shared, &lease) => match never {},
    };
    let outcome = match &ended {
        Ok(Ended::Refreshed) => "refreshed",
        Ok(Ended::Superseded) => "superseded",
        Ok(Ended::Failed(failure)) => failure.kind.code(),
        Err(FlowError::Store(_)) => "database",
        Err(_) => "internal",
    };
    // What others did, they count.
    if !matches!(ended, Ok(Ended::Superseded)) {
        let today = shared.clock.now().date();
        shared.flights.count(today, outcome);
    }
    metrics::counter!("grantway_refreshes_total", "outcome" => outcome).increment(1);
    metrics::histogram!("grantway_refresh_duration_seconds").record(began.elapsed());
    ended
}

async fn attempt(shared: &Shared, lease: &Lease, than: Option<i64>) -> Result<Ended, FlowError> {
    let Some(found) = shared.store.find_upkeep(lease.tenant).await? else {
        park(shared, lease, 0, None).await?;
        return Err(FlowError::NotFound);
    };
    let tokens = found.tokens.generation;
    let old = match plan(shared, &found, than) {
        Ok(Plan::Spend(old)) => old,
        Ok(Plan::Nothing) => {
            shared.store.release_lease(lease).await?;
            return Ok(Ended::Superseded);
        }
        Ok(Plan::Park(change)) => {
            park(shared, lease, tokens, change).await?;
            return Ok(Ended::Failed(OktaFailure::new(
                FailureKind::RefreshTokenDead,
            )));
        }
        Err(error) => {
            put_off(shared, lease, &found).await?;
            return Err(error);
        }
    };
    if lease.took_over {
        // Who held the lease may be alive and hold Okta's answer: a moment for it to be stored.
        sleep(shared.flights.patience().grace).await;
        if !shared.store.begin_spending(lease).await? {
            return Ok(Ended::Superseded);
        }
    }
    match ask(shared, &found, &old).await {
        Ok(response) => store(shared, lease, &found, &old, response).await,
        Err((FlowError::Okta(failure), is_sent)) => {
            refused(shared, lease, &found, failure, is_sent).await
        }
        Err((error, _)) => {
            put_off(shared, lease, &found).await?;
            Err(error)
        }
    }
}

fn plan(shared: &Shared, found: &UpkeepRecord, than: Option<i64>) -> Result<Plan, FlowError> {
    let (connection, tokens) = (&found.record.connection, &found.tokens);
    if than.is_some_and(|than| tokens.generation > than) {
        return Ok(Plan::Nothing);
    }
    if connection.state == ConnectionState::Disconnected {
        return Ok(Plan::Park(None));
    }
    let Some(sealed) = &tokens.refresh_token else {
        return Ok(Plan::Park(None));
    };
    let end = tokens.refresh_expires_at;
    if end.is_some_and(|end| end <= shared.clock.now()) {
        let change = StateChange::attention(connection, AttentionReason::SignInExpired);
        return Ok(Plan::Park(change));
    }
    let old = open(shared, found, Field::RefreshToken, sealed)?;
    Ok(Plan::Spend(old))
}

/// Asks Okta, once. An error says whether the refresh token was sent.
async fn ask(
    shared: &Shared,
    found: &UpkeepRecord,
    old: &SecretString,
) -> Result<TokenResponse, (FlowError, bool)> {
    let unsent = |error: FlowError| (error, false);
    let record = &found.record;
    let organization = record.connection.organization.as_ref();
    let organization = organization.ok_or_else(|| unsent(FlowError::StepTooEarly))?;
    let opened = opened_client(shared, record, false).map_err(unsent)?;
    let client = opened.client().map_err(unsent)?;
    let metadata = shared.okta.metadata(&organization.origin).await;
    let metadata = metadata.map_err(|failure| unsent(failure.into()))?;
    let response = shared.okta.refresh(&metadata, &client, old).await;
    response.map_err(|failure| (failure.into(), true))
}

/// Moves the lease on for as long as the step takes. Whoever loses it goes on all the same: an answer
/// of Okta's is good as long as nobody else went there.
async fn beat(shared: &Shared, lease: &Lease) -> Infallible {
    let patience = shared.flights.patience();
    loop {
        sleep(patience.heartbeat).await;
        match shared.store.extend_lease(lease, patience.lease).await {
            Ok(true) => {}
            Ok(false) => sleep(StdDuration::MAX).await,
            Err(error) => tracing::warn!(error = %error, "a lease could not be moved on"),
        }
    }
}

/// Nothing is tried any more until somebody signs in again.
async fn park(
    shared: &Shared,
    lease: &Lease,
    tokens: i64,
    change: Option<StateChange>,
) -> Result<(), FlowError> {
    let parked = Failed {
        tokens,
        kind: None,
        said: OktaSaid::default(),
        is_doubtful: false,
        due_at: None,
        change,
    };
    let now = shared.clock.now();
    shared.store.fail_refresh(lease, &parked, now).await?;
    Ok(())
}

/// A mistake of ours, such as a key that is missing in the key ring: tried again, less and less often.
async fn put_off(shared: &Shared, lease: &Lease, found: &UpkeepRecord) -> Result<(), FlowError> {
    let attempts = found.standing.map_or(0, |standing| standing.attempts);
    let ours = OktaFailure::new(FailureKind::Other);
    let first = shared.flights.patience().first_pause;
    let now = shared.clock.now();
    let off = Failed {
        tokens: found.tokens.generation,
        kind: None,
        said: OktaSaid::default(),
        is_doubtful: false,
        due_at: Some(now + pause_after(&ours, attempts, first, chance())),
        change: None,
    };
    shared.store.fail_refresh(lease, &off, now).await?;
    Ok(())
}
