//! What changes for a tenant between the catalog that it accepted and another.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Catalog, Category, Permission};
use crate::domain::scope::Scope;

/// The changes from one catalog to another; each list in the order of the catalog it stands in.
/// A mere change of order is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    pub from_version: String,
    pub to_version: String,
    /// In the new catalog only. Why it is wanted: [`Permission::does`].
    pub added: Vec<Listed>,
    /// In the old catalog only.
    pub dropped: Vec<Listed>,
    /// The same scope with other words.
    pub reworded: Vec<Reworded>,
    /// The same scope in another category. It may be reworded too.
    pub moved: Vec<Moved>,
    /// The same category with another name or sentence.
    pub reworded_categories: Vec<RewordedCategory>,
    /// Of the added, what no scope of the old catalog covers.
    unasked: Vec<Scope>,
}

/// A scope where it stands in a catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    category: Arc<Category>,
    permission: Arc<Permission>,
}

/// A scope with its words before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reworded {
    pub before: Listed,
    pub after: Listed,
}

/// A scope with its places before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    pub before: Listed,
    pub after: Listed,
}

/// A category with its words before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RewordedCategory {
    pub before: Arc<Category>,
    pub after: Arc<Category>,
}

impl Difference {
    #[must_use]
    pub fn between(old: &Catalog, new: &Catalog) -> Self {
        let (before, after) = (listing(old), listing(new));
        let was: BTreeMap<&Scope, &Listed> = by_scope(&before);
        let is: BTreeMap<&Scope, &Listed> = by_scope(&after);
        let only_in = |these: &[Listed], others: &BTreeMap<&Scope, &Listed>| {
            let only = these.iter().filter(|one| !others.contains_key(one.scope()));
            only.cloned().collect::<Vec<Listed>>()
        };
        let pairs = || {
            let pair = |after: &Listed| was.get(after.scope()).map(|&b| (b.clone(), after.clone()));
            after.iter().filter_map(pair)
        };
        let added = only_in(&after, &was);
        Self {
            from_version: old.version().to_owned(),
            to_version: new.version().to_owned(),
            unasked: unasked(old, &added),
            added,
            dropped: only_in(&before, &is),
            reworded: pairs()
                .filter(|(before, after)| before.words() != after.words())
                .map(|(before, after)| Reworded { before, after })
                .collect(),
            moved: pairs()
                .filter(|(before, after)| before.category.id() != after.category.id())
                .map(|(before, after)| Moved { before, after })
                .collect(),
            reworded_categories: reworded_categories(old, new),
        }
    }
}

impl Difference {
    /// Whether a reader would see no change.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.added.is_empty()
            && self.dropped.is_empty()
            && self.reworded.is_empty()
            && self.moved.is_empty()
            && self.reworded_categories.is_empty()
    }

    /// What has to be agreed to anew: added scopes that nothing in the old catalog covered, so
    /// that going from `.manage` to `.read` asks for nothing.
    #[must_use]
    pub fn unasked(&self) -> &[Scope] {
        &self.unasked
    }

    /// The ids of the categories whose state may change: a scope came, went or moved.
    #[must_use]
    pub fn affected_categories(&self) -> Vec<&str> {
        let moved = self.moved.iter().flat_map(|m| [&m.before, &m.after]);
        let listed = self.added.iter().chain(&self.dropped).chain(moved);
        let mut ids: Vec<&str> = listed.map(|one| one.category.id()).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }
}

impl Listed {
    #[must_use]
    pub fn category(&self) -> &Category {
        &self.category
    }

    #[must_use]
    pub fn permission(&self) -> &Permission {
        &self.permission
    }

    #[must_use]
    pub fn scope(&self) -> &Scope {
        self.permission.scope()
    }

    fn words(&self) -> [&str; 3] {
        let permission = &self.permission;
        [permission.name(), permission.does(), permission.without()]
    }
}

fn listing(catalog: &Catalog) -> Vec<Listed> {
    let of_category = |category: &Arc<Category>| {
        let listed = |permission: &Arc<Permission>| Listed {
            category: Arc::clone(category),
            permission: Arc::clone(permission),
        };
        let listed = category.shared_permissions().iter().map(listed);
        listed.collect::<Vec<_>>()
    };
    let categories = catalog.shared_categories().iter();
    categories.flat_map(of_category).collect()
}

fn by_scope(listing: &[Listed]) -> BTreeMap<&Scope, &Listed> {
    listing.iter().map(|one| (one.scope(), one)).collect()
}

fn unasked(old: &Catalog, added: &[Listed]) -> Vec<Scope> {
    let asked = old.scope_set();
    let scopes = added.iter().map(Listed::scope);
    scopes
        .filter(|scope| !asked.covers(scope))
        .cloned()
        .collect()
}

fn reworded_categories(old: &Catalog, new: &Catalog) -> Vec<RewordedCategory> {
    let words = |category: &Category| [category.name.clone(), category.sentence.clone()];
    let pair = |after: &Arc<Category>| {
        let mut olds = old.shared_categories().iter();
        let before = olds.find(|before| before.id() == after.id())?;
        (words(before) != words(after)).then(|| RewordedCategory {
            before: Arc::clone(before),
            after: Arc::clone(after),
        })
    };
    new.shared_categories().iter().filter_map(pair).collect()
}

#[cfg(test)]
mod tests;
