//! Gives the vendor's workers access tokens that work now. A fresh one costs one read; one that is
//! about to end is refreshed first, once, whoever asks and however many.

mod issues;

use std::sync::Arc;

use secrecy::SecretString;
use time::{Duration, OffsetDateTime};
use tokio_util::sync::CancellationToken;

use self::issues::Issues;
use super::keys::at_connection;
use super::tokens::newer_token;
use super::{FlowError, Shared};
use crate::domain::access_request::{AccessRequest, Lacking, TokenGrants};
use crate::domain::api_key::{KeyLimits, PresentedKey};
use crate::domain::connection::{AttentionReason, ConnectionState};
use crate::domain::failure::{FailureKind, OktaFailure};
use crate::domain::id::{ApiKeyId, TenantId};
use crate::domain::org_url::OrgOrigin;
use crate::store::{AccessRecord, AccessToken, ConnectionAccess};
use crate::vault::{Field, Sealed};

/// While Okta is away, a token that lives at least this long is still worth giving.
const LAST_USE: Duration = Duration::MINUTE;

/// Gives tokens. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Broker(Shared, Arc<Issues>);

/// A worker whose key was recognized, with what was read along with it.
#[derive(Debug)]
pub struct Worker {
    pub key: ApiKeyId,
    pub limits: KeyLimits,
    hash: [u8; 32],
    pub tenant: TenantId,
    access: Option<ConnectionAccess>,
}

/// A token to hand out. `Debug` shows no secret.
#[derive(Debug)]
pub struct Issued {
    pub access_token: SecretString,
    pub expires_at: OffsetDateTime,
    /// What it can be used for.
    pub grants: TokenGrants,
    pub organization: OrgOrigin,
}

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub enum BrokerError {
    #[error("there is no such tenant")]
    NoTenant,
    #[error("nothing was connected yet")]
    NotConnected,
    #[error("the connection waits for the vendor's activation")]
    OnHold,
    #[error("the connection was ended")]
    Disconnected,
    /// Somebody has to mend it first.
    #[error("the connection needs attention: {}", .0.code())]
    NeedsAttention(AttentionReason),
    /// What is asked for is not granted, or known not to work.
    #[error("{} of the scopes cannot be used", .0.len())]
    Lacking(Vec<Lacking>),
    /// It passes by itself.
    #[error("Okta: {0}")]
    OktaAway(OktaFailure),
    #[error(transparent)]
    Flow(FlowError),
}

impl Broker {
    #[must_use]
    pub fn new(shared: Shared) -> Self {
        Self(shared, Arc::default())
    }

    /// The worker that this key stands for, unless it was revoked or has ended.
    pub async fn recognize(
        &self,
        presented: &PresentedKey,
        tenant: TenantId,
    ) -> Result<Option<Worker>, FlowError> {
        let found = self.find(tenant, &presented.hash).await?;
        Ok(found.map(|record| Worker {
            key: record.key,
            limits: record.limits,
            hash: presented.hash,
            tenant,
            access: record.connection,
        }))
    }

    async fn find(
        &self,
        tenant: TenantId,
        hash: &[u8; 32],
    ) -> Result<Option<AccessRecord>, FlowError> {
        let now = self.0.clock.now();
        Ok(self.0.store.find_access(tenant, hash, now).await?)
    }

    /// A token for all of what is asked for, counted for the audit trail.
    pub async fn issue(
        &self,
        worker: Worker,
        request: &AccessRequest,
    ) -> Result<Issued, BrokerError> {
        let (key, tenant) = (worker.key, worker.tenant);
        let issued = self.find_token(worker, request).await?;
        self.1.note(key, tenant, self.0.clock.now());
        Ok(issued)
    }

    /// Writes down what was given, which keys of which tenants, until told to stop, and once more then.
    pub async fn run(self, stop: CancellationToken) {
        let mut ticks = tokio::time::interval(issues::LOOK_EVERY);
        loop {
            let is_last = tokio::select! {
                () = stop.cancelled() => true,
                _ = ticks.tick() => false,
            };
            if let Err(error) = self.write_issues(is_last).await {
                tracing::warn!(%error, "which tokens were given will be written down later");
            }
            if is_last {
                return;
            }
        }
    }

    /// Writes the lines that are due, or all of them.
    pub async fn write_issues(&self, all: bool) -> Result<(), FlowError> {
        let now = self.0.clock.now();
        Ok(self.1.write(&self.0.store, now, all).await?)
    }

