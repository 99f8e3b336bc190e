//! An `OpenID` Connect app integration of an organization.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Person, Role};
use crate::ids;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApplicationType {
    #[default]
    Web,
    Service,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuthMethod {
    #[default]
    ClientSecretBasic,
    ClientSecretPost,
    PrivateKeyJwt,
}

impl AuthMethod {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::ClientSecretBasic => "client_secret_basic",
            Self::ClientSecretPost => "client_secret_post",
            Self::PrivateKeyJwt => "private_key_jwt",
        }
    }
}

/// Whether a refresh replaces the refresh token, and for how long the old one still works.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Rotation {
    #[default]
    Static,
    Rotate {
        #[serde(default = "default_leeway")]
        leeway: i64,
    },
}

fn default_leeway() -> i64 {
    30
}

/// Which of a person's groups an app's `groups` claim names: the *Groups claim filter* of the app's
/// *Sign On* tab.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "filter", content = "value")]
pub enum GroupsClaim {
    StartsWith(String),
    Equals(String),
    Contains(String),
    /// *Matches regex* with `.*`, the expression that Okta's guides use.
    All,
}

impl GroupsClaim {
    /// The groups of these that pass the filter.
    pub(crate) fn of(&self, groups: &[String]) -> Vec<String> {
        let passes = |group: &&String| match self {
            Self::StartsWith(text) => group.starts_with(text),
            Self::Equals(text) => *group == text,
            Self::Contains(text) => group.contains(text),
            Self::All => true,
        };
        groups.iter().filter(passes).cloned().collect()
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    #[default]
    Active,
    Inactive,
}

/// An app integration. An empty `client_id`, and an empty `client_secret` where the authentication
/// method needs one, are filled in when the app is added.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a check box of its own in Okta"
)]
pub struct App {
    pub client_id: String,
    pub client_secret: Option<String>,
    pub label: String,
    pub application_type: ApplicationType,
    pub auth_method: AuthMethod,
    pub redirect_uris: Vec<String>,
    pub post_logout_redirect_uris: Vec<String>,
    /// `authorization_code`, `refresh_token`, `client_credentials`.
    pub grant_types: Vec<String>,
    pub jwks_uri: Option<String>,
    pub jwks: Option<Value>,
    /// The grants collection: Okta API scopes that an administrator granted to this app.
    pub granted_scopes: Vec<String>,
    /// Assigned to everyone in the organization.
    pub everyone: bool,
    /// Logins of the people to whom the app is assigned.
    pub assigned: Vec<String>,
    /// Administrator roles of a service app itself.
    pub roles: Vec<Role>,
    pub rotation: Rotation,
    pub pkce_required: bool,
    /// Refuses token requests as if they came from outside the app's network zones.
    pub network_zone_restricted: bool,
    pub dpop_bound: bool,
    /// An API service integration from the catalog, which may use a secret with client credentials.
    pub api_service_integration: bool,
    pub consent_method: String,
    /// Without it there is no `groups` claim, whatever scopes are asked for.
    pub groups_claim: Option<GroupsClaim>,
    pub status: Status,
    pub created: i64,
}

impl Default for App {
    fn default() -> Self {
        Self {
            client_id: String::new(),
            client_secret: None,
            label: "Example app".to_owned(),
            application_type: ApplicationType::default(),
            auth_method: AuthMethod::default(),
            redirect_uris: Vec::new(),
            post_logout_redirect_uris: Vec::new(),
            grant_types: vec!["authorization_code".to_owned(), "refresh_token".to_owned()],
            jwks_uri: None,
            jwks: None,
            granted_scopes: Vec::new(),
            everyone: false,
            assigned: Vec::new(),
            roles: Vec::new(),
            rotation: Rotation::default(),
            pkce_required: false,
            network_zone_restricted: false,
            dpop_bound: false,
            api_service_integration: false,
            consent_method: "TRUSTED".to_owned(),
            groups_claim: None,
            status: Status::default(),
            created: 0,
        }
    }
}

impl App {
    /// Fills in what a seed may leave out.
    pub(crate) fn completed(mut self, now: i64) -> Self {
        if self.client_id.is_empty() {
            self.client_id = ids::okta_id("0oa");
        }
        if self.created == 0 {
            self.created = now;
        }
        self.settle_secret();
        self
    }

    /// A method with a secret has one; a switch to a public key deletes it.
    pub(crate) fn settle_secret(&mut self) {
        if self.auth_method == AuthMethod::PrivateKeyJwt {
            self.client_secret = None;
        } else if self.client_secret.is_none() {
            self.client_secret = Some(ids::secret("secret"));
        }
    }

    pub(crate) fn is_active(&self) -> bool {
        self.status == Status::Active
    }

    pub(crate) fn allows(&self, grant_type: &str) -> bool {
        self.grant_types.iter().any(|allowed| allowed == grant_type)
    }

    pub(crate) fn is_assigned(&self, person: &Person) -> bool {
        self.everyone || self.assigned.contains(&person.login)
    }

    pub(crate) fn has_grant(&self, scope: &str) -> bool {
        self.granted_scopes.iter().any(|granted| granted == scope)
    }

    /// The identifier of a grant of this app's collection.
    pub(crate) fn grant_id(&self, scope: &str) -> String {
        ids::derived_id("oag", &format!("{} {scope}", self.client_id))
    }
}
