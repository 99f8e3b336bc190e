//! The few calls of Okta's management API that are made with an access token.

use http::HeaderValue;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use secrecy::SecretString;
use url::Url;

use super::Okta;
use super::error::Asked;
use super::http::{Request, nonsense};
use super::{secret, wire};
use crate::domain::failure::OktaFailure;
use crate::domain::org_url::OrgOrigin;

/// Whether a person is a Super Administrator, with what it was concluded from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoleFinding {
    Yes,
    /// Okta listed the person's roles without it (200), or refused to list them to them (403).
    No {
        status: u16,
        code: Option<String>,
    },
    /// It could not be found out; nothing follows from it.
    Unknown(OktaFailure),
}

impl Okta {
    /// Asks for the roles of the person, with their own access token. Only a Super Administrator may
    /// see roles, so that the refusal E0000006 is an answer too.
    pub async fn super_administrator(
        &self,
        origin: &OrgOrigin,
        access_token: &SecretString,
        user_id: &str,
    ) -> RoleFinding {
        self.roles(origin, access_token, user_id)
            .await
            .unwrap_or_else(RoleFinding::Unknown)
    }

    async fn roles(
        &self,
        origin: &OrgOrigin,
        access_token: &SecretString,
        user_id: &str,
    ) -> Result<RoleFinding, OktaFailure> {
        let answer = self
            .0
            .http
            .send(roles_request(origin, access_token, user_id)?)
            .await?;
        let said = answer.said();
        if answer.status() == 403 && said.error.as_deref() == Some("E0000006") {
            return Ok(RoleFinding::No {
                status: 403,
                code: said.error,
            });
        }
        let roles: Vec<wire::Role> = self.good(answer, Asked::Management)?.json()?;
        let is_super = |role: &wire::Role| {
            role.kind == "SUPER_ADMIN" && role.status.as_deref().is_none_or(|s| s == "ACTIVE")
        };
        if roles.iter().any(is_super) {
            return Ok(RoleFinding::Yes);
        }
        Ok(RoleFinding::No {
            status: 200,
            code: None,
        })
    }
}

fn roles_request(
    origin: &OrgOrigin,
    access_token: &SecretString,
    user_id: &str,
) -> Result<Request, OktaFailure> {
    // Okta's ids are letters and digits; anything else could lead to another resource.
    if user_id.is_empty() || !user_id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(nonsense("the user's id is not one of Okta's"));
    }
    bearer_get(
        &origin.join(&format!("/api/v1/users/{user_id}/roles")),
        access_token,
    )
}

/// A GET with the token in the one place where it may stand (RFC 6750 §2.1).
pub(super) fn bearer_get(url: &Url, access_token: &SecretString) -> Result<Request, OktaFailure> {
    bearer(http::Request::get(url.as_str()), access_token, Vec::new())
}

/// A POST of JSON, likewise.
pub(super) fn bearer_post(
    url: &Url,
    access_token: &SecretString,
    body: Vec<u8>,
) -> Result<Request, OktaFailure> {
    let request = http::Request::post(url.as_str()).header(CONTENT_TYPE, "application/json");
    bearer(request, access_token, body)
}

fn bearer(
    request: http::request::Builder,
    access_token: &SecretString,
    body: Vec<u8>,
) -> Result<Request, OktaFailure> {
    let unusable = || nonsense("the access token is no header text");
    let text = format!("Bearer {}", secret::open(access_token));
    let mut value = HeaderValue::try_from(text).map_err(|_| unusable())?;
    value.set_sensitive(true);
    let request = request
        .header(ACCEPT, "application/json")
        .header(AUTHORIZATION, value);
    request.body(body).map_err(|_| unusable())
}
