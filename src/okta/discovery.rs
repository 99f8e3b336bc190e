//! Which organization answers at an address, and where its authorization server's endpoints are.

use url::Url;

use super::Okta;
use super::wire;
use crate::domain::connection::{Edition, OrgId, Organization};
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

    /// Checks the `iss` of an authorization response (RFC 9207 §2.4), before its code is spent.
    pub fn check_response_issuer(&self, iss: Option<&str>) -> Result<(), OktaFailure> {
        match iss {
            Some(iss) if iss == self.issuer.as_str() => Ok(()),
            None if !self.names_issuer_in_answers => Ok(()),
            Some(_) => Err(wrong_issuer("the answer names another issuer")),
            None => Err(wrong_issuer(
                "the answer names no issuer, although Okta promised it",
            )),
        }
    }
}

impl Okta {
    /// Asks who answers at `typed`, and gives the organization under its own `okta.com` name. Where
    /// that is another name (a custom domain was typed), it must be one under Okta's own domains, and
    /// the organization there must be the same: what a server says of others counts for nothing.
    pub async fn organization(&self, typed: &OrgOrigin) -> Result<Organization, OktaFailure> {
        let found = self.who_answers(typed).await?;
        let confirmed = if found.origin == *typed {
            found
        } else {
            if found.origin.name_and_okta_domain().is_none() {
                return Err(no_organization(
                    "it names a server outside of Okta's domains as its own",
                ));
            }
            let own = self.who_answers(&found.origin).await?;
            if own != found {
                return Err(no_organization(
                    "its own name belongs to another organization",
                ));
            }
            own
        };
        self.metadata(&confirmed.origin).await?;
        Ok(confirmed)
    }

    /// Reads the authorization server's metadata (RFC 8414) and refuses what is not `origin`'s own.
    pub async fn metadata(&self, origin: &OrgOrigin) -> Result<Metadata, OktaFailure> {
        let document: wire::Discovery = self
            .document(&origin.join("/.well-known/openid-configuration"))
            .await?;
        if document.issuer != origin.as_str() {
            return Err(wrong_issuer("the metadata is another issuer's"));
        }
        let endpoints = [
            &document.authorization_endpoint,
            &document.token_endpoint,
            &document.introspection_endpoint,
            &document.revocation_endpoint,
            &document.jwks_uri,
        ];
        if !endpoints
            .into_iter()
            .all(|endpoint| is_at(endpoint, origin))
        {
            return Err(wrong_issuer(
                "the metadata names an endpoint at another origin",
            ));
        }
        Ok(Metadata {
            issuer: origin.clone(),
            authorization_endpoint: document.authorization_endpoint,
            token_endpoint: document.token_endpoint,
            introspection_endpoint: document.introspection_endpoint,
            revocation_endpoint: document.revocation_endpoint,
            jwks_uri: document.jwks_uri,
            names_issuer_in_answers: document.authorization_response_iss_parameter_supported,
        })
    }

    async fn who_answers(&self, origin: &OrgOrigin) -> Result<Organization, OktaFailure> {
        let url = origin.join("/.well-known/okta-organization");
        let document = match self.document::<wire::Organization>(&url).await {
            Ok(document) => document,
            // Some other website: a page, a redirect, a shape of its own, or nothing there.
            Err(failure) if matches!(failure.kind, FailureKind::Nonsense | FailureKind::Other) => {
                return Err(OktaFailure {
                    kind: FailureKind::NotAnOrganization,
                    ..failure
                });
            }
            Err(failure) => return Err(failure),
        };
        Ok(Organization {
            origin: self.own_origin(&document.links.organization.href)?,
            id: read_id(&document.id)?,
            edition: edition(document.pipeline.as_deref()),
        })
    }

    /// The organization's own name, as it gives it, under the same policy as a typed one.
    fn own_origin(&self, href: &str) -> Result<OrgOrigin, OktaFailure> {
        let refused = || no_organization("its own name is none that the policy allows");
        let href = href.strip_suffix('/').unwrap_or(href);
        let address = self.0.policy.parse(href).map_err(|_| refused())?;
        if address.origin.as_str() == href {
            Ok(address.origin)
        } else {
            Err(refused())
        }
    }
}

/// Also refuses a query, a fragment and user information, which no endpoint of Okta's has.
fn is_at(endpoint: &Url, origin: &OrgOrigin) -> bool {
    endpoint.origin().ascii_serialization() == origin.as_str()
        && endpoint.as_str() == format!("{origin}{}", endpoint.path())
}

fn read_id(id: &str) -> Result<OrgId, OktaFailure> {
    id.parse()
        .map_err(|_| no_organization("its id is not one of Okta's"))
}

fn edition(pipeline: Option<&str>) -> Edition {
    match pipeline {
        Some("idx") => Edition::IdentityEngine,
        Some("v1") => Edition::Classic,
        _ => Edition::Unknown,
    }
}

fn wrong_issuer(detail: &'static str) -> OktaFailure {
    OktaFailure::new(FailureKind::WrongIssuer).with_detail(detail)
}

fn no_organization(detail: &'static str) -> OktaFailure {
    OktaFailure::new(FailureKind::NotAnOrganization).with_detail(detail)
}
