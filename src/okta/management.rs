//! The few calls of Okta's management API that are made with an access token.

use secrecy::SecretString;

use super::Okta;
use crate::domain::failure::{FailureKind, OktaFailure};
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
    /// Asks for the roles of the person, with their own access token.
    pub async fn super_administrator(
        &self,
        _origin: &OrgOrigin,
        _access_token: &SecretString,
        _user_id: &str,
    ) -> RoleFinding {
        RoleFinding::Unknown(OktaFailure::new(FailureKind::Other))
    }
}
