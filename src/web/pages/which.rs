//! A browser that holds several things at once: which one is meant, and what a link would come beside.

use askama::Template;
use askama_web::WebTemplate;

use super::Layout;

/// Something that is open in this browser.
#[derive(Debug, Clone)]
pub struct OpenInBrowser {
    /// The account at the vendor.
    pub account: String,
    /// Who is signed in; empty for an onboarding that is under way.
    pub person: String,
    pub href: String,
}

/// Which onboarding an address is about; or a form that is about none of them, of which nothing was kept.
#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "onboarding/which.html")]
pub struct WhichOnboarding {
    pub layout: Layout,
    /// A form was sent, and nothing of it was stored.
    pub stale: bool,
    /// The account that the form was for, as far as it said so.
    pub account: Option<String>,
    pub open: Vec<OpenInBrowser>,
}

/// `GET /onboard/{link}` in a browser that holds something else. `POST` to the same address, which is on
/// no page, opens the link.
#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "onboarding/beside.html")]
pub struct OpenBeside {
    pub layout: Layout,
    /// The account that the link is for.
    pub account: String,
    /// What is open already; never empty.
    pub open: Vec<OpenInBrowser>,
    /// What has to go for it, because a browser holds no more.
    pub goes: Option<OpenInBrowser>,
}
