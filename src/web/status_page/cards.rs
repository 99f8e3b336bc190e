//! Each category and its permissions, with what is known of them.

use super::evidence;
use crate::domain::grant_status::{self, CategoryStatus, ScopeStatus};
use crate::flows::StatusView;
use crate::web::onboarding::page_access;
use crate::web::pages::{CategoryCard, CategoryState, ScopeRow, ScopeState};
use crate::web::when::when;
use time::OffsetDateTime;

pub(super) fn of(view: &StatusView) -> Vec<CategoryCard> {
    let categories = view.grants.categories().iter();
    let was_read = view.authorization.is_some();
    categories
        .map(|status| card(status, was_read, view.now))
        .collect()
}

/// Before the first sign-in nothing is missing: nobody has looked yet.
fn card(status: &CategoryStatus, was_read: bool, now: OffsetDateTime) -> CategoryCard {
    CategoryCard {
        id: status.category().id().to_owned(),
        name: status.category().name().to_owned(),
        state: if was_read {
            category_state(status.state())
        } else {
            CategoryState::Unknown
        },
        scopes: status.scopes().map(|status| row(status, now)).collect(),
    }
}

fn row(status: &ScopeStatus, now: OffsetDateTime) -> ScopeRow {
    let permission = status.permission();
    let state = scope_state(status.state());
    let is_useless = matches!(state, ScopeState::BlockedByRole | ScopeState::Unavailable);
    ScopeRow {
        id: permission.id().to_owned(),
        name: permission.name().to_owned(),
        access: page_access(permission.access()),
        counts: status.is_granted() && !is_useless,
        evidence: said(status, state),
        checked: status.evidence().map(|evidence| when(evidence.at, now)),
        state,
    }
}

/// What a gap means is said beside the gap, and how we know of it.
fn said(status: &ScopeStatus, state: ScopeState) -> Option<String> {
    let permission = status.permission();
    let is_gap = matches!(state, ScopeState::Missing | ScopeState::BlockedByRole);
    let found = status.evidence();
    let found = found.map(|evidence| evidence::sentence(evidence, Some(permission)));
    let without = is_gap.then(|| permission.without().to_owned());
    let words: Vec<String> = without.into_iter().chain(found).collect();
    (!words.is_empty()).then(|| words.join(" "))
}

pub(super) const fn category_state(state: grant_status::CategoryState) -> CategoryState {
    use grant_status::CategoryState as State;
    match state {
        State::Granted => CategoryState::Granted,
        State::Partial => CategoryState::Partial,
        State::Missing => CategoryState::Missing,
        State::Blocked => CategoryState::Blocked,
        State::Unavailable => CategoryState::Unavailable,
        State::Unknown => CategoryState::Unknown,
    }
}

pub(super) const fn scope_state(state: grant_status::ScopeState) -> ScopeState {
    use grant_status::ScopeState as State;
    match state {
        State::Granted => ScopeState::Granted,
        State::Missing => ScopeState::Missing,
        State::Unrequested => ScopeState::Unrequested,
        State::Effective => ScopeState::Effective,
        State::BlockedByRole => ScopeState::BlockedByRole,
        State::Unavailable => ScopeState::Unavailable,
        State::Unverified => ScopeState::Unverified,
        State::CheckFailed => ScopeState::CheckFailed,
    }
}
