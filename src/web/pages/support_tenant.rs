//! `/support/tenants/{tenant}`: the cause first, what to tell the customer, and what happened.

use askama::Template;
use askama_web::WebTemplate;

use super::{CategoryCard, Facts, Layout, StaffFrame, SupportActs, SupportPlace, When};

/// Before a visit: why does support look?
#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "support/visit.html")]
pub struct VisitPage {
    pub layout: Layout,
    pub staff: StaffFrame,
    /// `/support/tenants/{tenant}`
    pub path: String,
    pub tenant_name: String,
    /// Nothing was typed.
    pub problem: Option<String>,
}

/// One tenant, for support.
#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "support/tenant.html")]
pub struct SupportTenant {
    pub layout: Layout,
    pub staff: StaffFrame,
    pub path: String,
    pub tenant_id: String,
    pub tenant_name: String,
    /// `Needs attention`
    pub state: &'static str,
    /// The end of a class: `good`, `warn`, `bad`, `neutral`.
    pub tone: &'static str,
    /// Nothing works until somebody signs in again, so that permissions are those of before.
    pub is_over: bool,
    pub cause: SupportCause,
    /// Why support looks, and since when.
    pub visit_reason: String,
    pub visit_at: When,
    /// What the tenant is asked for, in the catalog's order.
    pub categories: Vec<CategoryCard>,
    pub facts: Facts,
    pub kinds: Vec<TimelineFilter>,
    pub happenings: Vec<HappeningRow>,
    pub older_href: Option<String>,
    pub acts: SupportActs,
}

/// What is wrong, and how to say it on the phone.
#[derive(Debug, Clone)]
pub struct SupportCause {
    /// One sentence.
    pub sentence: String,
    /// To be read to the customer, or pasted into a mail.
    pub tell: String,
    /// Okta's own words, with the id that Okta's support asks for.
    pub okta_said: Option<String>,
    pub reference: Option<String>,
    pub happened: Option<When>,
    /// For support alone: what is behind it.
    pub inside: Option<String>,
}

/// A kind of happening to cut the timeline down to.
#[derive(Debug, Clone)]
pub struct TimelineFilter {
    pub label: &'static str,
    pub href: String,
    pub chosen: bool,
}

/// One thing that happened.
#[derive(Debug, Clone)]
pub struct HappeningRow {
    pub at: When,
    /// The end of a class: `good`, `warn`, `bad`, `neutral`.
    pub tone: &'static str,
    pub what: String,
    /// `Ada Byron`, `automatic`
    pub who: String,
    /// More, in a sentence: a cause, Okta's own words.
    pub detail: Option<String>,
    pub reference: Option<String>,
}

/// A new link, for the onboarding or for a colleague, shown once.
#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "support/link.html")]
pub struct SupportLink {
    pub layout: Layout,
    pub staff: StaffFrame,
    pub path: String,
    pub tenant_name: String,
    pub heading: String,
    /// To whom to send it.
    pub lead: String,
    pub url: String,
    pub expires: When,
    /// A finished text with the link in it.
    pub text: String,
    /// What becomes of earlier ones.
    pub earlier: String,
}

impl SupportTenant {
    /// The categories in which something does not work, or is not known to.
    pub fn lacking(&self) -> Vec<&CategoryCard> {
        self.categories.iter().filter(|card| card.open()).collect()
    }
}
