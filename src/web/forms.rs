//! What forms send. A secret is a secret type from here on.

use secrecy::SecretString;
use serde::Deserialize;

/// `POST /onboarding/organization` and its confirmation.
#[derive(Debug, Deserialize)]
pub(super) struct OrganizationForm {
    #[serde(default)]
    pub organization: String,
}

/// `POST /sign-in`.
#[derive(Debug, Deserialize)]
pub(super) struct SignInForm {
    #[serde(default)]
    pub organization: String,
    #[serde(default)]
    pub tenant: Option<String>,
}

/// `POST /onboarding/app`.
#[derive(Debug, Deserialize)]
#[expect(clippy::struct_field_names, reason = "the names of the form's fields")]
pub(super) struct AppInOktaForm {
    #[serde(default)]
    pub client_auth: String,
    #[serde(default)]
    pub client_id: String,
    #[serde(default)]
    pub client_secret: Option<SecretString>,
}

/// A typed value that is worth giving back: cut, so that a page cannot be made large with it.
pub(super) fn echo(typed: &str) -> String {
    typed.chars().take(300).collect()
}
