//! Which state a connection is in once what stopped it is gone.

use super::{FlowError, Shared};
use crate::domain::connection::{AttentionReason, Connection, ConnectionState};
use crate::domain::failure::FailureKind;
use crate::domain::state_change::StateChange;
use crate::store::AuthorizationFacts;

/// The way back after a failure that nobody had to sign in for: to the state that the sign-in left.
pub(super) async fn recovery(
    shared: &Shared,
    connection: &Connection,
) -> Result<Option<StateChange>, FlowError> {
    let ConnectionState::NeedsAttention(AttentionReason::Failed(_)) = connection.state else {
        return Ok(None);
    };
    let found = shared.store.find_grants(connection.tenant).await?;
    let facts = found.and_then(|found| found.authorization);
    Ok(facts.and_then(|facts| StateChange::recovery(connection, left_by(&facts))))
}

fn left_by(facts: &AuthorizationFacts) -> ConnectionState {
    let reason = if facts.granted.iter().all(|scope| scope.access().is_none()) {
        AttentionReason::Failed(FailureKind::NothingGranted)
    } else if facts.super_administrator == Some(false) {
        AttentionReason::NotSuperAdministrator
    } else if facts.refresh_expires_at.is_none() {
        AttentionReason::NoRefreshToken
    } else {
        return ConnectionState::Connected;
    };
    ConnectionState::NeedsAttention(reason)
}
