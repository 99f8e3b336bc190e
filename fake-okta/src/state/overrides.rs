//! Answers that role and token alone would not give: how a test makes one endpoint refuse.

use serde::{Deserialize, Serialize};

/// Gives the calls under a path another answer, to everybody, one person or one app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Override {
    /// The beginning of the paths.
    pub path: String,
    pub answer: OverrideAnswer,
    /// Only calls with a token of this person.
    #[serde(default)]
    pub login: Option<String>,
    /// Only calls with a token of this app.
    #[serde(default)]
    pub client_id: Option<String>,
}

/// What is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OverrideAnswer {
    /// 403 E0000006, as to a role that is too weak.
    RoleRefused,
    /// 200 `[]`, as to a role that sees none of it. What is no list is answered as it is.
    EmptyForRole,
    /// 403 E0000005, as to a kind of token that the endpoint does not take.
    TokenRefused,
}

impl Override {
    pub fn on(path_prefix: &str, answer: OverrideAnswer) -> Self {
        Self {
            path: path_prefix.to_owned(),
            answer,
            login: None,
            client_id: None,
        }
    }

    #[must_use]
    pub fn for_person(mut self, login: &str) -> Self {
        self.login = Some(login.to_owned());
        self
    }

    #[must_use]
    pub fn for_app(mut self, client_id: &str) -> Self {
        self.client_id = Some(client_id.to_owned());
        self
    }

    pub(crate) fn applies(&self, path: &str, client_id: &str, login: Option<&str>) -> bool {
        path.starts_with(&self.path)
            && (self.client_id.as_deref()).is_none_or(|only| only == client_id)
            && (self.login.as_deref()).is_none_or(|only| login == Some(only))
    }
}