    async fn find_token(
        &self,
        worker: Worker,
        request: &AccessRequest,
    ) -> Result<Issued, BrokerError> {
        let access = worker.access.ok_or(BrokerError::NoTenant)?;
        let token = usable(&access)?;
        let ends_at = token.expires_at;
        if ends_at > self.0.clock.now() + self.0.token_margin {
            return self.give(worker.tenant, &access, request).await;
        }
        match self.renew(worker.tenant, token.generation).await {
            Ok(()) => self.give_anew(&worker.hash, worker.tenant, request).await,
            // Better than nothing, while it lasts.
            Err(error) if error.leaves_the_token() && ends_at >= self.0.clock.now() + LAST_USE => {
                self.give_anew(&worker.hash, worker.tenant, request).await
            }
            Err(BrokerError::NeedsAttention(why)) => Err(BrokerError::NeedsAttention(
                known_reason(access.state).unwrap_or(why),
            )),
            Err(error) => Err(error),
        }
    }

    /// Reads everything once more: while Okta was asked, the key may have been revoked or the connection
    /// ended.
    async fn give_anew(
        &self,
        key: &[u8; 32],
        tenant: TenantId,
        request: &AccessRequest,
    ) -> Result<Issued, BrokerError> {
        let access = self.find(tenant, key).await?.and_then(connection);
        self.give(tenant, &access.ok_or(BrokerError::NoTenant)?, request)
            .await
    }

    /// Opens the token, if it can do what is asked for.
    async fn give(
        &self,
        tenant: TenantId,
        access: &ConnectionAccess,
        request: &AccessRequest,
    ) -> Result<Issued, BrokerError> {
        let token = usable(access)?;
        if !request.is_met_by(&token.grants) {
            return Err(self.refusal(tenant, token, request).await);
        }
        let (owner, field) = ((tenant, access.id), Field::AccessToken);
        let context = at_connection(owner, &token.organization, field, token.generation);
        let sealed = Sealed::from_bytes(token.sealed.0.clone());
        let opened = self.0.vault.open(&context, &sealed);
        Ok(Issued {
            access_token: opened.map_err(FlowError::from)?,
            expires_at: token.expires_at,
            grants: token.grants.clone(),
            organization: token.organization.clone(),
        })
    }

    /// Only now is it worth reading what was asked of Okta at all.
    async fn refusal(
        &self,
        tenant: TenantId,
        token: &AccessToken,
        request: &AccessRequest,
    ) -> BrokerError {
        match self.0.store.find_requested(tenant).await {
            Ok(requested) => BrokerError::Lacking(request.lacking(&token.grants, &requested)),
            Err(error) => FlowError::from(error).into(),
        }
    }

    /// Has the token refreshed. What others stored meanwhile is as good.
    async fn renew(&self, tenant: TenantId, than: i64) -> Result<(), BrokerError> {
        let renewed = newer_token(&self.0, tenant, than).await;
        renewed.map(drop).map_err(|error| match error {
            FlowError::Okta(failure) if failure.kind.is_passing() => BrokerError::OktaAway(failure),
            FlowError::Busy => BrokerError::OktaAway(OktaFailure::new(FailureKind::TimedOut)),
            FlowError::Okta(failure) => {
                BrokerError::NeedsAttention(AttentionReason::Failed(failure.kind))
            }
            error => BrokerError::Flow(error),
        })
    }
}

impl BrokerError {
    /// Whether the token that could not be renewed works until its end all the same.
    const fn leaves_the_token(&self) -> bool {
        match self {
            Self::OktaAway(_) => true,
            Self::NeedsAttention(reason) => !reason.ends_access(),
            _ => false,
        }
    }
}

impl From<FlowError> for BrokerError {
    fn from(error: FlowError) -> Self {
        Self::Flow(error)
    }
}

/// Why the connection needs attention, where that was known before.
const fn known_reason(state: ConnectionState) -> Option<AttentionReason> {
    match state {
        ConnectionState::NeedsAttention(reason) => Some(reason),
        _ => None,
    }
}

fn connection(record: AccessRecord) -> Option<ConnectionAccess> {
    record.connection
}

/// The token, unless the connection's state makes it useless.
fn usable(access: &ConnectionAccess) -> Result<&AccessToken, BrokerError> {
    match (access.state, &access.token) {
        (ConnectionState::OnHold, _) => Err(BrokerError::OnHold),
        (ConnectionState::Disconnected, _) => Err(BrokerError::Disconnected),
        (ConnectionState::NeedsAttention(reason), _) if reason.ends_access() => {
            Err(BrokerError::NeedsAttention(reason))
        }
        (ConnectionState::Pending, _) | (_, None) => Err(BrokerError::NotConnected),
        (ConnectionState::Connected | ConnectionState::NeedsAttention(_), Some(token)) => Ok(token),
    }
}
