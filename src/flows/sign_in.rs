//! A returning administrator: from the organization's address to the tenant's page, by Okta's word
//! alone. This sign-in asks for no permission, and what it brings is thrown away at once.

use secrecy::SecretString;
use serde_json::json;
use time::OffsetDateTime;

use super::authorize::{Round, begin_round, host_of, sign_in_scopes};
use super::connect::{CallbackQuery, Landed};
use super::sessions::Fresh;
use super::{Connect, FlowError, Shared};
use crate::domain::audit::{Action, Actor, AuditEvent};
use crate::domain::authorization_attempt::Purpose;
use crate::domain::failure::OktaFailure;
use crate::domain::id::TenantId;
use crate::domain::identity::Identity;
use crate::domain::org_url::{AddressProblem, OrgOrigin};
use crate::domain::session::{ADMINISTRATOR_LIFETIME, Session};
use crate::store::{ConnectionRecord, ConsumedAttempt, Membership, NewStanding};

/// So many tenants of one organization are looked at; more is no sign-in but a mistake.
const MOST_TENANTS: i64 = 50;

/// Lets known administrators back in.
#[derive(Debug, Clone)]
pub struct SignIn(Shared);

/// Why nobody is sent to Okta.
#[derive(Debug)]
pub enum SignInTrouble {
    Address(AddressProblem),
    /// No organization at this address was ever connected here.
    NotConnected,
    Okta(OktaFailure),
}

/// What the last page before Okta shows. Nothing of the tenant: the visitor is not known yet.
#[derive(Debug)]
pub struct Departure {
    pub url: SecretString,
    pub organization_host: String,
    pub expires_at: OffsetDateTime,
}

impl SignIn {
    #[must_use]
    pub const fn new(shared: Shared) -> Self {
        Self(shared)
    }

    /// Begins a sign-in at the organization that was typed. `tenant` is where the person wants to go;
    /// it matters only where several tenants share an organization.
    pub async fn begin(
        &self,
        session: &Session,
        typed: &str,
        tenant: Option<TenantId>,
    ) -> Result<Result<Departure, SignInTrouble>, FlowError> {
        let address = match self.0.policy.parse(typed) {
            Ok(address) => address,
            Err(problem) => return Ok(Err(SignInTrouble::Address(problem))),
        };
        let connections = match self.connections(&address.origin).await? {
            Ok(connections) => connections,
            Err(failure) => return Ok(Err(SignInTrouble::Okta(failure))),
        };
        let wanted = connections.iter().find(|record| Some(record.connection.tenant) == tenant);
        let Some(record) = wanted.or(connections.first()) else {
            return Ok(Err(SignInTrouble::NotConnected));
        };
        let event = AuditEvent::new(record.connection.tenant, Actor::Stranger, Action::AuthorizationBegun)
            .with(json!({ "purpose": Purpose::SignIn.code() }));
        let round =
            Round { record, session, purpose: Purpose::SignIn, requested: sign_in_scopes(), event };
        match begin_round(&self.0, round).await {
            Ok((url, expires_at)) => Ok(Ok(Departure { url, organization_host: host_of(record)?, expires_at })),
            Err(FlowError::Okta(failure)) => Ok(Err(SignInTrouble::Okta(failure))),
            Err(error) => Err(error),
        }
    }

    /// The connections of the organization at this address; an address that the operator listed may
    /// be another name of it.
    async fn connections(
        &self,
        origin: &OrgOrigin,
    ) -> Result<Result<Vec<ConnectionRecord>, OktaFailure>, FlowError> {
        let found = self.0.store.find_connections_of_organization(origin, MOST_TENANTS).await?;
        if !found.is_empty() || !self.0.policy.is_extra(origin) {
            return Ok(Ok(found));
        }
        match self.0.okta.organization(origin).await {
            Ok(organization) => {
                Ok(Ok(self.0.store.find_connections_of_organization(&organization.origin, MOST_TENANTS).await?))
            }
            Err(failure) => Ok(Err(failure)),
        }
    }
}

impl Connect {
    /// Who signed in, and whether one of the tenant's links had let them in.
    pub(super) async fn sign_in(
        &self,
        attempt: &ConsumedAttempt,
        query: &CallbackQuery,
        session: &Session,
    ) -> Result<Landed, FlowError> {
        let tenant = attempt.facts.tenant;
        let record = self.0.store.find_connection(tenant).await?.ok_or(FlowError::NotFound)?;
        let (_, _, identity) = self.spend(attempt, query, &record).await?;
        let organization = record.connection.organization.as_ref().ok_or(FlowError::StepTooEarly)?;
        // The ID token names a person of the organization, so it speaks for every tenant of it that
        // let this person in; the one whose app was used comes first.
        let memberships = self.0.store.find_memberships(&organization.id, &identity.subject).await?;
        let own = memberships.iter().find(|membership| membership.tenant == tenant);
        match own.or(memberships.first()) {
            Some(membership) => self.let_in(*membership, session, &identity).await,
            None => {
                let event = AuditEvent::new(tenant, Actor::Stranger, Action::SignInRefused)
                    .with(json!({ "okta_user": identity.subject }));
                self.0.store.record(&event, self.0.clock.now()).await?;
                let organization_host = host_of(&record)?;
                Ok(Landed::Stranger { email: identity.email, organization_host })
            }
        }
    }

    async fn let_in(
        &self,
        membership: Membership,
        session: &Session,
        identity: &Identity,
    ) -> Result<Landed, FlowError> {
        let Membership { tenant, person } = membership;
        let now = self.0.clock.now();
        let standing = NewStanding::Administrator { tenant, person };
        let fresh = Fresh::new(session.family, standing, now + ADMINISTRATOR_LIFETIME);
        let event = AuditEvent::new(tenant, Actor::Administrator(person), Action::SignedIn)
            .with(json!({ "okta_user": identity.subject }));
        self.0.store.sign_in(membership, &fresh.new, session.id, &event, now).await?;
        Ok(Landed::Status { tenant, session: Some(fresh.token) })
    }
}
