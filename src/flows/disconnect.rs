//! *Disconnect*: nobody gets a token from here on, the secrets go, and Okta is asked to end what it
//! issued. The history stays.

use std::time::Duration as StdDuration;

use backon::{ConstantBuilder, Retryable};
use serde_json::json;
use uuid::Uuid;

use super::revocations::{LEASE, Revocations, pack};
use super::{FlowError, Shared};
use crate::domain::audit::{Action, Actor, AuditEvent};
use crate::domain::connection::ConnectionState;
use crate::domain::id::TenantId;
use crate::domain::revocation::{Progress, Reason};
use crate::store::{ClaimedRevocation, ConnectionRecord, Ended, Revoked, StoreError, TokenRecord};

/// A refresh may come between reading the tokens and ending them; more than a few in a row do not. And
/// the database may be away for a moment.
const TRIES: ConstantBuilder = ConstantBuilder::new()
    .with_delay(StdDuration::from_millis(100))
    .with_max_times(4);
/// Whoever disconnects waits so long for Okta's answer; after that it goes on without them.
const PATIENCE: StdDuration = StdDuration::from_secs(5);

/// Ends connections.
#[derive(Debug, Clone)]
pub struct Disconnect(Shared);

/// Where the connection stands afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Disconnected {
    pub state: ConnectionState,
    pub revocation: Progress,
}

impl Disconnect {
    #[must_use]
    pub const fn new(shared: Shared) -> Self {
        Self(shared)
    }

    /// Ends the tenant's connection; one that has ended already, or never was, stays as it is. In a
    /// task of its own: a closed tab does not cut it in half.
    pub async fn disconnect(
        &self,
        tenant: TenantId,
        actor: Actor,
    ) -> Result<Disconnected, FlowError> {
        let this = self.clone();
        let work = async move { this.run(tenant, actor).await };
        self.0
            .tasks
            .spawn(work)
            .await
            .unwrap_or(Err(FlowError::CutShort))
    }

    /// Each try begins with what stands then. So where the answer to a commit got lost, the next one finds
    /// that the connection has ended, and ends nothing twice.
    async fn run(&self, tenant: TenantId, actor: Actor) -> Result<Disconnected, FlowError> {
        let try_to_end = || self.try_to_end(tenant, actor);
        let again = |error: &FlowError| matches!(error, FlowError::Store(error) if error.is_unavailable() || matches!(error, StoreError::Raced));
        try_to_end.retry(TRIES).when(again).await?;
        self.stand(tenant).await
    }

    async fn try_to_end(&self, tenant: TenantId, actor: Actor) -> Result<(), FlowError> {
        let store = &self.0.store;
        let record = store
            .find_connection(tenant)
            .await?
            .ok_or(FlowError::NotFound)?;
        if matches!(
            record.connection.state,
            ConnectionState::Disconnected | ConnectionState::Pending
        ) {
            return Ok(());
        }
        let tokens = store.find_tokens(tenant).await?;
        // The end does not wait for what cannot be opened: it says what Okta could not be asked for.
        let pack = |tokens| pack(&self.0, &record, tokens, Reason::Disconnected, None);
        let revoked = tokens.as_ref().map(pack).transpose()?;
        if self.end(&record, tokens, revoked, actor).await? {
            tracing::info!(tenant = %tenant, "a connection was ended");
        }
        Ok(())
    }

    /// Commits the end, and asks Okta once while somebody waits. The row is claimed by us from the
    /// start, so that no other worker asks at the same time; if we die, the claim runs out.
    async fn end(
        &self,
        record: &ConnectionRecord,
        tokens: Option<TokenRecord>,
        revoked: Option<Revoked>,
        actor: Actor,
    ) -> Result<bool, FlowError> {
        let connection = &record.connection;
        let now = self.0.clock.now();
        let event = AuditEvent::new(connection.tenant, actor, Action::Disconnected).with(json!({
            "organization": connection.organization.as_ref().map(|found| found.origin.as_str()),
            "client_id": connection.app.as_ref().map(|app| app.client_id.as_str()),
            "from": connection.state.to_columns().0,
        }));
        let worker = Uuid::now_v7();
        let ended = Ended {
            tenant: connection.tenant,
            connection: connection.id,
            generation: tokens.map(|record| record.tokens.generation),
            revoked: revoked.map(|revoked| (revoked, worker, LEASE)),
            event: &event,
        };
        if !self.0.store.disconnect(&ended, now).await? {
            return Ok(false);
        }
        if let Some((revoked, worker, _)) = ended.revoked
            && revoked.token.is_some()
        {
            let claimed = ClaimedRevocation {
                tenant: connection.tenant,
                worker,
                tries: 1,
                revoked,
            };
            self.ask_now(claimed).await;
        }
        Ok(true)
    }

    async fn ask_now(&self, claimed: ClaimedRevocation) {
        let revocations = Revocations::new(self.0.clone());
        let asked = self
            .0
            .tasks
            .spawn(async move { revocations.work(claimed).await });
        // Whether it came in time is read from the database, like everything else.
        let _ = tokio::time::timeout(PATIENCE, asked).await;
    }

    async fn stand(&self, tenant: TenantId) -> Result<Disconnected, FlowError> {
        let found = self.0.store.find_connection(tenant).await?;
        let state = found.ok_or(FlowError::NotFound)?.connection.state;
        let ending = self.0.store.find_ending(tenant).await?;
        let revocation = ending
            .filter(|_| state == ConnectionState::Disconnected)
            .map_or(Progress::Nothing, |ending| ending.progress());
        Ok(Disconnected { state, revocation })
    }
}
