//! Who signed in, from the ID token and, where that is silent, from the userinfo endpoint.

use http::header::{ACCEPT, AUTHORIZATION};
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::Value;

use super::{Provider, ProviderMetadata};
use crate::domain::failure::{FailureKind, OktaFailure, clean};
use crate::okta::error::Asked;
use crate::okta::http::nonsense;
use crate::okta::id_token::Identity;
use crate::okta::id_token_claims::names;
use crate::okta::secret;

/// One of the vendor's people, proved by a verified ID token.
#[derive(Debug, Clone)]
pub struct StaffIdentity {
    pub subject: String,
    pub name: String,
    pub email: String,
    pub groups: Vec<String>,
    /// What the provider wants back at its sign-out.
    pub id_token: SecretString,
}

/// What is read of the claims about the person (OpenID Connect Core §5.3.2)
#[derive(Deserialize)]
pub(super) struct Userinfo {
    sub: String,
    #[serde(default)]
    name: Value,
    #[serde(default)]
    email: Value,
    groups: Option<Value>,
}

impl Provider {
    /// Asks for what the ID token does not say. The answer is about the same person, or nothing.
    pub(super) async fn userinfo(
        &self,
        metadata: &ProviderMetadata,
        verified: &Identity,
        access_token: &SecretString,
    ) -> Result<Option<Userinfo>, OktaFailure> {
        let complete =
            verified.groups.is_some() && verified.name.is_some() && verified.email.is_some();
        let Some(endpoint) = metadata.userinfo_endpoint.as_ref().filter(|_| !complete) else {
            return Ok(None);
        };
        let request = http::Request::get(endpoint.as_str())
            .header(ACCEPT, "application/json")
            .header(
                AUTHORIZATION,
                format!("Bearer {}", secret::open(access_token)),
            )
            .body(Vec::new())
            .map_err(|_| nonsense("the request has no usable address"))?;
        let answer = self.line.0.http.send(request).await?;
        let told: Userinfo = self.line.good(answer, Asked::Management)?.json()?;
        if told.sub != verified.subject {
            return Err(OktaFailure::new(FailureKind::IdTokenRejected)
                .with_detail("the userinfo is about somebody else"));
        }
        Ok(Some(told))
    }
}

/// The ID token's word first, then the userinfo's.
pub(super) fn of(
    verified: Identity,
    told: Option<&Userinfo>,
    id_token: SecretString,
) -> StaffIdentity {
    let text = |value: &Value| value.as_str().map(clean).filter(|text| !text.is_empty());
    let email = verified
        .email
        .or_else(|| told.and_then(|told| text(&told.email)))
        .or(verified.login)
        .unwrap_or_default();
    let name = verified
        .name
        .or_else(|| told.and_then(|told| text(&told.name)))
        .unwrap_or_else(|| email.clone());
    let groups = verified
        .groups
        .or_else(|| told.and_then(|told| told.groups.as_ref()).map(names));
    StaffIdentity {
        name: if name.is_empty() {
            verified.subject.clone()
        } else {
            name
        },
        subject: verified.subject,
        email,
        groups: groups.unwrap_or_default(),
        id_token,
    }
}
