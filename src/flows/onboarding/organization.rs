//! Naming the organization: what was typed is looked up at Okta, shown, and confirmed.

use serde_json::json;

use super::{Entrant, Onboarding, Progress, Reached};
use crate::domain::audit::Action;
use crate::domain::connection::Organization;
use crate::domain::failure::OktaFailure;
use crate::domain::org_url::{AddressProblem, OrgAddress};
use crate::flows::FlowError;

/// An organization that answers at a typed address.
#[derive(Debug, Clone)]
pub struct Found {
    pub address: OrgAddress,
    pub organization: Organization,
}

/// Why an address was not taken.
#[derive(Debug, Clone)]
pub enum OrganizationTrouble {
    Address(AddressProblem),
    /// Nothing usable answers there.
    Okta(OktaFailure),
    /// The invitation names another organization.
    NotTheInvited {
        invited: String,
    },
    /// This tenant was connected with another organization before.
    NotTheConnected,
}

impl Onboarding {
    /// Reads what answers at the typed address and keeps it, still unconfirmed.
    pub async fn find_organization(
        &self,
        entrant: &Entrant,
        typed: &str,
    ) -> Result<Result<Found, OrganizationTrouble>, FlowError> {
        let progress = self.progress_at(entrant, Reached::Organization).await?;
        let address = match self.0.policy.parse(typed) {
            Ok(address) => address,
            Err(problem) => return Ok(Err(OrganizationTrouble::Address(problem))),
        };
        let organization = match self.ask_okta(&address).await {
            Ok(organization) => organization,
            Err(failure) => return Ok(Err(OrganizationTrouble::Okta(failure))),
        };
        if let Some(trouble) = not_the_expected(&progress, &address, &organization) {
            return Ok(Err(trouble));
        }
        let event = entrant
            .event(Action::OrganizationFound)
            .with(described(&organization));
        let now = self.0.clock.now();
        self.0
            .store
            .set_organization(entrant.tenant, &organization, None, &event, now)
            .await?;
        Ok(Ok(Found {
            address,
            organization,
        }))
    }

    /// The organization under its own name, once its authorization server has proved to be its own.
    async fn ask_okta(&self, address: &OrgAddress) -> Result<Organization, OktaFailure> {
        let organization = self.0.okta.organization(&address.origin).await?;
        self.0.okta.metadata(&organization.origin).await?;
        Ok(organization)
    }

    /// *Yes, continue*: `host` is what the person saw; when it is no longer what is kept, nothing happens.
    pub async fn confirm_organization(
        &self,
        entrant: &Entrant,
        host: &str,
    ) -> Result<bool, FlowError> {
        let progress = self.progress_at(entrant, Reached::Organization).await?;
        let Some(organization) = progress.record.connection.organization else {
            return Ok(false);
        };
        if organization.origin.host() != host {
            return Ok(false);
        }
        let now = self.0.clock.now();
        let event = entrant
            .event(Action::OrganizationConfirmed)
            .with(described(&organization));
        self.0
            .store
            .set_organization(entrant.tenant, &organization, Some(now), &event, now)
            .await?;
        Ok(true)
    }
}

fn described(organization: &Organization) -> serde_json::Value {
    json!({ "organization": organization.origin.as_str(), "id": organization.id.as_str() })
}

/// A link pins the organization: whoever got hold of it cannot connect another one.
fn not_the_expected(
    progress: &Progress,
    address: &OrgAddress,
    organization: &Organization,
) -> Option<OrganizationTrouble> {
    if let Some(expected) = &progress.tenant.expected_origin
        && *expected != address.origin
        && *expected != organization.origin
    {
        return Some(OrganizationTrouble::NotTheInvited {
            invited: expected.host().to_owned(),
        });
    }
    match &progress.tenant.organization_id {
        Some(connected) if *connected != organization.id => {
            Some(OrganizationTrouble::NotTheConnected)
        }
        _ => None,
    }
}
