//! The end of a connection: asked before, told after, and the short way back.

use askama::Template;
use askama_web::WebTemplate;

use super::{
    AppField, AppProblem, ClientAuth, ConsoleLink, Layout, NamedScope, ScopeToGrant, Tone, When,
};

/// `GET {path}/disconnect`: what ends, what is kept, what is left. `POST` there does it.
#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "tenant/disconnect.html")]
pub struct Disconnect {
    pub layout: Layout,
    /// `/tenants/{tenant}`
    pub path: String,
    pub vendor_account: String,
    pub organization_host: String,
    pub leftovers: Leftovers,
}

/// What the status page of a connection that was ended tells besides its verdict.
#[derive(Debug, Clone)]
pub struct Ended {
    pub revocation: RevocationNote,
    pub leftovers: Leftovers,
}

/// Whether Okta has ended the tokens.
#[derive(Debug, Clone)]
pub struct RevocationNote {
    pub tone: Tone,
    pub title: String,
    pub what: String,
    /// What to do by hand, in order; empty where there is nothing to do.
    pub steps: Vec<String>,
    pub okta_said: Option<String>,
    pub last_try: Option<When>,
}

/// What stays in the organization until somebody removes it there.
#[derive(Debug, Clone)]
pub struct Leftovers {
    /// The app's client ID.
    pub app: String,
    pub link: Option<ConsoleLink>,
}

/// `GET {path}/connect`: organization and app are known, and only a secret has to be entered again.
/// `POST` there checks them.
#[derive(Debug, Clone, Template, WebTemplate)]
#[template(path = "tenant/connect.html")]
pub struct ConnectAgain {
    /// The catalog's version.
    pub catalog_version: String,
    pub layout: Layout,
    pub path: String,
    pub vendor_account: String,
    pub organization_host: String,
    pub client_auth: ClientAuth,
    pub client_id: String,
    pub redirect_uri: String,
    pub jwks_url: String,
    pub scopes: Vec<ScopeToGrant>,
    pub admin_console_url: Option<String>,
    /// What is asked now and was not when somebody last agreed.
    pub wanted: Vec<NamedScope>,
    pub problems: Vec<AppProblem>,
    pub reference: Option<String>,
}

impl ConnectAgain {
    pub fn problem(&self, field: AppField) -> Option<&super::FieldProblem> {
        let found = self.problems.iter().find(|p| p.field == field);
        found.map(|p| &p.problem)
    }

    /// In the order in which the page is read.
    pub fn problems_in_order(&self) -> Vec<&AppProblem> {
        let mut problems: Vec<&AppProblem> = self.problems.iter().collect();
        problems.sort_by_key(|p| (is_setting(p.field), p.field));
        problems
    }

    pub fn has_wrong_settings(&self) -> bool {
        self.problems.iter().any(|p| is_setting(p.field))
    }

    pub fn scopes_to_copy(&self) -> String {
        let ids: Vec<&str> = self.scopes.iter().map(|s| s.id.as_str()).collect();
        ids.join("\n")
    }

    pub fn uses_secret(&self) -> bool {
        self.client_auth == ClientAuth::ClientSecretBasic
    }
}

/// Whether it is mended in Okta, where this page lists the settings.
fn is_setting(field: AppField) -> bool {
    !matches!(field, AppField::ClientId | AppField::ClientSecret)
}
