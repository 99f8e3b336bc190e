//! `/`: what this is, and the two ways on.

use askama::Template;
use askama_web::WebTemplate;

use super::{FieldProblem, Layout};

/// The front door. Holds no tenant's data: anyone may see it.
#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "home.html")]
pub struct Home {
    pub layout: Layout,
    /// What was typed as the organization's address; empty at first. Field `organization` of `POST /sign-in`.
    pub organization: String,
    /// Carried along as the hidden field `tenant`, when somebody came from a tenant's page.
    pub tenant: Option<String>,
    /// What is wrong with the address.
    pub problem: Option<FieldProblem>,
}
