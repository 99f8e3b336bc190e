//! Whether a signed-in administrator is a Super Administrator now: by a new sign-in, and by Okta's word
//! about the role, asked with that person's own token. The token is dropped and revoked.

use serde_json::json;

use super::{CallbackQuery, Connect, Landed, Renewed};
use crate::domain::audit::{Action, Actor, AuditEvent};
use crate::domain::failure::FailureKind;
use crate::domain::identity::RoleFinding;
use crate::domain::session::{ADMINISTRATOR_LIFETIME, Session, Standing};
use crate::flows::FlowError;
use crate::flows::keys::opened_client;
use crate::flows::revocations::Unkept;
use crate::flows::sessions::Fresh;
use crate::store::{ConsumedAttempt, NewStanding, RoleLook};

impl Connect {
    pub(super) async fn verify(
        &self,
        attempt: &ConsumedAttempt,
        query: &CallbackQuery,
        session: &Session,
    ) -> Result<Landed, FlowError> {
        let tenant = attempt.facts.tenant;
        let Standing::Administrator { person, .. } = &session.standing else {
            return Err(FlowError::NotFound);
        };
        let record = self.record(tenant).await?;
        let spent = self.spend(attempt, query, &record).await;
        let (metadata, response, identity) = match spent {
            // The app was not granted the scope with which roles are read.
            Err(FlowError::Okta(failure)) if failure.kind == FailureKind::NothingGranted => {
                return Ok(Landed::Unverified { tenant });
            }
            other => other?,
        };
        let role = self
            .role(&metadata, &response.access_token, &identity)
            .await;
        let opened = opened_client(&self.0, &record, attempt.facts.uses_next_app)?;
        let owner = (tenant, record.connection.id);
        let unkept = Unkept::new(owner, &metadata, opened, response);
        unkept.end(&self.0).await;
        let known = self.known_as(tenant, &identity).await?;
        if known != Some(*person) || session.tenant() != Some(tenant) {
            return Ok(Landed::SomebodyElse {
                tenant,
                email: identity.email,
            });
        }
        if matches!(role, RoleFinding::Unknown { .. }) {
            return Ok(Landed::Unverified { tenant });
        }
        let now = self.0.clock.now();
        let standing = NewStanding::Administrator {
            tenant,
            person: *person,
        };
        let fresh = Fresh::new(session.family, standing, now + ADMINISTRATOR_LIFETIME);
        let event = AuditEvent::new(tenant, Actor::Administrator(*person), Action::RoleVerified)
            .with(json!({
                "okta_user": identity.subject,
                "super_administrator": role.to_columns().0,
            }));
        let look = RoleLook {
            tenant,
            person: *person,
            role: &role,
            session: (&fresh.new, session.id),
            event: &event,
        };
        if !self.0.store.keep_role(&look, now).await? {
            return Err(FlowError::NotFound);
        }
        Ok(Landed::Status {
            tenant,
            session: Some(Renewed {
                token: fresh.token,
                replaces: session.id,
            }),
            to: attempt.facts.returns_to,
        })
    }
}
