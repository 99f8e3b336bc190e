//! How the vendor's own people come in and go, and where they are signed in.

use askama::Template;
use askama_web::WebTemplate;

use super::{Layout, StaffFrame, SupportPlace, When};

/// `/staff/sign-in`: one button, which leads to the vendor's identity provider.
#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "staff/sign_in.html")]
pub struct StaffSignIn {
    pub layout: Layout,
    /// The provider's host: `northvault.okta.com`.
    pub provider_host: String,
    /// The provider's authorize address, complete.
    pub authorize_url: String,
    /// When `authorize_url` stops working.
    pub expires: When,
}

/// `/staff/signed-out`
#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "staff/signed_out.html")]
pub struct StaffSignedOut {
    pub layout: Layout,
    /// Where the person may still be signed in.
    pub provider_host: String,
}

/// `/staff/sessions`
#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "staff/sessions.html")]
pub struct StaffSessions {
    pub layout: Layout,
    pub staff: StaffFrame,
    pub sessions: Vec<StaffSessionRow>,
}

/// One live session.
#[derive(Debug, Clone)]
pub struct StaffSessionRow {
    pub id: String,
    pub name: String,
    pub email: String,
    pub role: String,
    /// `Firefox on Linux`
    pub browser: String,
    pub since: When,
    pub last_seen: When,
    /// The one that shows this page.
    pub is_this: bool,
    /// Whether the person who looks may end it here.
    pub may_end: bool,
}
