//! The walk of an administrator who holds a link: open it, begin, name the organization, read what
//! is asked. Each step is stored at once, so that a closed browser loses nothing.

mod opening;
mod organization;

pub use opening::{Consent, OpenHere, Opened};
pub use organization::{Found, OrganizationTrouble};

use serde_json::json;

use super::{FlowError, Shared};
use crate::domain::audit::{Action, Actor, AuditEvent};
use crate::domain::connection::{Connection, ConnectionState};
use crate::domain::failure::{FailureKind, OktaFailure};
use crate::domain::id::{LinkId, TenantId};
use crate::domain::onboarding_link::{LinkProblem, LinkPurpose, OnboardingLink};
use crate::domain::session::{Session, Standing};
use crate::store::{ConnectionRecord, Tenant};

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

/// Where an onboarding stands.
#[derive(Debug, Clone)]
pub struct Progress {
    pub tenant: Tenant,
    pub link: OnboardingLink,
    pub record: ConnectionRecord,
    /// What is asked was agreed to by an authorization before the connection was ended, and is the same.
    pub is_agreed: bool,
    /// What is asked here was read, and not another version of it.
    pub has_read: bool,
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

    pub(super) fn actor(&self) -> Actor {
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
        } else if self.link.purpose != LinkPurpose::Onboarding && self.has_read {
            // A repair uses what is live, whatever an onboarding enters meanwhile.
            Reached::SignIn
        } else if self.link.purpose != LinkPurpose::Onboarding {
            Reached::Permissions
        } else if !self.record.organization_confirmed {
            Reached::Organization
        } else if !self.has_read && !self.is_agreed {
            Reached::Permissions
        } else if self
            .record
            .next_app
            .as_ref()
            .is_none_or(|next| next.checked_at.is_none())
        {
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
        let is_agreed = self.is_agreed(&record.connection).await?;
        let read = link.permissions_read_version.as_deref();
        let has_read = read == Some(self.0.catalog.version());
        Ok(Progress {
            tenant,
            link,
            record,
            is_agreed,
            has_read,
        })
    }

    /// Whoever comes back after a disconnection is not asked what nothing has changed about.
    async fn is_agreed(&self, connection: &Connection) -> Result<bool, FlowError> {
        if connection.state != ConnectionState::Disconnected {
            return Ok(false);
        }
        let agreed = self.0.store.find_agreed_catalog(connection.tenant).await?;
        Ok(agreed.as_deref() == Some(self.0.catalog.version()))
    }

    /// The same, for a step that may only be taken once `step` is reached.
    pub async fn progress_at(
        &self,
        entrant: &Entrant,
        step: Reached,
    ) -> Result<Progress, FlowError> {
        let progress = self.progress(entrant).await?;
        // A link that asks for one repair leads to the sign-in and nowhere else.
        let is_repair = progress.link.purpose != LinkPurpose::Onboarding;
        if is_repair && step != Reached::SignIn {
            return Err(FlowError::NotFound);
        }
        if progress.reached() < step {
            return Err(FlowError::StepTooEarly);
        }
        Ok(progress)
    }

    /// *Begin*: from now on only this browser may go on with the link. A colleague has read by then what
    /// is asked.
    pub async fn begin(&self, entrant: &Entrant, read: Option<&str>) -> Result<(), FlowError> {
        self.progress(entrant).await?;
        let now = self.0.clock.now();
        let event = entrant.event(Action::LinkClaimed);
        let claimed = self
            .0
            .store
            .claim_link(
                (entrant.tenant, entrant.link),
                entrant.session.family,
                read,
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

    /// The list of permissions was read to its end. `false` when it was another version than the one
    /// that would be asked here, so that it has to be read again.
    pub async fn read_permissions(
        &self,
        entrant: &Entrant,
        version: &str,
    ) -> Result<bool, FlowError> {
        self.progress_at(entrant, Reached::Permissions).await?;
        if version != self.0.catalog.version() {
            return Ok(false);
        }
        let event = entrant
            .event(Action::PermissionsRead)
            .with(json!({ "catalog": self.0.catalog.version() }));
        let now = self.0.clock.now();
        self.0
            .store
            .mark_permissions_read(entrant.tenant, entrant.link, version, &event, now)
            .await?;
        Ok(true)
    }
}

/// A failure that says that another organization answers than the one that was confirmed.
pub(super) fn other_organization() -> OktaFailure {
    OktaFailure::new(FailureKind::OtherOrganization)
}
