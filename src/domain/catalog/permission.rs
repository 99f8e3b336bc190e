//! One scope of the catalog: its words, and how it is found out whether it works.

use super::probe::Probe;
use crate::domain::scope::{Access, Scope};

/// One scope that the vendor needs, with the words for it.
#[derive(Debug, PartialEq, Eq)]
pub struct Permission {
    pub(super) scope: Scope,
    pub(super) access: Access,
    pub(super) name: String,
    pub(super) does: String,
    pub(super) without: String,
    pub(super) verification: Verification,
}

/// How it is found out whether a granted scope works.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verification {
    Probe(Probe),
    /// Nothing at Okta tells; the sentence says why.
    Unprovable(String),
    /// Read from a snapshot, which holds only what is asked and the words.
    NotKept,
}

impl Permission {
    #[must_use]
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// The scope's name at Okta.
    #[must_use]
    pub fn id(&self) -> &str {
        self.scope.as_str()
    }

    #[must_use]
    pub fn access(&self) -> Access {
        self.access
    }

    /// What the scope covers, in a reader's words.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the vendor backs up and restores with it.
    #[must_use]
    pub fn does(&self) -> &str {
        &self.does
    }

    /// What stops working without it.
    #[must_use]
    pub fn without(&self) -> &str {
        &self.without
    }

    /// The question whose answer tells whether the scope works.
    #[must_use]
    pub fn probe(&self) -> Option<&Probe> {
        match &self.verification {
            Verification::Probe(probe) => Some(probe),
            Verification::Unprovable(_) | Verification::NotKept => None,
        }
    }

    /// Why no question tells whether the scope works, where that is so.
    #[must_use]
    pub fn unprovable(&self) -> Option<&str> {
        match &self.verification {
            Verification::Unprovable(why) => Some(why),
            Verification::Probe(_) | Verification::NotKept => None,
        }
    }
}
