//! Mending a gap without the Admin Console: *Grant them for me*, and handing it to a colleague.

use askama::Template;
use askama_web::WebTemplate;

use super::{Layout, Person, When};

/// A scope with its plain name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedScope {
    /// `okta.devices.read`
    pub id: String,
    /// `Devices`
    pub name: String,
}

/// `GET {path}/grants`: what would be granted, by whose sign-in. `POST {path}/grants` does it.
#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "tenant/grants.html")]
pub struct GrantForMe {
    pub layout: Layout,
    /// `/tenants/{tenant}`
    pub path: String,
    pub organization_host: String,
    /// The app integration's client ID.
    pub app: String,
    /// What the app lacks, in the catalog's order; never empty.
    pub scopes: Vec<NamedScope>,
    /// Whose sign-in is used.
    pub signed_in: Option<Person>,
}

/// After `POST {path}/grants`: what Okta took, and what it did not.
#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "tenant/grants_done.html")]
pub struct GrantsDone {
    pub layout: Layout,
    /// The catalog's version.
    pub catalog_version: String,
    pub path: String,
    pub organization_host: String,
    /// May be empty: somebody else was faster, or the first was refused.
    pub added: Vec<NamedScope>,
    pub refused: Option<RefusedGrant>,
    /// Those after the refused one; they were not tried.
    pub untried: Vec<NamedScope>,
}

/// The grant that Okta refused, and why.
#[derive(Debug, Clone)]
pub struct RefusedGrant {
    pub scope: NamedScope,
    /// Why it usually happens, as in the failures' words.
    pub why: String,
    pub steps: Vec<String>,
    /// Okta's own words, already truncated.
    pub okta_said: Option<String>,
}

/// After `POST {path}/hand-off`: the link for a colleague, shown this once.
#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "tenant/hand_off.html")]
pub struct HandOff {
    pub layout: Layout,
    pub path: String,
    pub organization_host: String,
    /// The whole address. The one thing on any page that opens something: nobody sees it twice.
    pub link: String,
    pub expires: When,
    /// What the colleague will be asked to grant; empty when only a stronger sign-in is wanted.
    pub scopes: Vec<NamedScope>,
    /// What was written to the colleague; may be empty.
    pub reason: String,
}

impl GrantForMe {
    /// What the form confirms: what is listed, and nothing else.
    pub fn confirmed(&self) -> String {
        let ids: Vec<&str> = self.scopes.iter().map(|scope| scope.id.as_str()).collect();
        ids.join(" ")
    }

    pub fn to_copy(&self) -> String {
        ids(&self.scopes)
    }
}

impl GrantsDone {
    /// Everything that was lacking is there now.
    pub fn all_well(&self) -> bool {
        self.refused.is_none()
    }

    /// What is still to be granted by hand.
    pub fn left(&self) -> Vec<NamedScope> {
        let refused = self.refused.iter().map(|refused| &refused.scope);
        refused.chain(&self.untried).cloned().collect()
    }

    pub fn left_to_copy(&self) -> String {
        ids(&self.left())
    }
}

/// One scope per line, as the copy buttons give them.
pub(super) fn ids(scopes: &[NamedScope]) -> String {
    let ids: Vec<&str> = scopes.iter().map(|scope| scope.id.as_str()).collect();
    ids.join("\n")
}
