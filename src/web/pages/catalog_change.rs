//! What the vendor changed since the administrator agreed.

use super::mend::{NamedScope, ids};

/// The catalog that was agreed to, and the one that is asked for now.
#[derive(Debug, Clone, Default)]
pub struct CatalogChange {
    pub from_version: String,
    pub to_version: String,
    /// New, and not granted yet.
    pub wanted: Vec<WantedScope>,
    /// New, and covered by what was granted before: nothing to do.
    pub covered: Vec<WantedScope>,
    /// No longer asked for.
    pub dropped: Vec<NamedScope>,
    /// The same permission in other words.
    pub reworded: Vec<RewordedScope>,
    /// Stands in another category now: the name of the category.
    pub moved: Vec<(NamedScope, String)>,
}

/// A permission that is asked for anew, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantedScope {
    pub scope: NamedScope,
    pub category: String,
    /// What the vendor does with it.
    pub does: String,
}

/// A permission that is explained differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RewordedScope {
    pub scope: NamedScope,
    pub before: String,
    pub after: String,
}

impl CatalogChange {
    /// `Northvault now asks for 2 more permissions`
    pub fn title(&self, vendor: &str) -> String {
        let (wanted, dropped) = (self.wanted.len(), self.dropped.len());
        match (wanted, dropped) {
            (0, 0) => format!("{vendor} explains its permissions in other words"),
            (0, n) => format!("{vendor} no longer asks for {}", permissions(n, "")),
            (n, 0) => format!("{vendor} now asks for {}", permissions(n, "more ")),
            (n, m) => format!(
                "{vendor} now asks for {}, and no longer for {m}",
                permissions(n, "more ")
            ),
        }
    }

    pub fn wanted_to_copy(&self) -> String {
        let scopes: Vec<NamedScope> = self.wanted.iter().map(|w| w.scope.clone()).collect();
        ids(&scopes)
    }
}

fn permissions(count: usize, more: &str) -> String {
    let noun = if count == 1 {
        "permission"
    } else {
        "permissions"
    };
    format!("{count} {more}{noun}")
}
