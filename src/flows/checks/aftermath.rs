//! What follows from a check: what changed, what the connection's state is now, when the next one is.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};

use crate::domain::check::{Evidence, Finding, check_difference};
use crate::domain::check_run::{CheckOutcome, next_due};
use crate::domain::connection::{AttentionReason, ConnectionState};
use crate::domain::failure::{FailureKind, OktaFailure};
use crate::domain::scope::Scope;
use crate::flows::{FlowError, Shared};
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
    if is_answered {
        recover(shared, record).await?;
    }
    let finished = Finished {
        outcome: CheckOutcome::Complete,
        changes: changes(&before, &found),
        next_due: Some(due(
            shared,
            claim,
            !is_answered && found.values().any(has_failed),
        )),
    };
    finish(shared, claim, &finished).await
}

/// The token could not be used at all. What passes by itself needs nobody, and the next check is soon.
pub(super) async fn fail(
    shared: &Shared,
    claim: &Claim,
    record: &ConnectionRecord,
    failure: &OktaFailure,
) -> Result<(), FlowError> {
    let is_passing = failure.kind.is_passing();
    if !is_passing {
        needs_attention(shared, record, failure.kind).await?;
    }
    let finished = Finished {
        outcome: CheckOutcome::Failed(failure.kind),
        changes: json!([]),
        next_due: Some(due(shared, claim, is_passing)),
    };
    finish(shared, claim, &finished).await
}

/// The connection was ended: there is nothing to check any more, until it begins anew.
pub(super) async fn supersede(shared: &Shared, claim: &Claim) -> Result<(), FlowError> {
    let finished = Finished {
        outcome: CheckOutcome::Superseded,
        changes: json!([]),
        next_due: None,
    };
    finish(shared, claim, &finished).await
}

async fn finish(shared: &Shared, claim: &Claim, finished: &Finished) -> Result<(), FlowError> {
    let now = shared.clock.now();
    shared.store.finish_check(claim, finished, now).await?;
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
fn changes(before: &EvidenceByScope, found: &EvidenceByScope) -> Value {
    if before.is_empty() {
        return json!([]);
    }
    let findings = |evidence: &EvidenceByScope| -> BTreeMap<Scope, Finding> {
        evidence
            .iter()
            .map(|(scope, Evidence { finding, .. })| (scope.clone(), *finding))
            .collect()
    };
    let changes = check_difference(&findings(before), &findings(found));
    let changes = changes.iter().map(|change| {
        json!({
            "scope": change.scope.as_str(),
            "from": change.from.map(Finding::code),
            "to": change.to.map(Finding::code),
        })
    });
    changes.collect()
}

/// The token cannot be used or renewed until a person does something. A connection that the vendor
/// holds stays held: only the vendor lifts that.
async fn needs_attention(
    shared: &Shared,
    record: &ConnectionRecord,
    cause: FailureKind,
) -> Result<(), FlowError> {
    let (tenant, from) = (record.connection.tenant, record.connection.state);
    if !matches!(
        from,
        ConnectionState::Connected | ConnectionState::NeedsAttention(_)
    ) {
        return Ok(());
    }
    let state = ConnectionState::NeedsAttention(AttentionReason::Failed(cause));
    shared.store.set_state(tenant, from, state).await?;
    tracing::info!(tenant = %tenant, cause = cause.code(), "a connection needs attention");
    Ok(())
}

/// What an earlier check could not do works again, without anybody having authorized: the state is
/// once more what the authorization left.
async fn recover(shared: &Shared, record: &ConnectionRecord) -> Result<(), FlowError> {
    let (tenant, from) = (record.connection.tenant, record.connection.state);
    // That nothing was granted was found at the authorization, and only another one mends it.
    let ConnectionState::NeedsAttention(AttentionReason::Failed(cause)) = from else {
        return Ok(());
    };
    if cause == FailureKind::NothingGranted {
        return Ok(());
    }
    let found = shared.store.find_grants(tenant).await?;
    let Some(facts) = found.and_then(|found| found.authorization) else {
        return Ok(());
    };
    let state = if facts.super_administrator == Some(false) {
        ConnectionState::NeedsAttention(AttentionReason::NotSuperAdministrator)
    } else if facts.refresh_expires_at.is_none() {
        ConnectionState::NeedsAttention(AttentionReason::NoRefreshToken)
    } else {
        ConnectionState::Connected
    };
    shared.store.set_state(tenant, from, state).await?;
    tracing::info!(tenant = %tenant, "a connection works again");
    Ok(())
}
