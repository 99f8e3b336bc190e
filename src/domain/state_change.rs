//! A connection's way from one state to another, with the line that the audit trail gets for it: one
//! is never stored without the other.

use serde_json::json;

use super::audit::{Action, Actor, AuditEvent};
use super::connection::{AttentionReason, Connection, ConnectionState};
use super::id::TenantId;

/// What the service itself changes; what people do has events of its own.
#[derive(Debug, Clone, PartialEq)]
pub struct StateChange {
    tenant: TenantId,
    from: ConnectionState,
    to: ConnectionState,
    event: AuditEvent,
}

impl StateChange {
    /// The connection cannot be used, or soon can no longer be, until a person does something. `None`
    /// where that is known already, or where the state is not ours to change: a hold is the vendor's.
    #[must_use]
    pub fn attention(connection: &Connection, reason: AttentionReason) -> Option<Self> {
        match connection.state {
            ConnectionState::Connected => {}
            ConnectionState::NeedsAttention(known) if known != reason && !is_final(known) => {}
            _ => return None,
        }
        Some(Self::to_attention(connection, reason))
    }

    /// What needed attention works again without a new sign-in, and leaves the connection in `to`.
    #[must_use]
    pub fn recovery(connection: &Connection, to: ConnectionState) -> Option<Self> {
        let ConnectionState::NeedsAttention(reason) = connection.state else {
            return None;
        };
        match to {
            ConnectionState::NeedsAttention(other) if other == reason => None,
            ConnectionState::NeedsAttention(other) => Some(Self::to_attention(connection, other)),
            _ => {
                let event = AuditEvent::new(connection.tenant, Actor::Service, Action::Recovered)
                    .with(json!({ "from": reason.code() }));
                Some(Self::of(connection, to, event))
            }
        }
    }

    fn to_attention(connection: &Connection, reason: AttentionReason) -> Self {
        let event = AuditEvent::new(connection.tenant, Actor::Service, Action::NeedsAttention)
            .with(json!({ "reason": reason.code() }));
        Self::of(connection, ConnectionState::NeedsAttention(reason), event)
    }

    fn of(connection: &Connection, to: ConnectionState, event: AuditEvent) -> Self {
        Self {
            tenant: connection.tenant,
            from: connection.state,
            to,
            event,
        }
    }

    #[must_use]
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }

    #[must_use]
    pub const fn from(&self) -> ConnectionState {
        self.from
    }

    #[must_use]
    pub const fn to(&self) -> ConnectionState {
        self.to
    }

    #[must_use]
    pub const fn event(&self) -> &AuditEvent {
        &self.event
    }
}

/// Whether only a new sign-in leads out of it: whatever else is found then changes nothing.
fn is_final(reason: AttentionReason) -> bool {
    match reason {
        AttentionReason::SignInExpired => true,
        AttentionReason::Failed(kind) => kind.ends_the_sign_in(),
        AttentionReason::NotSuperAdministrator | AttentionReason::NoRefreshToken => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::failure::FailureKind;
    use crate::domain::id::ConnectionId;

    const DEAD: AttentionReason = AttentionReason::Failed(FailureKind::RefreshTokenDead);
    const SECRET: AttentionReason = AttentionReason::Failed(FailureKind::WrongSecret);

    fn in_state(state: ConnectionState) -> Connection {
        Connection {
            id: ConnectionId::new(),
            tenant: TenantId::new(),
            state,
            organization: None,
            app: None,
            connected_at: None,
        }
    }

    #[test]
    fn attention_is_asked_for_once_and_says_why() {
        let connected = in_state(ConnectionState::Connected);

        let change = StateChange::attention(&connected, SECRET).unwrap();

        assert_eq!(change.event().action, Action::NeedsAttention);
        assert_eq!(change.event().detail, json!({ "reason": "wrong_secret" }));
        let known = in_state(change.to());
        assert_eq!(StateChange::attention(&known, SECRET), None);
        assert!(StateChange::attention(&known, DEAD).is_some());
    }

    #[test]
    fn what_only_a_sign_in_mends_is_not_talked_over_and_a_hold_stays() {
        for state in [
            ConnectionState::NeedsAttention(DEAD),
            ConnectionState::NeedsAttention(AttentionReason::SignInExpired),
            ConnectionState::OnHold,
            ConnectionState::Disconnected,
            ConnectionState::Pending,
        ] {
            assert_eq!(StateChange::attention(&in_state(state), SECRET), None);
        }
    }

    #[test]
    fn a_recovery_says_from_what() {
        let ill = in_state(ConnectionState::NeedsAttention(SECRET));

        let change = StateChange::recovery(&ill, ConnectionState::Connected).unwrap();

        assert_eq!(change.event().action, Action::Recovered);
        assert_eq!(change.event().detail, json!({ "from": "wrong_secret" }));
        let weak = ConnectionState::NeedsAttention(AttentionReason::NotSuperAdministrator);
        let change = StateChange::recovery(&ill, weak).unwrap();
        assert_eq!(change.event().action, Action::NeedsAttention);
        let well = in_state(ConnectionState::Connected);
        assert_eq!(
            StateChange::recovery(&well, ConnectionState::Connected),
            None
        );
    }
}
