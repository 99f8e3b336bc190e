//! Which of the catalog's scopes a tenant granted, computed from facts each time it is asked, so
//! that an edit of the catalog needs no migration. Pure: it neither stores nor fetches anything.

mod state;

use std::sync::Arc;

use super::catalog::{Catalog, Category, Permission};
use super::scope::{Scope, ScopeSet};
use super::token_set::ScopesSource;

use state::Grant;
pub use state::{CategoryState, ScopeState};

/// What is known of a tenant's latest authorization. All `None`: there never was one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GrantFacts {
    /// What we asked Okta for.
    pub requested: Option<ScopeSet>,
    /// What Okta's token has.
    pub granted: Option<ScopeSet>,
    pub source: Option<ScopesSource>,
}

/// The answer, per category and scope, in the catalog's order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantStatus {
    categories: Vec<CategoryStatus>,
    unneeded: Vec<Scope>,
    authorized: bool,
}

/// One category and how much of it was granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryStatus {
    category: Arc<Category>,
    state: CategoryState,
    scopes: Vec<ScopeStatus>,
}

/// One scope and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopeStatus {
    permission: Arc<Permission>,
    grant: Grant,
}

/// The one thing to say about all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// No authorization yet.
    NothingYet,
    AllGranted,
    SomeMissing {
        granted: usize,
        total: usize,
    },
    NoneGranted,
    /// Okta did not say what it granted.
    Unverified,
}

impl GrantStatus {
    #[must_use]
    pub fn compute(catalog: &Catalog, facts: &GrantFacts) -> Self {
        let categories = catalog
            .shared_categories()
            .iter()
            .map(|category| CategoryStatus::compute(category, facts))
            .collect();
        Self {
            categories,
            unneeded: unneeded(catalog, facts),
            authorized: facts.granted.is_some(),
        }
    }

    #[must_use]
    pub fn categories(&self) -> &[CategoryStatus] {
        &self.categories
    }

    pub fn scopes(&self) -> impl Iterator<Item = &ScopeStatus> {
        self.categories.iter().flat_map(CategoryStatus::scopes)
    }

    /// Scopes that were asked for and not granted, in the catalog's order.
    pub fn missing(&self) -> impl Iterator<Item = &Scope> {
        self.in_state(ScopeState::Missing)
    }

    /// Scopes that were never asked for: the catalog has grown since, or nothing was authorized.
    pub fn unrequested(&self) -> impl Iterator<Item = &Scope> {
        self.in_state(ScopeState::Unrequested)
    }

    /// What a person has to grant at Okta before the next authorization, all at once:
    /// the missing and the unrequested, in the catalog's order.
    pub fn lacking(&self) -> impl Iterator<Item = &Scope> {
        self.scopes()
            .filter(|status| status.state().is_lacking())
            .map(ScopeStatus::scope)
    }

    /// Okta API scopes that were granted although nothing in the catalog needs them.
    #[must_use]
    pub fn unneeded(&self) -> &[Scope] {
        &self.unneeded
    }

    /// How many of the catalog's scopes Okta is known to have granted.
    #[must_use]
    pub fn granted_count(&self) -> usize {
        self.scopes().filter(|status| status.is_granted()).count()
    }

    /// How many scopes the catalog has.
    #[must_use]
    pub fn total(&self) -> usize {
        self.scopes().count()
    }

    /// How many categories are in `state`.
    #[must_use]
    pub fn count_of(&self, state: CategoryState) -> usize {
        self.categories
            .iter()
            .filter(|category| category.state == state)
            .count()
    }

    #[must_use]
    pub fn verdict(&self) -> Verdict {
        if !self.authorized {
            return Verdict::NothingYet;
        }
        if self.in_state(ScopeState::Unverified).next().is_some() {
            return Verdict::Unverified;
        }
        match (self.granted_count(), self.total()) {
            (0, _) => Verdict::NoneGranted,
            (granted, total) if granted == total => Verdict::AllGranted,
            (granted, total) => Verdict::SomeMissing { granted, total },
        }
    }

    fn in_state(&self, state: ScopeState) -> impl Iterator<Item = &Scope> {
        self.scopes()
            .filter(move |status| status.state() == state)
            .map(ScopeStatus::scope)
    }
}

impl CategoryStatus {
    fn compute(category: &Arc<Category>, facts: &GrantFacts) -> Self {
        let scopes: Vec<ScopeStatus> = category
            .shared_permissions()
            .iter()
            .map(|permission| ScopeStatus {
                permission: Arc::clone(permission),
                grant: Grant::of(permission.scope(), facts),
            })
            .collect();
        Self {
            category: Arc::clone(category),
            state: state::of_category(&scopes),
            scopes,
        }
    }

    #[must_use]
    pub fn category(&self) -> &Category {
        &self.category
    }

    #[must_use]
    pub fn state(&self) -> CategoryState {
        self.state
    }

    pub fn scopes(&self) -> impl ExactSizeIterator<Item = &ScopeStatus> {
        self.scopes.iter()
    }

    #[must_use]
    pub fn granted_count(&self) -> usize {
        self.scopes().filter(|status| status.is_granted()).count()
    }

    #[must_use]
    pub fn total(&self) -> usize {
        self.scopes.len()
    }
}

impl ScopeStatus {
    #[must_use]
    pub fn permission(&self) -> &Permission {
        &self.permission
    }

    #[must_use]
    pub fn scope(&self) -> &Scope {
        self.permission.scope()
    }

    #[must_use]
    pub fn state(&self) -> ScopeState {
        self.grant.state()
    }

    /// Whether Okta is known to have granted the scope, whatever a check found later.
    #[must_use]
    pub fn is_granted(&self) -> bool {
        self.grant == Grant::Granted
    }
}

/// A granted scope is needed when the catalog lists it, or when a listed scope rests on it alone.
/// Only Okta API scopes are judged: `openid` and its kin carry the sign-in, not the data.
fn unneeded(catalog: &Catalog, facts: &GrantFacts) -> Vec<Scope> {
    let Some(granted) = &facts.granted else {
        return Vec::new();
    };
    let is_needed = |held: &Scope| {
        catalog
            .scopes()
            .any(|listed| held == listed || (held.covers(listed) && !granted.contains(listed)))
    };
    granted
        .iter()
        .filter(|held| held.as_str().starts_with("okta.") && !is_needed(held))
        .cloned()
        .collect()
}

#[cfg(test)]
mod tests;
