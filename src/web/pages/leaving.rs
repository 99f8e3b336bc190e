//! Pages for people who are not, or no longer, signed in.

use askama::Template;
use askama_web::WebTemplate;

use super::Layout;

/// Somebody of the organization signed in but was not let in by a link: learns only whom to ask.
#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "not_an_administrator.html")]
pub struct NotAnAdministrator {
    pub layout: Layout,
    /// The organization they signed in to, which they know.
    pub organization_host: String,
    /// Who they signed in as, which they know too.
    pub email: String,
    pub reference: Option<String>,
}

/// After signing out.
#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "signed_out.html")]
pub struct SignedOut {
    pub layout: Layout,
}
