//! The last page before Okta: ours, with a plain link, so that no form posts across sites.

use askama::Template;
use askama_web::WebTemplate;

use super::{Journey, Layout, When};

/// Names both sides and says what will happen, then leads to Okta.
#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "onboarding/sign_in.html")]
pub struct SignIn {
    pub layout: Layout,
    pub purpose: SignInPurpose,
    /// Only while onboarding.
    pub journey: Option<Journey>,
    /// The account at the vendor; none for a returning sign-in, whose visitor is not known yet.
    pub vendor_account: Option<String>,
    /// `acme.okta.com`
    pub organization_host: String,
    /// Okta's authorize address, complete.
    pub authorize_url: String,
    /// When `authorize_url` stops working.
    pub expires: When,
    /// Where *Go back* leads.
    pub back_href: String,
    /// How many permissions are asked for; unused by a returning sign-in.
    pub permissions: usize,
}

/// Why somebody is about to be sent to Okta.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignInPurpose {
    /// The first time, as a step of the onboarding.
    Onboarding,
    /// To have new grants take effect, or to start the 90 days anew.
    AuthorizeAgain,
    /// Only to be recognised; asks for no permission.
    Returning,
    /// To show that whoever is signed in is a Super Administrator.
    Verify,
}

impl SignIn {
    pub fn is_verifying(&self) -> bool {
        self.purpose == SignInPurpose::Verify
    }

    pub fn is_returning(&self) -> bool {
        self.purpose == SignInPurpose::Returning
    }
}
