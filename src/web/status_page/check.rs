//! The checks: how far, when, what changed, why one got nowhere.

use super::{evidence, has_ended};
use crate::domain::catalog::{Catalog, Permission};
use crate::domain::check::Finding;
use crate::domain::check_run::CheckOutcome;
use crate::domain::failure::FailureKind;
use crate::domain::grant_status::ScopeState;
use crate::domain::scope::Scope;
use crate::flows::StatusView;
use crate::web::pages::{Change, CheckPanel, Checking, FailedCheck};
use crate::web::when::when;
use crate::web::words;

pub(super) fn of(view: &StatusView, catalog: &Catalog, is_signed_in: bool) -> CheckPanel {
    let checks = &view.checks;
    let is_alive = view.authorization.is_some() && !has_ended(view.connection.state);
    CheckPanel {
        open: checks.open.filter(|_| is_alive).map(|open| Checking {
            is_running: open.is_running,
            done: open.done,
            total: open.total,
        }),
        last: checks.last.as_ref().map(|last| when(last.at, view.now)),
        next: checks
            .next_due
            .filter(|_| is_alive)
            .map(|due| when(due, view.now)),
        failed: failed(view).filter(|_| is_alive),
        can_ask: is_signed_in && is_alive && checks.open.is_none(),
        changes: changes(view, catalog),
    }
}

/// Whether only asking again tells more: the last check failed as a whole, or for some permissions.
pub(super) fn got_nowhere(view: &StatusView) -> bool {
    let mut failed = view.grants.in_state(ScopeState::CheckFailed);
    failed.next().is_some() || failed_as_a_whole(view).is_some()
}

pub(super) fn failed_as_a_whole(view: &StatusView) -> Option<FailureKind> {
    match view.checks.last.as_ref()?.outcome {
        CheckOutcome::Failed(kind) => Some(kind),
        CheckOutcome::Complete | CheckOutcome::Superseded => None,
    }
}

fn failed(view: &StatusView) -> Option<FailedCheck> {
    let kind = failed_as_a_whole(view)?;
    let words = words::of_kind(kind);
    let known = if view.checks.evidence.is_empty() {
        "So nothing is known yet of what the permissions can really do."
    } else {
        "What is shown below is what the check before it found."
    };
    Some(FailedCheck {
        title: format!("The last check got nowhere: {}", lowered(words.title)),
        what: format!("{} {known}", words.why),
        steps: if kind.is_passing() {
            vec!["Nothing is needed: it is tried again by itself. Or press Check again.".to_owned()]
        } else {
            words.steps.iter().map(|&step| step.to_owned()).collect()
        },
    })
}

/// A title that goes on after a colon. A name keeps its capital.
fn lowered(title: &str) -> String {
    let mut letters = title.chars();
    match letters.next() {
        Some(first) if !title.starts_with("Okta") => first.to_lowercase().chain(letters).collect(),
        _ => title.to_owned(),
    }
}

fn changes(view: &StatusView, catalog: &Catalog) -> Vec<Change> {
    let Some(last) = &view.checks.last else {
        return Vec::new();
    };
    let changes = last.changes.iter().filter_map(|stored| {
        let is_asked = permission(catalog, &stored.scope).is_some();
        let (from, to) = (
            said(stored.from.as_deref(), is_asked),
            said(stored.to.as_deref(), is_asked),
        );
        (from.0 != to.0).then(|| Change {
            id: stored.scope.clone(),
            name: name(catalog, &stored.scope),
            from: from.0,
            to: to.0,
            css: to.1,
        })
    });
    changes.collect()
}

/// The plain name; what is not in the catalog any more keeps its name at Okta.
fn name(catalog: &Catalog, id: &str) -> String {
    permission(catalog, id)
        .map_or(id, Permission::name)
        .to_owned()
}

fn permission<'a>(catalog: &'a Catalog, id: &str) -> Option<&'a Permission> {
    catalog.find(&id.parse::<Scope>().ok()?)
}

/// The word and the icon for a stored finding. A check looks at what is granted and asked for: where
/// it found nothing, one of the two was not so.
fn said(finding: Option<&str>, is_asked: bool) -> (&'static str, &'static str) {
    match finding.and_then(Finding::from_code) {
        Some(finding) => {
            let state = evidence::state(finding);
            (state.word(), state.css())
        }
        None if is_asked => ("Not granted", "missing"),
        None => ("Not needed any more", "unknown"),
    }
}
