//! The few calls of Okta's management API that are made with an access token.

use super::error::Asked;
use super::http::{Request, nonsense};
use super::{Okta, OrgToken, wire};
use crate::domain::failure::OktaFailure;

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
    pub async fn super_administrator(&self, token: &OrgToken, user_id: &str) -> RoleFinding {
        self.roles(token, user_id)
            .await
            .unwrap_or_else(RoleFinding::Unknown)
    }

    async fn roles(&self, token: &OrgToken, user_id: &str) -> Result<RoleFinding, OktaFailure> {
        let answer = self.0.http.send(roles_request(token, user_id)?).await?;
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

fn roles_request(token: &OrgToken, user_id: &str) -> Result<Request, OktaFailure> {
    // Okta's ids are letters and digits; anything else could lead to another resource.
    if user_id.is_empty() || !user_id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(nonsense("the user's id is not one of Okta's"));
    }
    let path = format!("/api/v1/users/{user_id}/roles");
    token.get(&token.issuer().join(&path))
}
