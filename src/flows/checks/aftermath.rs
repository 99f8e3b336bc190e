//! What follows from a check: what changed, what the connection's state is now, when the next one is.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};

use crate::domain::audit::{Action, Actor, AuditEvent};
use crate::domain::check::{Change, Evidence, Finding, check_difference};
use crate::domain::check_run::{CheckOutcome, next_due};
use crate::domain::connection::AttentionReason;
use crate::domain::failure::OktaFailure;
use crate::domain::scope::Scope;
use crate::domain::state_change::StateChange;
use crate::flows::measures::check_ended;
use crate::flows::{FlowError, Shared, states};
use crate::store::{Claim, ConnectionRecord, EvidenceByScope, Finished};

/// After a check that found out nothing, the next one comes this much later, or up to twice as much.
const SOON: Duration = Duration::minutes(15);

/// Every question was asked.
pub(super) async fn complete(
    shared: &Shared,
    claim: &Claim,
    record: &ConnectionRecord,
) -> Result<(), FlowError> {
    let before = shared.store.find_last_results(claim.tenant).await?;
    let found = shared.store.find_results(claim.tenant, claim.check).await?;
    let was_answered =
        |evidence: &Evidence| evidence.status.is_some() && evidence.finding != Finding::CheckFailed;
    let is_answered = found.values().any(was_answered);
    let has_failed = |evidence: &Evidence| evidence.finding == Finding::CheckFailed;
    let changes = changes(&before, &found);
    let finished = Finished {
        outcome: CheckOutcome::Complete,
        change: if is_answered {
            recovery(shared, record).await?
        } else {
            None
        },
        event: grants_changed(claim, &changes),
        changes: to_json(&changes),
        next_due: Some(due(
            shared,
            claim,
            !is_answered && found.values().any(has_failed),
        )),
    };
    finish(shared, claim, &finished).await
}

/// The token could not be used at all. What passes by itself needs nobody, and the next check is soon.
/// Why a token could not be renewed was written down by the refresh, with what follows.
pub(super) async fn fail(
    shared: &Shared,
    claim: &Claim,
    record: &ConnectionRecord,
    failure: &OktaFailure,
) -> Result<(), FlowError> {
    let is_passing = failure.kind.is_passing();
    let reason = AttentionReason::Failed(failure.kind);
    let change = (!is_passing).then(|| StateChange::attention(&record.connection, reason));
    let finished = Finished {
        outcome: CheckOutcome::Failed(failure.kind),
        changes: json!([]),
        next_due: Some(due(shared, claim, is_passing)),
        change: change.flatten(),
        event: None,
    };
    finish(shared, claim, &finished).await
}

/// The connection was ended: there is nothing to check any more, until it begins anew.
pub(super) async fn supersede(shared: &Shared, claim: &Claim) -> Result<(), FlowError> {
    let finished = Finished {
        outcome: CheckOutcome::Superseded,
        changes: json!([]),
        next_due: None,
        change: None,
        event: None,
    };
    finish(shared, claim, &finished).await
}

async fn finish(shared: &Shared, claim: &Claim, finished: &Finished) -> Result<(), FlowError> {
    let now = shared.clock.now();
    shared.store.finish_check(claim, finished, now).await?;
    check_ended(finished.outcome);
    Ok(())
}

/// When the next check is due: around the same time tomorrow, or soon.
fn due(shared: &Shared, claim: &Claim, is_soon: bool) -> OffsetDateTime {
    let [.., a, b, c, d] = claim.check.as_uuid().into_bytes();
    let random = u32::from_be_bytes([a, b, c, d]);
    let now = shared.clock.now();
    if is_soon {
        now + SOON * (1.0 + f64::from(random) / f64::from(u32::MAX))
    } else {
        next_due(now, u64::from(random))
    }
}

/// What differs from the check before. A first check changes nothing.
fn changes(before: &EvidenceByScope, found: &EvidenceByScope) -> Vec<Change> {
    if before.is_empty() {
        return Vec::new();
    }
    let findings = |evidence: &EvidenceByScope| -> BTreeMap<Scope, Finding> {
        evidence
            .iter()
            .map(|(scope, Evidence { finding, .. })| (scope.clone(), *finding))
            .collect()
    };
    check_difference(&findings(before), &findings(found))
}

fn to_json<'a>(changes: impl IntoIterator<Item = &'a Change>) -> Value {
    let changes = changes.into_iter().map(|change| {
        json!({
            "scope": change.scope.as_str(),
            "from": change.from.map(Finding::code),
            "to": change.to.map(Finding::code),
        })
    });
    changes.collect()
}

/// The line for what can be done now and could not before, or the other way round. That a question got
/// no answer says nothing of a grant.
fn grants_changed(claim: &Claim, changes: &[Change]) -> Option<AuditEvent> {
    let failed = Some(Finding::CheckFailed);
    let told: Vec<&Change> = changes
        .iter()
        .filter(|change| change.to != failed && change.from != failed)
        .collect();
    if told.is_empty() {
        return None;
    }
    let detail = json!({ "found_by": "check", "changes": to_json(told) });
    Some(AuditEvent::new(claim.tenant, Actor::Service, Action::GrantsChanged).with(detail))
}

/// What an earlier check could not do works again, without anybody having authorized: the state is
/// once more what the authorization left. Not while the token cannot be renewed: that it still works
/// for a while mends nothing.
async fn recovery(
    shared: &Shared,
    record: &ConnectionRecord,
) -> Result<Option<StateChange>, FlowError> {
    let tenant = record.connection.tenant;
    let upkeep = shared.store.find_upkeep(tenant).await?;
    let failing = upkeep.and_then(|found| found.standing?.failing);
    match failing {
        Some((kind, _)) if !kind.is_passing() => Ok(None),
        _ => states::recovery(shared, &record.connection).await,
    }
}
