//! What the vendor changed since the administrator agreed, and what follows for them.

use crate::domain::catalog::{Difference, Listed, Moved, Reworded};
use crate::flows::StatusView;
use crate::web::pages::{CatalogChange, NamedScope, RewordedScope, WantedScope};

pub(super) fn of(view: &StatusView) -> Option<CatalogChange> {
    let difference = view.catalog_change.as_ref()?;
    view.authorization.as_ref()?;
    let is_lacking = |one: &&Listed| view.grants.lacking().any(|scope| scope == one.scope());
    let (wanted, covered): (Vec<&Listed>, Vec<&Listed>) =
        difference.added.iter().partition(is_lacking);
    let change = CatalogChange {
        from_version: difference.from_version.clone(),
        to_version: difference.to_version.clone(),
        wanted: wanted.into_iter().map(asked).collect(),
        covered: covered.into_iter().map(asked).collect(),
        dropped: difference.dropped.iter().map(named).collect(),
        reworded: reworded(difference),
        moved: difference.moved.iter().map(moved).collect(),
    };
    let is_silent = change.wanted.is_empty()
        && change.covered.is_empty()
        && change.dropped.is_empty()
        && change.reworded.is_empty()
        && change.moved.is_empty();
    (!is_silent).then_some(change)
}

/// What is asked now, was not before, and is not covered by what was granted.
pub(in crate::web) fn wanted(view: &StatusView) -> Vec<NamedScope> {
    let wanted = of(view).map(|change| change.wanted).unwrap_or_default();
    wanted.into_iter().map(|one| one.scope).collect()
}

fn asked(one: &Listed) -> WantedScope {
    WantedScope {
        scope: named(one),
        category: one.category().name().to_owned(),
        does: one.permission().does().to_owned(),
    }
}

fn named(one: &Listed) -> NamedScope {
    NamedScope {
        id: one.scope().to_string(),
        name: one.permission().name().to_owned(),
    }
}

/// Only the sentences that say what is done and what stops: a new name alone is not worth a line.
fn reworded(difference: &Difference) -> Vec<RewordedScope> {
    let sentence = |one: &Listed| one.permission().does().to_owned();
    let said = |change: &Reworded| {
        let (before, after) = (sentence(&change.before), sentence(&change.after));
        (before != after).then(|| RewordedScope {
            scope: named(&change.after),
            before,
            after,
        })
    };
    difference.reworded.iter().filter_map(said).collect()
}

fn moved(moved: &Moved) -> (NamedScope, String) {
    (
        named(&moved.after),
        moved.after.category().name().to_owned(),
    )
}
