//! Which organization answers at an address, and where its authorization server's endpoints are.

use url::Url;

use super::Okta;
use crate::domain::connection::Organization;
use crate::domain::failure::{FailureKind, OktaFailure};
use crate::domain::org_url::OrgOrigin;

/// What the organization's own authorization server says of itself. Every address in it is at the
/// organization's own origin; an organization that says otherwise is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metadata {
    pub(super) issuer: OrgOrigin,
    pub(super) authorization_endpoint: Url,
    pub(super) token_endpoint: Url,
    pub(super) introspection_endpoint: Url,
    pub(super) revocation_endpoint: Url,
    pub(super) jwks_uri: Url,
    pub(super) names_issuer_in_answers: bool,
}

impl Metadata {
    /// The organization, which is also the issuer.
    #[must_use]
    pub fn issuer(&self) -> &OrgOrigin {
        &self.issuer
    }

    /// Checks the `iss` of an authorization response (RFC 9207 §2.4) before its code is spent.
    pub fn check_response_issuer(&self, iss: Option<&str>) -> Result<(), OktaFailure> {
        match iss {
            Some(iss) if iss == self.issuer.as_str() => Ok(()),
            None if !self.names_issuer_in_answers => Ok(()),
            _ => Err(OktaFailure::new(FailureKind::WrongIssuer)),
        }
    }
}

impl Okta {
    /// Asks who answers at `typed`, and gives the organization under its own `okta.com` name.
    pub async fn organization(&self, _typed: &OrgOrigin) -> Result<Organization, OktaFailure> {
        Err(OktaFailure::new(FailureKind::Other))
    }

    /// Reads the authorization server's metadata (RFC 8414) and refuses what is not `origin`'s own.
    pub async fn metadata(&self, _origin: &OrgOrigin) -> Result<Metadata, OktaFailure> {
        Err(OktaFailure::new(FailureKind::Other))
    }
}
