//! `/tenants/{tenant}/report`: everything on paper, for a security reviewer's file.

use askama::Template;
use askama_web::WebTemplate;

use super::{Access, CategoryState, Facts, Layout, NamedScope, ScopeState, Verdict, When};

/// The status with every sentence, state, evidence and time, and nothing to press but *Print*.
#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "tenant/report.html")]
pub struct Report {
    pub layout: Layout,
    /// `/tenants/{tenant}`; the files are at `{path}/report.json` and `{path}/report.csv`.
    pub path: String,
    pub vendor_account: String,
    pub verdict: Verdict,
    pub facts: Facts,
    /// When this page was made.
    pub made: When,
    /// When the last check ended.
    pub checked: Option<When>,
    pub categories: Vec<ReportCategory>,
    /// Granted although the catalog does not ask for it.
    pub unneeded: Vec<NamedScope>,
}

/// A category with its sentence.
#[derive(Debug, Clone)]
pub struct ReportCategory {
    pub name: String,
    pub sentence: String,
    pub state: CategoryState,
    /// `2 of 2 work`
    pub count: String,
    /// `Works`
    pub word: &'static str,
    pub scopes: Vec<ReportScope>,
}

/// A scope with everything that is known of it.
#[derive(Debug, Clone)]
pub struct ReportScope {
    pub id: String,
    pub name: String,
    pub access: Access,
    /// What the vendor does with it.
    pub does: String,
    pub state: ScopeState,
    pub evidence: Option<String>,
    /// `X-Okta-Request-Id` of the answer.
    pub request_id: Option<String>,
    pub checked: Option<When>,
}
