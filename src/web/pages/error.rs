//! The one page for everything that went wrong and has no page of its own.

use askama::Template;
use askama_web::WebTemplate;

use super::{Layout, When};

/// What happened, why it usually does, what to do, and a reference to quote.
#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "error.html")]
pub struct ErrorPage {
    pub layout: Layout,
    /// The heading: what happened, in a few words.
    pub title: String,
    /// What happened, in a sentence or two, and what is not lost.
    pub what: String,
    /// Why it usually happens.
    pub why: Option<String>,
    /// What to do, in order.
    pub steps: Vec<String>,
    /// Links on; the first is the primary one.
    pub actions: Vec<ErrorAction>,
    /// What to quote to support.
    pub reference: Option<String>,
    pub happened: Option<When>,
    /// Okta's own words, already truncated and stripped of control characters.
    pub okta_said: Option<String>,
    /// Who said that: Okta, or the vendor's own sign-in service.
    pub said_by: String,
    /// Whether the reader is one of the vendor's own people.
    pub for_staff: bool,
}

/// A way on from an error; always a GET.
#[derive(Debug, Clone)]
pub struct ErrorAction {
    pub label: String,
    pub href: String,
}
