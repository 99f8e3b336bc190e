//! Lifts the hold of a new connection: from then on workers get access tokens.

use serde_json::json;

use super::{FlowError, Shared};
use crate::domain::audit::{Action, Actor, AuditEvent};
use crate::domain::connection::AttentionReason;
use crate::domain::id::TenantId;
use crate::store::AuthorizationFacts;

/// Activates connections.
#[derive(Debug, Clone)]
pub struct Activation(Shared);

impl Activation {
    #[must_use]
    pub const fn new(shared: Shared) -> Self {
        Self(shared)
    }

    /// Lifts the tenant's hold, into the state that what was granted says. A connection that is not on
    /// hold stays as it is.
    pub async fn activate(&self, tenant: TenantId, actor: Actor) -> Result<(), FlowError> {
        let found = self.0.store.find_grants(tenant).await?;
        let found = found.ok_or(FlowError::NotFound)?;
        let finding = found.authorization.as_ref().and_then(finding);
        let state = found.record.connection.state;
        let Some(to) = state.after_activation(finding) else {
            return Ok(());
        };
        let (name, reason) = to.to_columns();
        let event = AuditEvent::new(tenant, actor, Action::Activated)
            .with(json!({ "state": name, "reason": reason }));
        // Of two at once one lifts it, and both find it lifted.
        let now = self.0.clock.now();
        self.0.store.lift_hold(tenant, to, &event, now).await?;
        Ok(())
    }
}

pub(super) fn finding(facts: &AuthorizationFacts) -> Option<AttentionReason> {
    let has_refresh_token = facts.refresh_expires_at.is_some();
    AttentionReason::of_authorization(
        facts.granted.has_api_scope(),
        facts.super_administrator,
        has_refresh_token,
    )
}
