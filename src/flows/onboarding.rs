//! The walk of an administrator who holds a link: open it, begin, name the organization, read what
//! is asked. Each step is stored at once, so that a closed browser loses nothing.

use secrecy::SecretString;
use serde_json::json;
use uuid::Uuid;

use super::sessions::Fresh;
use super::{FlowError, Shared};
use crate::domain::audit::{Action, Actor, AuditEvent};
use crate::domain::connection::Organization;
use crate::domain::failure::{FailureKind, OktaFailure};
use crate::domain::id::{LinkId, TenantId};
use crate::domain::onboarding_link::{LinkProblem, OnboardingLink};
use crate::domain::org_url::{AddressProblem, OrgAddress};
use crate::domain::session::{Session, Standing};
use crate::store::{ConnectionRecord, NewStanding, Tenant};
use crate::vault;

/// Walks a link's holder to the app in Okta.
#[derive(Debug, Clone)]
pub struct Onboarding(Shared);

/// A session that stands for the holder of a link.
#[derive(Debug, Clone)]
pub struct Entrant {
    pub session: Session,
    pub tenant: TenantId,
    pub link: LinkId,
}

/// A link that opened.
#[derive(Debug)]
pub enum Opened {
    /// The browser gets this session cookie.
    Session(SecretString),
    /// The link has done its work in this very browser, whose administrator is still signed in.
    AlreadyConnected(TenantId),
}

/// Where an onboarding stands.
#[derive(Debug, Clone)]
pub struct Progress {
    pub tenant: Tenant,
    pub link: OnboardingLink,
    pub record: ConnectionRecord,
}

/// The first step that is not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reached {
    Begin,
    Organization,
    Permissions,
    App,
    SignIn,
}

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

impl Entrant {
    /// `None` when the session stands for somebody else.
    #[must_use]
    pub fn of(session: Session) -> Option<Self> {
        let Standing::Onboarding { tenant, link } = session.standing else {
            return None;
        };
        Some(Self {
            session,
            tenant,
            link,
        })
    }

    fn actor(&self) -> Actor {
        Actor::LinkHolder(self.link)
    }

    pub(super) fn event(&self, action: Action) -> AuditEvent {
        AuditEvent::new(self.tenant, self.actor(), action)
    }
}

impl Progress {
    #[must_use]
    pub fn reached(&self) -> Reached {
        if self.link.claimed_by.is_none() {
            Reached::Begin
        } else if !self.record.organization_confirmed {
            Reached::Organization
        } else if self.link.permissions_read_at.is_none() {
            Reached::Permissions
        } else if self.record.app_checked_at.is_none() {
            Reached::App
        } else {
            Reached::SignIn
        }
    }
}

impl Onboarding {
    #[must_use]
    pub const fn new(shared: Shared) -> Self {
        Self(shared)
    }

    /// Opens a link: a GET, so it uses nothing up. The browser that began with the link goes on with
    /// a new cookie; before anyone began, every browser may look.
    pub async fn open(
        &self,
        token: &SecretString,
        session: Option<&Session>,
    ) -> Result<Opened, FlowError> {
        let now = self.0.clock.now();
        let found = self
            .0
            .store
            .open_link(&vault::fingerprint(token), now)
            .await?;
        let link = found.ok_or(LinkProblem::Unknown)?;
        let family = session.map(|session| session.family);
        match link.check(family, now) {
            Ok(()) => {}
            Err(LinkProblem::Used)
                if session.is_some_and(|session| is_administrator_of(session, link.tenant)) =>
            {
                return Ok(Opened::AlreadyConnected(link.tenant));
            }
            Err(problem) => return Err(problem.into()),
        }
        // A browser keeps its family only with the link that it began with.
        let family = link.claimed_by.unwrap_or_else(Uuid::now_v7);
        let standing = NewStanding::Onboarding {
            tenant: link.tenant,
            link: link.id,
        };
        let fresh = Fresh::new(family, standing, link.expires_at);
        let replaces = session.map(|session| session.id);
        self.0.store.open_session(&fresh.new, replaces, now).await?;
        let event = AuditEvent::new(link.tenant, Actor::LinkHolder(link.id), Action::LinkOpened);
        self.0.store.record(&event, now).await?;
        Ok(Opened::Session(fresh.token))
    }

    /// Where the onboarding stands; refused when its link has ended meanwhile.
    pub async fn progress(&self, entrant: &Entrant) -> Result<Progress, FlowError> {
        let store = &self.0.store;
        let link = store
            .find_link(entrant.tenant, entrant.link)
            .await?
            .ok_or(FlowError::NotFound)?;
        link.check(Some(entrant.session.family), self.0.clock.now())?;
        let tenant = store
            .find_tenant(entrant.tenant)
            .await?
            .ok_or(FlowError::NotFound)?;
        let record = store
            .find_connection(entrant.tenant)
            .await?
            .ok_or(FlowError::NotFound)?;
        Ok(Progress {
            tenant,
            link,
            record,
        })
    }

    /// The same, for a step that may only be taken once `step` is reached.
    pub async fn progress_at(
        &self,
        entrant: &Entrant,
        step: Reached,
    ) -> Result<Progress, FlowError> {
        let progress = self.progress(entrant).await?;
        if progress.reached() < step {
            return Err(FlowError::StepTooEarly);
        }
        Ok(progress)
    }

    /// *Begin*: from now on only this browser may go on with the link.
    pub async fn begin(&self, entrant: &Entrant) -> Result<(), FlowError> {
        self.progress(entrant).await?;
        let now = self.0.clock.now();
        let event = entrant.event(Action::LinkClaimed);
        let claimed = self
            .0
            .store
            .claim_link(
                entrant.tenant,
                entrant.link,
                entrant.session.family,
                &event,
                now,
            )
            .await?;
        if claimed {
            Ok(())
        } else {
            Err(LinkProblem::InAnotherBrowser.into())
        }
    }

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

    /// The list of permissions was read to its end.
    pub async fn read_permissions(&self, entrant: &Entrant) -> Result<(), FlowError> {
        self.progress_at(entrant, Reached::Permissions).await?;
        let event = entrant
            .event(Action::PermissionsRead)
            .with(json!({ "catalog": self.0.catalog.version() }));
        let now = self.0.clock.now();
        self.0
            .store
            .mark_permissions_read(entrant.tenant, entrant.link, &event, now)
            .await?;
        Ok(())
    }
}

fn is_administrator_of(session: &Session, of: TenantId) -> bool {
    matches!(&session.standing, Standing::Administrator { tenant, .. } if *tenant == of)
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

/// A failure that says that another organization answers than the one that was confirmed.
pub(super) fn other_organization() -> OktaFailure {
    OktaFailure::new(FailureKind::OtherOrganization)
}
