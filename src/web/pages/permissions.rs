//! `/onboarding/permissions`: what is asked, and why.

use askama::Template;
use askama_web::WebTemplate;

use super::{Access, Journey, Layout};

/// Every category and scope of the catalog, explained. `POST /onboarding/permissions` goes on.
#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "onboarding/permissions.html")]
pub struct Permissions {
    pub layout: Layout,
    pub journey: Journey,
    /// In the catalog's order.
    pub categories: Vec<CategoryAsked>,
    /// The catalog's version, short.
    pub catalog_version: String,
    /// The list changed while it was read, so that it has to be read again.
    pub has_changed: bool,
}

/// One category, as it is asked for.
#[derive(Debug, Clone)]
pub struct CategoryAsked {
    /// For the fragment address: `admin-roles`.
    pub id: String,
    pub name: String,
    /// One line: what the vendor does with it.
    pub summary: String,
    pub scopes: Vec<ScopeAsked>,
}

/// One scope, as it is asked for.
#[derive(Debug, Clone)]
pub struct ScopeAsked {
    /// `okta.users.manage`
    pub id: String,
    /// `User accounts`
    pub name: String,
    pub access: Access,
    /// Why it is needed, one sentence.
    pub why: String,
    /// What stops without it, one sentence.
    pub without: String,
}

impl Permissions {
    pub fn total(&self) -> usize {
        self.categories.iter().map(|c| c.scopes.len()).sum()
    }

    pub fn manage(&self) -> usize {
        self.with(Access::Manage)
    }

    pub fn read(&self) -> usize {
        self.with(Access::Read)
    }

    fn with(&self, access: Access) -> usize {
        let scopes = self.categories.iter().flat_map(|c| &c.scopes);
        scopes.filter(|s| s.access == access).count()
    }
}
