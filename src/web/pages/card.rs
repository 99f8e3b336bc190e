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

    /// A check has looked at everything that is granted.
    pub fn checked(&self) -> bool {
        use ScopeState::{BlockedByRole, CheckFailed, Effective, Granted, Unavailable};
        let any = |states: &[ScopeState]| self.scopes.iter().any(|s| states.contains(&s.state));
        !any(&[Granted]) && any(&[Effective, BlockedByRole, Unavailable, CheckFailed])
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

    /// `2 of 3 work`, or `2 of 3` while nobody has looked.
    pub fn count(&self) -> String {
        let total = self.scopes.len();
        match (self.checked(), self.effective()) {
            _ if self.state == CategoryState::Unknown => total.to_string(),
            (false, _) => format!("{} of {total}", self.granted()),
            (true, 1) => format!("1 of {total} works"),
            (true, works) => format!("{works} of {total} work"),
        }
    }

    /// A category with something to see is open from the start.
    pub fn open(&self) -> bool {
        self.state != CategoryState::Granted
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
