//! `/onboarding/app`: the app integration that the administrator makes in Okta.

use askama::Template;
use askama_web::WebTemplate;

use super::{FieldProblem, Journey, Layout};

/// Exact steps for the Admin Console, and the few values that come back from it.
///
/// `POST /onboarding/app` with `client_auth`, `client_id` and, for a secret, `client_secret`.
#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "onboarding/app.html")]
pub struct AppInOkta {
    pub layout: Layout,
    pub journey: Journey,
    /// The name that we suggest for the app integration.
    pub app_name: String,
    /// The connection's own redirect address.
    pub redirect_uri: String,
    /// The connection's own keys address.
    pub jwks_url: String,
    /// Every scope to grant, by its technical name, as Okta's page lists them.
    pub scopes: Vec<ScopeToGrant>,
    /// `https://acme-admin.okta.com/admin/apps/active`; none when the organization's console cannot be derived.
    pub admin_console_url: Option<String>,
    /// Which way is chosen; the recommended one at first.
    pub client_auth: ClientAuth,
    /// What was typed or stored.
    pub client_id: String,
    /// The app of a connection that was ended: it is there, unless somebody removed it since.
    pub is_known: bool,
    /// A secret is stored already and is kept when the field is left empty. The secret itself is never here.
    pub secret_stored: bool,
    /// What the check before leaving found, in any order.
    pub problems: Vec<AppProblem>,
    /// The reference id of the check that found problems.
    pub reference: Option<String>,
}

/// One row of Okta's page to press *Grant* on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ScopeToGrant {
    pub id: String,
    pub name: String,
}

/// How the app proves who it is; the value of the field `client_auth`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientAuth {
    PrivateKeyJwt,
    ClientSecretBasic,
}

/// Where a problem of the app belongs; from the top of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AppField {
    GrantTypes,
    RedirectUri,
    Scopes,
    Keys,
    ClientSecret,
    ClientId,
}

impl AppField {
    /// The id of the element that the error summary leads to.
    pub fn anchor(self) -> &'static str {
        match self {
            Self::RedirectUri => "redirect-uri",
            Self::GrantTypes => "grant-types",
            Self::Scopes => "scopes",
            Self::Keys => "keys",
            Self::ClientId => "client_id",
            Self::ClientSecret => "client_secret",
        }
    }
}

/// One thing that the check found, and where.
#[derive(Debug, Clone)]
pub struct AppProblem {
    pub field: AppField,
    pub problem: FieldProblem,
}

impl AppInOkta {
    /// In the order in which the page is read.
    pub fn problems_in_order(&self) -> Vec<&AppProblem> {
        let mut problems: Vec<&AppProblem> = self.problems.iter().collect();
        problems.sort_by_key(|p| p.field);
        problems
    }

    pub fn problem(&self, field: AppField) -> Option<&FieldProblem> {
        let found = self.problems.iter().find(|p| p.field == field);
        found.map(|p| &p.problem)
    }

    /// The organization's host; the journey knows it by this step.
    pub fn host(&self) -> &str {
        self.journey
            .organization
            .as_deref()
            .unwrap_or("your organization")
    }

    /// One scope per line, as the copy button gives them.
    pub fn scopes_to_copy(&self) -> String {
        let ids: Vec<&str> = self.scopes.iter().map(|s| s.id.as_str()).collect();
        ids.join("\n")
    }

    pub fn uses_secret(&self) -> bool {
        self.client_auth == ClientAuth::ClientSecretBasic
    }
}
