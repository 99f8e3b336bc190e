//! What forms send. A secret is a secret type from here on.

use secrecy::SecretString;
use serde::Deserialize;
use url::form_urlencoded;

use crate::domain::id::TenantId;
use crate::domain::pasted::{self, PastedProblem};

/// `POST /onboarding/organization` and its confirmation.
#[derive(Debug, Deserialize)]
pub(super) struct OrganizationForm {
    #[serde(default)]
    pub organization: String,
}

/// `POST /sign-in`, and its way on as a GET.
#[derive(Debug, Deserialize)]
pub(super) struct SignInForm {
    #[serde(default)]
    pub organization: String,
    #[serde(default)]
    pub tenant: Option<String>,
}

impl SignInForm {
    pub fn tenant(&self) -> Option<TenantId> {
        self.tenant.as_deref()?.parse().ok()
    }

    /// The page before Okta, for what was typed.
    pub fn address(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("organization", &echo(&self.organization));
        if let Some(tenant) = self.tenant() {
            query.append_pair("tenant", &tenant.to_string());
        }
        format!("/sign-in?{}", query.finish())
    }
}

/// What a form says that its page showed: the version of the catalog.
#[derive(Debug, Deserialize)]
pub(super) struct ReadForm {
    #[serde(default)]
    pub catalog: String,
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

/// The same of what was meant as a client ID, unless it looks like a secret.
pub(super) fn echo_client_id(pasted: &str) -> String {
    match pasted::client_id(pasted) {
        Ok(id) => id.to_string(),
        Err(PastedProblem::Malformed) => echo(pasted),
        Err(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_id_is_given_back_and_a_secret_is_not() {
        let secret = "a1".repeat(32);
        for (pasted, given_back) in [
            (" \"0oa1gjh63g214q0Hq0g4\"", "0oa1gjh63g214q0Hq0g4"),
            ("my app", "my app"),
            (secret.as_str(), ""),
            ("-----BEGIN PRIVATE KEY-----", ""),
        ] {
            assert_eq!(echo_client_id(pasted), given_back);
        }
    }
}
