//! `/onboarding/organization`: which Okta organization, and is it the right one.

use askama::Template;
use askama_web::WebTemplate;

use super::{FieldProblem, Journey, Layout};

/// The address entered, or confirmed; then the organization found there, with both sides named.
#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "onboarding/organization.html")]
pub struct Organization {
    pub layout: Layout,
    pub journey: Journey,
    /// The host that the invitation pins; then nothing else can be entered.
    pub pinned: Option<String>,
    /// What was typed. Field `organization` of `POST /onboarding/organization`.
    pub organization: String,
    /// What is wrong with what was typed, or with what was found there.
    pub problem: Option<FieldProblem>,
    /// The reference id of the look-up that found the problem.
    pub reference: Option<String>,
    /// What answers at that address; asks for `POST /onboarding/organization/confirm` (hidden field `organization`).
    pub found: Option<FoundOrganization>,
}

/// An Okta organization, as its own discovery documents describe it.
#[derive(Debug, Clone)]
pub struct FoundOrganization {
    /// `acme.okta.com`
    pub host: String,
    /// `00o…`
    pub id: String,
    /// `Identity Engine` or `Classic Engine`.
    pub edition: String,
    /// What was corrected on the way, one sentence each: an `-admin` address, a custom domain.
    pub corrections: Vec<String>,
}
