//! A person of an organization: how they sign in and what their administrator role lets them do.

use serde::{Deserialize, Serialize};

use crate::ids;

/// A person's standard administrator role.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    SuperAdmin,
    OrgAdmin,
    AppAdmin,
    /// Of the groups that the person is in, and of who is in them.
    GroupAdmin,
    ReadOnlyAdmin,
    #[default]
    None,
}

impl Role {
    /// `type` and `label` as the roles API writes them.
    pub(crate) fn names(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::SuperAdmin => Some(("SUPER_ADMIN", "Super Administrator")),
            Self::OrgAdmin => Some(("ORG_ADMIN", "Organization Administrator")),
            Self::AppAdmin => Some(("APP_ADMIN", "Application Administrator")),
            Self::GroupAdmin => Some(("USER_ADMIN", "Group Administrator")),
            Self::ReadOnlyAdmin => Some(("READ_ONLY_ADMIN", "Read-only Administrator")),
            Self::None => None,
        }
    }

    /// The role that an API `type` names.
    pub(crate) fn from_type(name: &str) -> Option<Self> {
        [
            Self::SuperAdmin,
            Self::OrgAdmin,
            Self::AppAdmin,
            Self::GroupAdmin,
            Self::ReadOnlyAdmin,
        ]
        .into_iter()
        .find(|role| role.names().is_some_and(|(kind, _)| kind == name))
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonStatus {
    #[default]
    Active,
    Suspended,
    Deactivated,
}

impl PersonStatus {
    pub(crate) fn api_name(self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::Suspended => "SUSPENDED",
            Self::Deactivated => "DEPROVISIONED",
        }
    }
}

/// A person. An empty `id` or `password` is filled in when the person is added.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Person {
    pub id: String,
    pub login: String,
    pub password: String,
    pub given_name: String,
    pub family_name: String,
    pub role: Role,
    pub status: PersonStatus,
    pub groups: Vec<String>,
}

impl Person {
    /// A person named after the part of the login before the `@`, with a password that follows from
    /// the login: `fakeokta_pw_ada` for `ada@acme.example`.
    pub fn new(login: &str, role: Role) -> Self {
        let name = login.split('@').next().unwrap_or(login);
        let mut letters = name.chars();
        let given_name = letters
            .next()
            .map(|first| first.to_uppercase().chain(letters).collect())
            .unwrap_or_default();
        Self {
            login: login.to_owned(),
            password: format!("fakeokta_pw_{name}"),
            given_name,
            family_name: "Example".to_owned(),
            role,
            ..Self::default()
        }
    }

    pub fn super_admin(login: &str) -> Self {
        Self::new(login, Role::SuperAdmin)
    }

    /// Fills in what a seed may leave out.
    pub(crate) fn completed(mut self) -> Self {
        let from_login = Self::new(&self.login, self.role);
        if self.id.is_empty() {
            self.id = ids::okta_id("00u");
        }
        if self.password.is_empty() {
            self.password = from_login.password;
        }
        if self.given_name.is_empty() {
            self.given_name = from_login.given_name;
        }
        if self.family_name.is_empty() {
            self.family_name = from_login.family_name;
        }
        self
    }

    pub fn full_name(&self) -> String {
        format!("{} {}", self.given_name, self.family_name)
    }
}
