//! Staff hand a repair to somebody at the customer's: for an administrator who lost the link, or in
//! the place of one who does not know whom to ask.

use secrecy::SecretString;
use serde_json::json;
use time::OffsetDateTime;

use super::{Repair, new_hand_off};
use crate::domain::audit::{Action, Actor, AuditEvent};
use crate::domain::id::{StaffId, TenantId};
use crate::domain::onboarding_link::LinkPurpose;
use crate::flows::invite::link_address;
use crate::flows::{FlowError, Status, StatusView};

/// A hand-off that staff made, shown once.
#[derive(Debug)]
pub struct Resent {
    pub link: SecretString,
    pub expires_at: OffsetDateTime,
    /// Who asked for it before, and in whose name it goes out; `None` when staff ask.
    pub asked_by: Option<String>,
    /// Earlier links for a repair that no longer open.
    pub ended: i64,
    pub view: StatusView,
}

impl Repair {
    /// Makes the hand-off anew; the open ones end. `None` where there is nothing that a colleague
    /// could mend.
    pub async fn resend(
        &self,
        tenant: TenantId,
        staff: StaffId,
    ) -> Result<Option<Resent>, FlowError> {
        let view = Status::new(self.0.clone()).read(tenant).await?;
        view.connection.state.check_not_held()?;
        let store = &self.0.store;
        let asker = store.find_hand_off_asker(tenant).await?;
        let Some(asker) = asker.filter(|_| view.wants_hand_off()) else {
            return Ok(None);
        };
        let asked_by = if asker.asked {
            store.find_person(tenant, asker.person).await?
        } else {
            None
        };
        let purpose = LinkPurpose::Repair {
            asked_by: asker.person,
            reason: asker.reason,
            by_staff: (!asker.asked).then_some(staff),
        };
        let now = self.0.clock.now();
        let (link, token) = new_hand_off(purpose, format!("staff {staff}"), now);
        let event = |ended| {
            AuditEvent::new(tenant, Actor::Staff(staff), Action::HandOffCreated)
                .with(json!({ "link": link.id, "ended": ended }))
        };
        let ended = store.replace_hand_offs(tenant, &link, event, now).await?;
        Ok(Some(Resent {
            link: link_address(&self.0.public_url, &token),
            expires_at: link.expires_at,
            asked_by: asked_by.map(|(name, _)| name),
            ended,
            view,
        }))
    }
}
