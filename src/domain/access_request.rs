//! What a worker wants to do with a token, compared with what was granted and works. Pure: it
//! neither fetches a token nor refreshes one.
//!
//! Only what is *known* not to work is missing. What no check could judge, and what a check failed
//! to look at, is not: a worker's own call tells soon enough.

use super::catalog::{Catalog, Category, Permission};
use super::check::Finding;
use super::grant_status::ScopeState;
use super::scope::{Scope, ScopeList, ScopeSet};

/// The scopes that a worker wants, all of them within the catalog. Empty: whatever was granted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccessRequest(ScopeSet);

/// What was asked for and stands in no catalog of ours: a mistake of the program that asks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NotInCatalog {
    pub categories: Vec<String>,
    pub scopes: Vec<String>,
}

/// What a token can do, as far as is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TokenGrants {
    /// The token's scopes.
    pub granted: ScopeList,
    /// The scopes that a check saw not to work, and why: blocked by the role, unavailable, or missing
    /// after all.
    pub ineffective: Vec<(Scope, Finding)>,
}

/// A scope that is wanted and cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lacking {
    pub scope: Scope,
    pub state: ScopeState,
}

impl AccessRequest {
    /// Reads catalog ids of categories and names of scopes. A scope is in the catalog when it stands
    /// there or is covered by one that does.
    pub fn resolve(
        catalog: &Catalog,
        categories: &[String],
        scopes: &[String],
    ) -> Result<Self, NotInCatalog> {
        let mut wanted = ScopeSet::default();
        let mut unknown = NotInCatalog::default();
        for id in categories {
            match catalog.category(id).map(Category::permissions) {
                Some(permissions) => permissions
                    .map(Permission::scope)
                    .for_each(|scope| wanted.insert(scope.clone())),
                None => unknown.categories.push(id.clone()),
            }
        }
        for name in scopes {
            let scope = name.parse::<Scope>().ok();
            match scope.filter(|scope| catalog.scopes().any(|listed| listed.covers(scope))) {
                Some(scope) => wanted.insert(scope),
                None => unknown.scopes.push(name.clone()),
            }
        }
        if unknown == NotInCatalog::default() {
            Ok(Self(wanted))
        } else {
            Err(unknown)
        }
    }

    /// What of it lies outside of these categories. `None`: it names nothing, which asks for whatever was
    /// granted and so for more than any of them.
    #[must_use]
    pub fn beyond(&self, catalog: &Catalog, categories: &[String]) -> Option<Vec<&Scope>> {
        let within = |scope: &Scope| {
            let found = categories.iter().filter_map(|id| catalog.category(id));
            let mut permissions = found.flat_map(Category::permissions);
            permissions.any(|permission| permission.scope().covers(scope))
        };
        let mut asked = self.0.iter().peekable();
        asked.peek()?;
        Some(asked.filter(|scope| !within(scope)).collect())
    }

    /// The scopes that it names.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(Scope::as_str)
    }

    /// Whether all of it can be used.
    #[must_use]
    pub fn is_met_by(&self, grants: &TokenGrants) -> bool {
        self.0
            .iter()
            .all(|scope| grants.trouble_with(scope).is_none())
    }

    /// All that is wanted and cannot be used, in alphabetical order. `requested` is what was asked of
    /// Okta for the token.
    #[must_use]
    pub fn lacking(&self, grants: &TokenGrants, requested: &ScopeSet) -> Vec<Lacking> {
        let lacks = |scope: &Scope| {
            let state = match grants.trouble_with(scope)? {
                // What the token holds was asked for, whatever is said of it since.
                ScopeState::Missing
                    if !requested.covers(scope)
                        && grants.granted.holders(scope).next().is_none() =>
                {
                    ScopeState::Unrequested
                }
                state => state,
            };
            Some(Lacking {
                scope: scope.clone(),
                state,
            })
        };
        self.0.iter().filter_map(lacks).collect()
    }
}

impl TokenGrants {
    /// The Okta API scopes that the token has and that are not known to be of no use.
    pub fn usable(&self) -> impl Iterator<Item = &str> {
        let is_of_okta = |name: &&str| name.starts_with("okta.");
        self.granted
            .names()
            .filter(is_of_okta)
            .filter(|name| self.finding(name).is_none())
    }

    /// Why `scope` cannot be used; `None` when nothing speaks against it.
    fn trouble_with(&self, scope: &Scope) -> Option<ScopeState> {
        let mut holders = self.granted.holders(scope).peekable();
        if holders.peek().is_none() {
            return Some(ScopeState::Missing);
        }
        // What was seen of the scope itself, or else of all that it could rest on.
        let seen = self.finding(scope.as_str()).or_else(|| {
            let findings: Option<Vec<Finding>> = holders.map(|held| self.finding(held)).collect();
            findings.and_then(|all| all.first().copied())
        });
        seen.and_then(as_trouble)
    }

    fn finding(&self, name: &str) -> Option<Finding> {
        let mut seen = self.ineffective.iter();
        seen.find(|(seen, _)| seen.as_str() == name)
            .map(|&(_, finding)| finding)
    }
}

impl Finding {
    /// The findings that speak against a scope.
    pub const AGAINST: [Self; 3] = [Self::Missing, Self::BlockedByRole, Self::Unavailable];
}

const fn as_trouble(finding: Finding) -> Option<ScopeState> {
    match finding {
        Finding::Missing => Some(ScopeState::Missing),
        Finding::BlockedByRole => Some(ScopeState::BlockedByRole),
        Finding::Unavailable => Some(ScopeState::Unavailable),
        Finding::Effective | Finding::TokenRefused | Finding::CannotTell | Finding::CheckFailed => {
            None
        }
    }
}

#[cfg(test)]
mod tests;
