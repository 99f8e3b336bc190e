//! Naming the organization: what was typed is looked up at Okta, shown, and confirmed.

use serde_json::json;

use super::{Entrant, Onboarding, Progress, Reached};
use crate::domain::audit::Action;
use crate::domain::connection::Organization;
use crate::domain::failure::{FailureKind, OktaFailure};
use crate::domain::id::ReferenceId;
use crate::domain::org_url::{AddressProblem, OrgAddress};
use crate::flows::FlowError;
use crate::store::LastFailure;

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
    /// Reads what answers at the typed address and keeps it beside what is live, still unconfirmed.
    /// `reference` is what the page shows of a refusal.
    pub async fn find_organization(
        &self,
        entrant: &Entrant,
        typed: &str,
        reference: ReferenceId,
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
        if let Some(trouble) = not_the_invited(&progress, &address, &organization) {
            return Ok(Err(trouble));
        }
        let store = &self.0.store;
        if store.contradicts_known_organization(&organization).await? {
            let found = (&progress, &organization);
            let failure = self.refuse_conflict(entrant, found, reference).await?;
            return Ok(Err(OrganizationTrouble::Okta(failure)));
        }
        if let Some(connected) = &progress.record.connection.organization
            && !connected.is(&organization)
        {
            return Ok(Err(OrganizationTrouble::NotTheConnected));
        }
        let event = entrant
            .event(Action::OrganizationFound)
            .with(described(&organization));
        let now = self.0.clock.now();
        self.0
            .store
            .set_next_organization(entrant.tenant, &organization, None, &event, now)
            .await?;
        Ok(Ok(Found {
            address,
            organization,
        }))
    }

    /// It contradicts what is known of an organization that was connected, here or elsewhere. Written down
    /// for support and the audit trail; what a person types says nothing of a connection that is live.
    async fn refuse_conflict(
        &self,
        entrant: &Entrant,
        (progress, organization): (&Progress, &Organization),
        reference: ReferenceId,
    ) -> Result<OktaFailure, FlowError> {
        let failure = OktaFailure::new(FailureKind::OrganizationConflict);
        let mut detail = described(organization);
        detail["cause"] = failure.kind.code().into();
        detail["reference"] = json!(reference);
        let event = entrant.event(Action::OrganizationRefused).with(detail);
        let (store, now) = (&self.0.store, self.0.clock.now());
        if progress.record.connection.connected_at.is_some() {
            store.record(&event, now).await?;
        } else {
            let last = LastFailure::new(&failure, reference, now);
            store
                .set_last_failure(entrant.tenant, &last, &event, now)
                .await?;
        }
        Ok(failure)
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
        let Some(organization) = progress.record.organization(true).cloned() else {
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
            .set_next_organization(entrant.tenant, &organization, Some(now), &event, now)
            .await?;
        Ok(true)
    }
}

fn described(organization: &Organization) -> serde_json::Value {
    json!({ "organization": organization.origin.as_str(), "id": organization.id.as_str() })
}

/// A link pins the organization: whoever got hold of it cannot connect another one.
fn not_the_invited(
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
    None
}
