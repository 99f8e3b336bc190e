//! `/repair`: what a colleague sees who opened a hand-off link.

use askama::Template;
use askama_web::WebTemplate;

use super::mend::{NamedScope, ids};
use super::{Layout, PlaceInOkta, When};

/// Who asks for what, where in Okta it is done. `POST /repair/begin` goes on to the sign-in.
#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "repair/begin.html")]
pub struct Repair {
    pub layout: Layout,
    /// Which hand-off it is: named by its form.
    pub link: String,
    /// The catalog's version.
    pub catalog_version: String,
    /// The account at the vendor.
    pub vendor_account: String,
    pub organization_host: String,
    /// Who made the link: a name and an e-mail address.
    pub asked_by: String,
    pub asked_by_email: String,
    /// The vendor's support asks, about the connection that this person signed in for.
    pub by_support: bool,
    /// What they wrote; may be empty.
    pub reason: String,
    /// The app integration's client ID.
    pub app: String,
    /// What the app lacks; empty when only a stronger sign-in is wanted.
    pub missing: Vec<NamedScope>,
    /// The app's scopes in the Admin Console.
    pub place: PlaceInOkta,
    /// Until when the link works.
    pub expires: When,
}

/// The colleague is back from Okta.
#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "repair/done.html")]
pub struct RepairDone {
    pub layout: Layout,
    pub organization_host: String,
    /// Who is told.
    pub asked_by: String,
    /// `All 25 permissions are granted now.`
    pub sentence: String,
    /// What is still not granted, if anything.
    pub missing: Vec<NamedScope>,
}

impl Repair {
    pub fn to_copy(&self) -> String {
        ids(&self.missing)
    }
}
