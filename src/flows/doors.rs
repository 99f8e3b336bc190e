//! Closes the ways into a tenant's pages: links that were sent to the wrong person, sessions on a
//! computer that was lost. The connection itself goes on.

use serde_json::json;

use super::{FlowError, Shared};
use crate::domain::audit::{Action, Actor, AuditEvent};
use crate::domain::id::{LinkId, TenantId};
use crate::store::{ClosedDoors, DoorRecord};

/// Counts and closes the ways in.
#[derive(Debug, Clone)]
pub struct Doors(Shared);

impl Doors {
    #[must_use]
    pub const fn new(shared: Shared) -> Self {
        Self(shared)
    }

    /// Which are open.
    pub async fn read(&self, tenant: TenantId) -> Result<DoorRecord, FlowError> {
        let now = self.0.clock.now();
        Ok(self.0.store.find_doors(tenant, now).await?)
    }

    /// Revokes every open link, and ends the sessions of whoever opened them.
    pub async fn close_links(
        &self,
        tenant: TenantId,
        actor: Actor,
    ) -> Result<ClosedDoors, FlowError> {
        let event = |closed: ClosedDoors| {
            AuditEvent::new(tenant, actor, Action::LinksRevoked)
                .with(json!({ "links": closed.links, "sessions": closed.sessions }))
        };
        let now = self.0.clock.now();
        Ok(self.0.store.close_links(tenant, event, now).await?)
    }

    /// Ends every session, or those that one link led to.
    pub async fn close_sessions(
        &self,
        tenant: TenantId,
        link: Option<LinkId>,
        actor: Actor,
    ) -> Result<ClosedDoors, FlowError> {
        let event = |closed: ClosedDoors| {
            AuditEvent::new(tenant, actor, Action::SessionsRevoked)
                .with(json!({ "sessions": closed.sessions, "link": link }))
        };
        let now = self.0.clock.now();
        Ok(self
            .0
            .store
            .close_sessions(tenant, link, event, now)
            .await?)
    }
}
