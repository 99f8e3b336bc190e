//! Recognising somebody who signed in with Okta: an administrator who was let in before, or a stranger.

use serde_json::json;

use super::{CallbackQuery, Connect, Landed, Renewed};
use crate::domain::audit::{Action, Actor, AuditEvent};
use crate::domain::id::{PersonId, TenantId};
use crate::domain::identity::Identity;
use crate::domain::session::{ADMINISTRATOR_LIFETIME, Session};
use crate::flows::FlowError;
use crate::flows::authorize::host_of;
use crate::flows::keys::opened_client;
use crate::flows::revocations::Unkept;
use crate::flows::sessions::Fresh;
use crate::store::{ConsumedAttempt, Membership, NewStanding, Recognized};

impl Connect {
    /// Who signed in, and whether one of the tenant's links had let them in.
    pub(super) async fn sign_in(
        &self,
        attempt: &ConsumedAttempt,
        query: &CallbackQuery,
        session: &Session,
    ) -> Result<Landed, FlowError> {
        let tenant = attempt.facts.tenant;
        let record = self
            .0
            .store
            .find_connection(tenant)
            .await?
            .ok_or(FlowError::NotFound)?;
        let (metadata, response, identity) = self.spend(attempt, query, &record).await?;
        // The ID token names a person of its issuer, so it speaks for every tenant that let that very
        // person in; the one whose app was used comes first.
        let memberships = self.0.store.find_memberships(&identity).await?;
        let own = memberships
            .iter()
            .find(|membership| membership.tenant == tenant);
        if let Some(membership) = own.or(memberships.first()) {
            let landed = self.let_in(attempt, *membership, session, &identity).await;
            if matches!(landed, Err(FlowError::Overtaken(_))) {
                let opened = opened_client(&self.0, &record, attempt.facts.uses_next_app)?;
                let owner = (tenant, record.connection.id);
                Unkept::new(owner, &metadata, opened, response)
                    .end(&self.0)
                    .await;
            }
            return landed;
        }
        let event = AuditEvent::new(tenant, Actor::Stranger, Action::SignInRefused)
            .with(json!({ "okta_user": identity.subject }));
        self.0.store.record(&event, self.0.clock.now()).await?;
        Ok(Landed::Stranger {
            email: identity.email,
            organization_host: host_of(&record, false)?,
        })
    }

    /// The person with access to this tenant, if there is one of that identity.
    pub(super) async fn known_as(
        &self,
        tenant: TenantId,
        identity: &Identity,
    ) -> Result<Option<PersonId>, FlowError> {
        let memberships = self.0.store.find_memberships(identity).await?;
        let mut memberships = memberships.into_iter();
        let own = memberships.find(|membership| membership.tenant == tenant);
        Ok(own.map(|membership| membership.person))
    }

    async fn let_in(
        &self,
        attempt: &ConsumedAttempt,
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
        let recognized = Recognized {
            membership,
            session: &fresh.new,
            replaces: session.id,
            begun_at: attempt.facts.begun_at(),
            event: &event,
        };
        self.0.store.sign_in(&recognized, now).await?;
        Ok(Landed::Status {
            tenant,
            session: Some(Renewed {
                token: fresh.token,
                replaces: session.id,
            }),
            to: None,
        })
    }
}
