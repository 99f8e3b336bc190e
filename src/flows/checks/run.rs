//! One check, from the token to the last answer.

use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::probing::{Ground, ask};
use super::{Tempo, aftermath};
use crate::domain::catalog::Catalog;
use crate::domain::check::Evidence;
use crate::domain::connection::ConnectionState;
use crate::domain::failure::{FailureKind, OktaFailure};
use crate::domain::scope::{Scope, ScopeSet};
use crate::flows::tokens::{LiveToken, live_token, newer_token};
use crate::flows::{FlowError, Shared};
use crate::store::{Claim, ConnectionRecord};

/// One organization is asked so many questions at a time. Okta counts concurrency per organization
/// and shares it with the customer's own programs.
const AT_ONCE: usize = 4;

/// What a check begins with.
struct Begun {
    token: LiveToken,
    is_renewed: bool,
    asked: Vec<Scope>,
}

/// Runs the check, or ends it for a reason that a person has to mend. An error leaves it open: it is
/// tried again when the claim is given back.
pub(super) async fn check(shared: &Shared, claim: &Claim, tempo: Tempo) -> Result<(), FlowError> {
    let record = shared
        .store
        .find_connection(claim.tenant)
        .await?
        .ok_or(FlowError::NotFound)?;
    if record.connection.state == ConnectionState::Disconnected {
        return aftermath::supersede(shared, claim).await;
    }
    match probe_all(shared, claim, &record, tempo).await {
        Ok(Some(())) => aftermath::complete(shared, claim, &record).await,
        // The claim went to somebody else.
        Ok(None) => Ok(()),
        Err(FlowError::Okta(failure)) => aftermath::fail(shared, claim, &record, &failure).await,
        Err(error) => Err(error),
    }
}

/// `None` when the check is no longer this worker's.
async fn probe_all(
    shared: &Shared,
    claim: &Claim,
    record: &ConnectionRecord,
    tempo: Tempo,
) -> Result<Option<()>, FlowError> {
    let Some(Begun {
        mut token,
        mut is_renewed,
        asked,
    }) = begin(shared, claim, record).await?
    else {
        return Ok(None);
    };
    loop {
        let used = token.generation;
        let ground = Ground::new(shared, record, token.access_token, tempo, is_renewed)?;
        match ask_open(shared, claim, Arc::new(ground), &asked).await {
            Err(FlowError::Okta(failure))
                if failure.kind == FailureKind::AccessTokenDead && !is_renewed =>
            {
                token = newer_token(shared, claim.tenant, used).await?;
                is_renewed = true;
            }
            other => return other,
        }
    }
}

/// Finds what is to be asked and a token to ask with; `None` when the check is no longer this worker's.
async fn begin(
    shared: &Shared,
    claim: &Claim,
    record: &ConnectionRecord,
) -> Result<Option<Begun>, FlowError> {
    let (store, tenant) = (&shared.store, claim.tenant);
    let mut token = live_token(shared, record, false).await?;
    let mut is_renewed = false;
    let found = store.find_grants(tenant).await?;
    let facts = found.ok_or(FlowError::NotFound)?.authorization;
    let granted = facts.map(|facts| facts.granted).unwrap_or_default();
    let mut app_grants = read_app_grants(shared, record, &token).await;
    if let Err(failure) = &app_grants
        && failure.kind == FailureKind::AccessTokenDead
    {
        // Ended before its time: one refresh, and then its answer counts.
        token = newer_token(shared, tenant, token.generation).await?;
        is_renewed = true;
        app_grants = read_app_grants(shared, record, &token).await;
    }
    let asked = probed(shared, &granted);
    let (total, app_grants) = (asked.len(), app_grants.as_ref().ok());
    let is_ours = store
        .begin_check(claim, token.authorization, total, app_grants)
        .await?;
    Ok(is_ours.then_some(Begun {
        token,
        is_renewed,
        asked,
    }))
}

/// Asks what this check has not answered yet, and writes down each answer.
async fn ask_open(
    shared: &Shared,
    claim: &Claim,
    ground: Arc<Ground>,
    asked: &[Scope],
) -> Result<Option<()>, FlowError> {
    let known = shared.store.find_results(claim.tenant, claim.check).await?;
    let open = asked.iter().filter(|scope| !known.contains_key(scope));
    let mut answers = ask_all(&ground, &shared.catalog, open.cloned());
    while let Some(answer) = answers.join_next().await {
        let (scope, evidence) = answer.map_err(|_| FlowError::CutShort)?;
        let evidence = evidence?;
        let kept = shared.store.record_result(claim, &scope, &evidence);
        if !kept.await? {
            return Ok(None);
        }
    }
    Ok(Some(()))
}

/// The answers, as they come. Dropping the set ends what was not answered yet.
pub(super) fn ask_all(
    ground: &Arc<Ground>,
    catalog: &Arc<Catalog>,
    scopes: impl Iterator<Item = Scope>,
) -> JoinSet<(Scope, Result<Evidence, FlowError>)> {
    let room = Arc::new(Semaphore::new(AT_ONCE));
    let mut answers = JoinSet::new();
    for scope in scopes {
        let (ground, catalog, room) = (Arc::clone(ground), Arc::clone(catalog), Arc::clone(&room));
        answers.spawn(async move {
            let _place = room.acquire().await;
            let evidence = match catalog.find(&scope) {
                Some(permission) => ask(&ground, permission).await,
                None => Err(FlowError::NotFound),
            };
            (scope, evidence)
        });
    }
    answers
}

/// Only what was granted can work: the rest is missing, and asking would prove nothing.
fn probed(shared: &Shared, granted: &ScopeSet) -> Vec<Scope> {
    shared
        .catalog
        .scopes()
        .filter(|scope| granted.covers(scope))
        .cloned()
        .collect()
}

/// The grants collection of the app, which tells what was granted since the sign-in.
async fn read_app_grants(
    shared: &Shared,
    record: &ConnectionRecord,
    token: &LiveToken,
) -> Result<ScopeSet, OktaFailure> {
    let Some(app) = &record.connection.app else {
        return Err(OktaFailure::new(FailureKind::NotAnOrganization));
    };
    shared
        .okta
        .app_grants(&token.access_token, &app.client_id)
        .await
}
