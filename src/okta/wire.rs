//! Okta's JSON and headers, as they are written. Only what is read is declared; everything else may
//! come and go.

use serde::Deserialize;
use url::Url;

/// Both shapes of errors at once: OAuth's (RFC 6749 §5.2) and the management API's.
#[derive(Deserialize)]
pub(super) struct Error {
    #[serde(rename = "error")]
    oauth_code: Option<String>,
    #[serde(rename = "error_description")]
    oauth_text: Option<String>,
    #[serde(rename = "errorCode")]
    api_code: Option<String>,
    #[serde(rename = "errorSummary")]
    api_text: Option<String>,
}

impl Error {
    pub(super) fn code(&self) -> Option<&str> {
        self.oauth_code.as_deref().or(self.api_code.as_deref())
    }

    pub(super) fn text(&self) -> Option<&str> {
        self.oauth_text.as_deref().or(self.api_text.as_deref())
    }
}

/// `/.well-known/okta-organization`
#[derive(Deserialize)]
pub(super) struct Organization {
    pub(super) id: String,
    pub(super) pipeline: Option<String>,
    #[serde(rename = "_links")]
    pub(super) links: OrganizationLinks,
}

#[derive(Deserialize)]
pub(super) struct OrganizationLinks {
    pub(super) organization: Link,
}

#[derive(Deserialize)]
pub(super) struct Link {
    pub(super) href: String,
}

/// `/.well-known/openid-configuration` (RFC 8414 §2)
#[derive(Deserialize)]
pub(super) struct Discovery {
    pub(super) issuer: String,
    pub(super) authorization_endpoint: Url,
    pub(super) token_endpoint: Url,
    pub(super) introspection_endpoint: Url,
    pub(super) revocation_endpoint: Url,
    pub(super) jwks_uri: Url,
    #[serde(default)]
    pub(super) authorization_response_iss_parameter_supported: bool,
}

/// The answer of the introspection endpoint (RFC 7662 §2.2)
#[derive(Deserialize)]
pub(super) struct Introspection {
    pub(super) active: bool,
    pub(super) scope: Option<String>,
    pub(super) exp: Option<i64>,
    pub(super) uid: Option<String>,
}

/// One of `/api/v1/users/{id}/roles`
#[derive(Deserialize)]
pub(super) struct Role {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) status: Option<String>,
}

/// A quoted parameter of a `WWW-Authenticate` header.
pub(super) fn challenge_parameter(challenge: &str, name: &str) -> Option<String> {
    let parameters = challenge.split_once(' ')?.1;
    let mut rest = parameters;
    while let Some((key, after)) = rest.split_once("=\"") {
        let (value, remainder) = quoted(after)?;
        if key
            .trim_start_matches([',', ' '])
            .eq_ignore_ascii_case(name)
        {
            return Some(value);
        }
        rest = remainder;
    }
    None
}

/// Reads up to the closing quote, with `\` before a quoted quote (RFC 9110 §5.6.4).
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((position, character)) = characters.next() {
        match character {
            '"' => return Some((value, &text[position + 1..])),
            '\\' => value.push(characters.next()?.1),
            other => value.push(other),
        }
    }
    None
}

/// One entry of an app's grants collection.
#[derive(Deserialize)]
pub(super) struct Grant {
    #[serde(rename = "scopeId")]
    pub scope_id: String,
    #[serde(default)]
    status: Option<String>,
}

impl Grant {
    pub(super) fn is_active(&self) -> bool {
        self.status
            .as_deref()
            .is_none_or(|status| status == "ACTIVE")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_is_found_by_its_own_name_only() {
        let challenge =
            r#"Bearer realm="a=\"b\", error=\"x", error="invalid_token", error_description="d""#;

        assert_eq!(
            challenge_parameter(challenge, "error").as_deref(),
            Some("invalid_token")
        );
        assert_eq!(
            challenge_parameter(challenge, "error_description").as_deref(),
            Some("d")
        );
        assert_eq!(challenge_parameter(challenge, "scope"), None);
        assert_eq!(challenge_parameter("Bearer error=\"open", "error"), None);
    }

    fn feed_challenges(count: usize) {
        const VALID: &[&str] = &[
            r#"Bearer realm="a=\"b\"", error="invalid_token", error_description="d""#,
            r#"Bearer authorization_uri="http://a.okta.com/x", scope="okta.groups.read", error="insufficient_scope""#,
        ];
        crate::fuzz::texts(count, VALID, &["=\"", "\"", "\\", ", ", "error"], |text| {
            for name in ["error", "error_description", "scope"] {
                let found = challenge_parameter(text, name);
                assert!(found.is_none_or(|value| value.len() <= text.len()));
            }
        });
    }

    crate::fuzz::both!(
        feed_challenges,
        no_hostile_challenge_panics,
        soak_of_hostile_challenges
    );
}
