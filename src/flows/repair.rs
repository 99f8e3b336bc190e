//! Mending a gap in one visit: the missing grants are added with the administrator's own token, or a
//! colleague is asked to do it.

mod colleague;
mod granting;
mod resend;

use secrecy::SecretString;
use serde_json::json;
use time::OffsetDateTime;

use super::invite::link_address;
use super::{FlowError, Shared};
use crate::domain::audit::{Action, Actor, AuditEvent};
use crate::domain::connection::ConnectionState;
use crate::domain::id::{LinkId, PersonId, TenantId};
use crate::domain::onboarding_link::{DEFAULT_LIFETIME, LinkPurpose};
use crate::domain::text;
use crate::store::NewLink;
use crate::vault;

/// The longest reason that an administrator may give, in characters.
const LONGEST_REASON: usize = 500;

pub use colleague::Asked;
pub use granting::Granted;
pub use resend::Resent;

/// Mends gaps.
#[derive(Debug, Clone)]
pub struct Repair(Shared);

/// A link for a colleague, shown once.
#[derive(Debug)]
pub struct HandOff {
    pub link: SecretString,
    /// As it was kept.
    pub reason: String,
    pub expires_at: OffsetDateTime,
}

impl Repair {
    #[must_use]
    pub const fn new(shared: Shared) -> Self {
        Self(shared)
    }

    /// Makes a link for a colleague: one repair, for as long as an onboarding link lives.
    pub async fn hand_off(
        &self,
        tenant: TenantId,
        person: PersonId,
        reason: &str,
    ) -> Result<HandOff, FlowError> {
        let found = self.0.store.find_connection(tenant).await?;
        let state = found.ok_or(FlowError::NotFound)?.connection.state;
        if state == ConnectionState::Disconnected {
            return Err(FlowError::NotFound);
        }
        state.check_not_held()?;
        let now = self.0.clock.now();
        let reason = text::clean(reason, LONGEST_REASON);
        let purpose = LinkPurpose::Repair {
            asked_by: person,
            reason: reason.clone(),
            by_staff: None,
        };
        let (link, token) = new_hand_off(purpose, format!("administrator {person}"), now);
        let event = AuditEvent::new(tenant, Actor::Administrator(person), Action::HandOffCreated)
            .with(json!({ "link": link.id }));
        self.0.store.create_link(tenant, &link, &event, now).await?;
        Ok(HandOff {
            link: link_address(&self.0.public_url, &token),
            reason,
            expires_at: link.expires_at,
        })
    }
}

/// A hand-off that is about to be stored, and the secret part of its address.
fn new_hand_off(
    purpose: LinkPurpose,
    created_by: String,
    now: OffsetDateTime,
) -> (NewLink, SecretString) {
    let token = vault::random_token();
    let link = NewLink {
        id: LinkId::new(),
        token_hash: vault::fingerprint(&token),
        created_by,
        expires_at: now + DEFAULT_LIFETIME,
        purpose,
    };
    (link, token)
}
