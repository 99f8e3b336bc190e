//! Which of the catalog's scopes a tenant granted and which of those work, computed from facts each
//! time it is asked, so that an edit of the catalog needs no migration. Pure: it neither stores nor
//! fetches anything.

mod state;
mod verdict;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::catalog::{Catalog, Category, Permission};
use super::check::{Evidence, Finding};
use super::scope::{Scope, ScopeSet};
use super::token_set::ScopesSource;

use state::Grant;
pub use state::{CategoryState, ScopeState};
pub use verdict::{Counts, Verdict};

/// What is known of a tenant's latest authorization. All `None`: there never was one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GrantFacts {
    /// What we asked Okta for.
    pub requested: Option<ScopeSet>,
    /// What Okta's token has.
    pub granted: Option<ScopeSet>,
    pub source: Option<ScopesSource>,
    /// What checks of that authorization's tokens found. What was found before it says nothing of
    /// the tokens that are used now, and does not belong here.
    pub evidence: BTreeMap<Scope, Evidence>,
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
    state: ScopeState,
    evidence: Option<Evidence>,
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

    /// How many of the catalog's scopes were seen to work.
    #[must_use]
    pub fn effective_count(&self) -> usize {
        self.in_state(ScopeState::Effective).count()
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

    /// The scopes in `state`, in the catalog's order.
    pub fn in_state(&self, state: ScopeState) -> impl Iterator<Item = &Scope> {
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
            .map(|permission| ScopeStatus::compute(permission, facts))
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
    fn compute(permission: &Arc<Permission>, facts: &GrantFacts) -> Self {
        let granted = Grant::of(permission.scope(), facts);
        // A check of what was not granted would tell nothing, and of an earlier grant even less.
        let evidence = facts
            .evidence
            .get(permission.scope())
            .filter(|_| granted.is_given())
            .cloned();
        let finding = evidence.as_ref().map(|evidence| evidence.finding);
        let grant = granted.seen(finding);
        Self {
            permission: Arc::clone(permission),
            grant,
            state: grant.state(finding),
            evidence,
        }
    }

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
        self.state
    }

    /// What the state was concluded from, where a check looked.
    #[must_use]
    pub fn evidence(&self) -> Option<&Evidence> {
        self.evidence.as_ref()
    }

    /// What a check found, where one looked.
    #[must_use]
    pub fn finding(&self) -> Option<Finding> {
        self.evidence().map(|evidence| evidence.finding)
    }

    /// Whether Okta is known to have granted the scope, whether or not it works.
    #[must_use]
    pub fn is_granted(&self) -> bool {
        self.grant == Grant::Granted
    }

    /// Whether it is not known if Okta granted the scope: it did not say, and no check showed it.
    fn is_assumed(&self) -> bool {
        state::is_assumed(self.grant, self.state)
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
