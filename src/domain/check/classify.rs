//! From one answer to one conclusion.

use super::{Classified, Finding, ProbeAnswer, ProbeResult};
use crate::domain::catalog::{Empty, Probe, Proof};
use crate::domain::connection::Edition;
use crate::domain::failure::FailureKind;
use crate::domain::scope::{Scope, ScopeSet};

/// Okta's error codes that tell something of a scope.
mod code {
    /// "You do not have permission to access the feature": with 401, and no fault of the token.
    pub(super) const NO_FEATURE: &str = "E0000015";
    /// "Invalid token provided".
    pub(super) const INVALID_TOKEN: &str = "E0000011";
    /// "You do not have permission to perform the requested action": the role.
    pub(super) const NO_PERMISSION: &str = "E0000006";
    /// "Invalid session": the endpoint does not take OAuth tokens of this kind.
    pub(super) const INVALID_SESSION: &str = "E0000005";
}

/// What the result of asking `probe` with a token that has `scope` says of that scope.
#[must_use]
pub fn classify(
    scope: &Scope,
    probe: &Probe,
    edition: Edition,
    result: &ProbeResult,
) -> Classified {
    match result {
        ProbeResult::Failed(FailureKind::AccessTokenDead) => Classified::TokenDead,
        ProbeResult::Failed(kind) if kind.is_passing() => Classified::Retry,
        ProbeResult::Failed(_) => Classified::Finding(Finding::CheckFailed),
        ProbeResult::Answered(answer) => of_answer(scope, probe, edition, answer),
    }
}

fn of_answer(scope: &Scope, probe: &Probe, edition: Edition, answer: &ProbeAnswer) -> Classified {
    match answer.status {
        200 => Classified::Finding(of_good_answer(probe, answer)),
        408 | 429 | 500 | 502..=599 => Classified::Retry,
        401 if is_token_dead(answer) => Classified::TokenDead,
        _ => Classified::Finding(of_refusal(scope, probe, edition, answer)),
    }
}

const fn of_good_answer(probe: &Probe, answer: &ProbeAnswer) -> Finding {
    match probe.proof() {
        Proof::List {
            empty: Empty::RoleTooWeak,
        } if answer.is_empty => Finding::BlockedByRole,
        Proof::List { .. } | Proof::Object => Finding::Effective,
    }
}

/// A bare 401, without code or header, counts too: RFC 9110 §15.5.2 lets it mean nothing else, and
/// one needless refresh costs less than a connection that stays dead unnoticed.
fn is_token_dead(answer: &ProbeAnswer) -> bool {
    match (answer.code.as_deref(), answer.bearer_error.as_deref()) {
        (Some(code), _) if code == code::NO_FEATURE => false,
        (Some(code), _) if code == code::INVALID_TOKEN => true,
        (_, Some(error)) => error == "invalid_token",
        (None, None) => true,
        (Some(_), None) => false,
    }
}

fn of_refusal(scope: &Scope, probe: &Probe, edition: Edition, answer: &ProbeAnswer) -> Finding {
    if answer.status == 403 && answer.bearer_error.as_deref() == Some("insufficient_scope") {
        return of_insufficient_scope(scope, answer.bearer_scope.as_deref());
    }
    // Whatever the wording of the refusal, nothing in this edition could be granted or enabled.
    if is_refusal(answer.status) && !probe.exists_in(edition) {
        return Finding::Unavailable;
    }
    match (answer.status, answer.code.as_deref()) {
        (401 | 403, Some(code::NO_FEATURE)) => Finding::Unavailable,
        (403, Some(code::NO_PERMISSION)) => Finding::BlockedByRole,
        (403, Some(code::INVALID_SESSION)) => Finding::TokenRefused,
        (404 | 405 | 501, _) => of_not_there(probe, edition, answer.status),
        _ => Finding::CannotTell,
    }
}

const fn is_refusal(status: u16) -> bool {
    matches!(status, 400..=499 | 501)
}

/// The header names the scope that the endpoint wants. One that `scope` would not cover means that
/// the endpoint wants another scope than the catalog says, which tells nothing of this one.
fn of_insufficient_scope(scope: &Scope, wanted: Option<&str>) -> Finding {
    let wanted = wanted.map(ScopeSet::parse).unwrap_or_default();
    if wanted.is_empty() || wanted.iter().any(|wanted| scope.covers(wanted)) {
        Finding::Missing
    } else {
        Finding::CannotTell
    }
}

/// An endpoint that is not there. With the application's id in the path it may be only that the
/// client id is not the application's id.
fn of_not_there(probe: &Probe, edition: Edition, status: u16) -> Finding {
    if status == 404 && probe.names_app() {
        Finding::CannotTell
    } else if probe.is_edition_bound() || edition == Edition::Classic {
        Finding::Unavailable
    } else {
        Finding::CannotTell
    }
}
