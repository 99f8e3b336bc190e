//! What the audit trail says of an authorization.

use serde_json::json;

use super::outcome::Round;
use super::round::Answer;
use crate::domain::audit::{Action, Actor, AuditEvent};
use crate::domain::failure::OktaFailure;
use crate::domain::id::{PersonId, ReferenceId};
use crate::domain::session::{Session, Standing};
use crate::store::{ConsumedAttempt, Weighed};

pub(super) fn connected(
    attempt: &ConsumedAttempt,
    person: PersonId,
    answer: &Answer,
) -> AuditEvent {
    AuditEvent::new(
        attempt.facts.tenant,
        Actor::Administrator(person),
        Action::Connected,
    )
    .with(json!({
        "okta_user": answer.identity.subject,
        "granted": answer.tokens.scopes.to_names(),
        "source": answer.tokens.scopes_source.code(),
        "super_administrator": answer.role.to_columns().0,
    }))
}

/// The audit line of a sign-in that was not used, because it would have made the connection weaker.
pub(super) fn held(round: &Round<'_>, weighed: Weighed) -> AuditEvent {
    let (tenant, answer) = (round.attempt.facts.tenant, round.answer);
    AuditEvent::new(tenant, actor(round.session), Action::SignInHeld).with(json!({
        "okta_user": answer.identity.subject,
        "before": weighed.before,
        "after": weighed.after,
        "super_administrator": answer.role.to_columns().0,
    }))
}

/// The audit line of an authorization that failed.
pub(super) fn failed(
    attempt: &ConsumedAttempt,
    failure: &OktaFailure,
    session: &Session,
    reference: ReferenceId,
) -> AuditEvent {
    let tenant = attempt.facts.tenant;
    AuditEvent::new(tenant, actor(session), Action::AuthorizationFailed).with(json!({
        "cause": failure.kind.code(),
        "error": failure.said.error,
        "description": failure.said.description,
        "okta_request": failure.said.request_id,
        "reference": reference,
    }))
}

fn actor(session: &Session) -> Actor {
    match &session.standing {
        Standing::Onboarding { link, .. } => Actor::LinkHolder(*link),
        Standing::Administrator { person, .. } => Actor::Administrator(*person),
        Standing::Visitor => Actor::Stranger,
    }
}
