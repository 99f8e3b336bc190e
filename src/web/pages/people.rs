//! People with access, taking it back, and a sign-in that was not used.

use askama::Template;
use askama_web::WebTemplate;

use super::{Layout, StaffFrame, SupportPlace, When};

/// `{path}/people`, for a Super Administrator of the organization.
#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "tenant/people.html")]
pub struct PeoplePage {
    pub layout: Layout,
    /// `/tenants/{tenant}`
    pub path: String,
    pub organization_host: String,
    /// In the order in which they were let in.
    pub people: Vec<PersonRow>,
}

/// One person with access.
#[derive(Debug, Clone)]
pub struct PersonRow {
    pub id: String,
    pub name: String,
    pub email: String,
    /// Where the person signs in: `acme.okta.com`.
    pub issuer: String,
    /// `Super Administrator`
    pub role: &'static str,
    /// When Okta said so.
    pub role_verified: Option<When>,
    pub let_in: When,
    /// When the link was made that let the person in.
    pub link_made: Option<When>,
    pub last_signed_in: When,
    /// The connection uses this person's sign-in.
    pub carries_connection: bool,
    /// It is whoever looks at the page.
    pub is_you: bool,
}

/// `GET {path}/people/{person}/remove`; `POST` there does it.
#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "tenant/remove_person.html")]
pub struct RemovePerson {
    pub layout: Layout,
    pub path: String,
    pub organization_host: String,
    pub person: PersonRow,
    /// Nobody else has access.
    pub is_last: bool,
}

/// `/support/tenants/{tenant}/people`
#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "support/people.html")]
pub struct SupportPeople {
    pub layout: Layout,
    pub staff: StaffFrame,
    /// `/support/tenants/{tenant}`
    pub path: String,
    pub tenant_name: String,
    pub people: Vec<PersonRow>,
    /// Whether whoever looks may remove somebody.
    pub may_remove: bool,
}

/// `{path}/held`: both numbers, and what can be done.
#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "tenant/held.html")]
pub struct HeldSignIn {
    pub layout: Layout,
    pub organization_host: String,
    /// Whose sign-in the connection keeps using.
    pub carrier: String,
    /// It is an earlier one of the same person.
    pub is_own: bool,
    /// How many permissions work by that.
    pub before: usize,
    /// How many of those would work by the new one.
    pub after: usize,
    /// For a Super Administrator: where the weaker sign-in can be chosen.
    pub choose_href: Option<String>,
    pub keep_href: String,
    pub again_href: String,
}
