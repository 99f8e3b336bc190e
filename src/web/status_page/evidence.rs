//! How we know: what Okta answered about a permission, in a sentence.

use crate::domain::catalog::Permission;
use crate::domain::check::{Evidence, Finding};
use crate::web::pages::ScopeState;

/// The state that a row shows for a finding.
pub(in crate::web) const fn state(finding: Finding) -> ScopeState {
    match finding {
        Finding::Effective => ScopeState::Effective,
        Finding::BlockedByRole => ScopeState::BlockedByRole,
        Finding::Missing => ScopeState::Missing,
        Finding::Unavailable => ScopeState::Unavailable,
        Finding::TokenRefused | Finding::CannotTell => ScopeState::Unverified,
        Finding::CheckFailed => ScopeState::CheckFailed,
    }
}

/// What was asked, what came back, and what follows.
pub(in crate::web) fn sentence(evidence: &Evidence, permission: Option<&Permission>) -> String {
    let answer = answer(evidence);
    match evidence.finding {
        Finding::Effective => format!("Okta answered {answer}."),
        Finding::BlockedByRole if evidence.status == Some(200) => {
            format!(
                "Okta showed an empty list where there is always something, so the administrator's role sees none of it: {answer}."
            )
        }
        Finding::BlockedByRole => format!(
            "The permission is there, but the administrator's role may not use it: {answer}."
        ),
        Finding::Missing => format!("Okta says that the token lacks this permission: {answer}."),
        Finding::Unavailable if evidence.endpoint.is_empty() => {
            "This organization's edition of Okta does not have it.".to_owned()
        }
        Finding::Unavailable => {
            format!("This organization's edition or licence does not have it: {answer}.")
        }
        Finding::TokenRefused => {
            format!("Okta does not take this kind of token here, so it cannot be told: {answer}.")
        }
        Finding::CannotTell => cannot_tell(evidence, permission),
        Finding::CheckFailed => {
            format!("Okta gave no answer that tells, so this is asked again: {answer}.")
        }
    }
}

fn cannot_tell(evidence: &Evidence, permission: Option<&Permission>) -> String {
    match permission.and_then(Permission::unprovable) {
        Some(why) => why.to_owned(),
        None => format!("Okta's answer does not tell: {}.", answer(evidence)),
    }
}

/// `GET /api/v1/users?limit=1: 403 E0000006`.
fn answer(evidence: &Evidence) -> String {
    let mut words = Vec::new();
    words.extend(evidence.status.map(|status| status.to_string()));
    words.extend(evidence.code.clone());
    let said = if words.is_empty() {
        "no answer".to_owned()
    } else {
        words.join(" ")
    };
    match evidence.endpoint.as_str() {
        "" => said,
        path => format!("GET {path}: {said}"),
    }
}
