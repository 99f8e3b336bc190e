//! The colleague's side of a hand-off: what is asked, and what came of it. Nothing else of the tenant.

use super::Repair;
use crate::domain::id::PersonId;
use crate::domain::onboarding_link::{LinkPurpose, OnboardingLink};
use crate::flows::{Entrant, FlowError, Onboarding, Status, StatusView};

/// What a hand-off link tells.
#[derive(Debug)]
pub struct Asked {
    pub asked_by: String,
    pub asked_by_email: String,
    pub reason: String,
    /// The vendor's support asks, about the connection of that person.
    pub by_support: bool,
    pub link: OnboardingLink,
    pub view: StatusView,
}

impl Repair {
    /// What is asked, for as long as the link stands.
    pub async fn asked(&self, entrant: &Entrant) -> Result<Asked, FlowError> {
        let link = self.link(entrant).await?;
        link.check(Some(entrant.session.family), self.0.clock.now())?;
        self.describe(entrant, link).await
    }

    /// From now on only this browser may go on with the link. `false` when its page showed another
    /// version of what is asked than would be asked here.
    pub async fn begin(&self, entrant: &Entrant, version: &str) -> Result<bool, FlowError> {
        self.asked(entrant).await?;
        if version != self.0.catalog.version() {
            return Ok(false);
        }
        let onboarding = Onboarding::new(self.0.clone());
        onboarding.begin(entrant, Some(version)).await?;
        Ok(true)
    }

    /// What came of it, for the browser that did it.
    pub async fn done(&self, entrant: &Entrant) -> Result<Asked, FlowError> {
        let link = self.link(entrant).await?;
        let is_done_here =
            link.completed_at.is_some() && link.claimed_by == Some(entrant.session.family);
        if !is_done_here {
            return Err(FlowError::NotFound);
        }
        self.describe(entrant, link).await
    }

    async fn link(&self, entrant: &Entrant) -> Result<OnboardingLink, FlowError> {
        self.0
            .store
            .find_link(entrant.tenant, entrant.link)
            .await?
            .ok_or(FlowError::NotFound)
    }

    async fn describe(&self, entrant: &Entrant, link: OnboardingLink) -> Result<Asked, FlowError> {
        let LinkPurpose::Repair {
            asked_by,
            reason,
            by_staff,
        } = link.purpose.clone()
        else {
            return Err(FlowError::NotFound);
        };
        let (asked_by, asked_by_email) = self.person(entrant, asked_by).await?;
        let view = Status::new(self.0.clone()).read(entrant.tenant).await?;
        Ok(Asked {
            asked_by,
            asked_by_email,
            reason,
            by_support: by_staff.is_some(),
            link,
            view,
        })
    }

    async fn person(
        &self,
        entrant: &Entrant,
        person: PersonId,
    ) -> Result<(String, String), FlowError> {
        let found = self.0.store.find_person(entrant.tenant, person).await?;
        found.ok_or(FlowError::NotFound)
    }
}
