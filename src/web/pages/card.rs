//! The cards of the status page: each category with its permissions.

use super::{Access, CategoryState, ScopeState, When};

/// A category of the catalog with its state.
#[derive(Debug, Clone)]
pub struct CategoryCard {
    /// For the fragment address: `admin-roles`.
    pub id: String,
    pub name: String,
    pub state: CategoryState,
    pub scopes: Vec<ScopeRow>,
}

/// A scope of the catalog with its state.
#[derive(Debug, Clone)]
pub struct ScopeRow {
    /// `okta.devices.read`
    pub id: String,
    /// `Devices`
    pub name: String,
    pub access: Access,
    pub state: ScopeState,
    /// Granted, and not known to be useless.
    pub counts: bool,
    /// How we know, or what stops: `Covered by okta.apps.manage`.
    pub evidence: Option<String>,
    pub checked: Option<When>,
}

impl CategoryCard {
    pub fn granted(&self) -> usize {
        self.scopes.iter().filter(|s| s.counts).count()
    }

    fn effective(&self) -> usize {
        let effective = |s: &&ScopeRow| s.state == ScopeState::Effective;
        self.scopes.iter().filter(effective).count()
    }

    /// A check has looked at everything that is granted, and learnt something.
    pub fn checked(&self) -> bool {
        use ScopeState::{BlockedByRole, Effective, Granted, Unavailable};
        let any = |states: &[ScopeState]| self.scopes.iter().any(|s| states.contains(&s.state));
        !any(&[Granted]) && any(&[Effective, BlockedByRole, Unavailable])
    }

    /// What stands beside the icon: granted and working are not the same.
    pub fn word(&self) -> &'static str {
        match self.state {
            CategoryState::Granted if self.checked() => "Works",
            CategoryState::Partial if self.checked() => "Works in part",
            other => other.word(),
        }
    }

    /// The icon; an outline as long as nobody has looked.
    pub fn icon(&self) -> &'static str {
        match self.state {
            CategoryState::Granted if !self.checked() => "held",
            other => other.css(),
        }
    }

    /// `2 of 3`: of those that work, or of those that are granted while nobody has looked.
    pub fn count(&self) -> String {
        let total = self.scopes.len();
        if self.state == CategoryState::Unknown {
            total.to_string()
        } else if !self.checked() {
            format!("{} of {total}", self.granted())
        } else if self.state == CategoryState::Granted && self.effective() < total {
            format!("{} of {total} seen to work", self.effective())
        } else {
            format!("{} of {total}", self.effective())
        }
    }

    /// A category with something to see is open from the start.
    pub fn open(&self) -> bool {
        let failed = |s: &ScopeRow| s.state == ScopeState::CheckFailed;
        self.state != CategoryState::Granted || self.scopes.iter().any(failed)
    }
}

impl ScopeRow {
    /// The icon; an outline as long as nobody has looked.
    pub fn icon(&self) -> &'static str {
        match self.state {
            ScopeState::Granted => "held",
            other => other.css(),
        }
    }
}
