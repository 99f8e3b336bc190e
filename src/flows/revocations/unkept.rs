//! Tokens that Okta issued and that nobody keeps, because what they were issued for had ended meanwhile:
//! Okta is asked to end them at once and, where that fails, from the queue until it has.

use std::time::Duration as StdDuration;

use backon::{ConstantBuilder, Retryable};
use secrecy::SecretString;

use super::packing::Parcel;
use crate::domain::id::{ConnectionId, TenantId};
use crate::domain::org_url::OrgOrigin;
use crate::domain::revocation::{LONGEST, Reason};
use crate::flows::keys::OpenedClient;
use crate::flows::{FlowError, Shared};
use crate::okta::{Metadata, TokenHint, TokenResponse};
use crate::store::StoreError;

/// A database that is away is waited for, about half an hour: nothing else knows of these tokens.
const PATIENCE: ConstantBuilder = ConstantBuilder::new()
    .with_delay(StdDuration::from_millis(200))
    .with_max_times(500);

/// What a token endpoint gave and nobody keeps.
pub(in crate::flows) struct Unkept {
    owner: (TenantId, ConnectionId),
    origin: OrgOrigin,
    metadata: Option<Metadata>,
    client: OpenedClient,
    response: TokenResponse,
}

impl Unkept {
    pub(in crate::flows) fn new(
        owner: (TenantId, ConnectionId),
        metadata: &Metadata,
        client: OpenedClient,
        response: TokenResponse,
    ) -> Self {
        Self {
            owner,
            origin: metadata.issuer().clone(),
            metadata: Some(metadata.clone()),
            client,
            response,
        }
    }

    /// The same, where the organization's metadata is not at hand.
    pub(in crate::flows) const fn of(
        owner: (TenantId, ConnectionId),
        origin: OrgOrigin,
        client: OpenedClient,
        response: TokenResponse,
    ) -> Self {
        Self {
            owner,
            origin,
            metadata: None,
            client,
            response,
        }
    }

    /// Ends them, or leaves them to the queue.
    pub(in crate::flows) async fn end(&self, shared: &Shared) {
        let refresh = self.response.refresh_token.as_ref();
        let refresh = refresh.map(|token| (token, TokenHint::RefreshToken));
        let access = (&self.response.access_token, TokenHint::AccessToken);
        for (token, hint) in refresh.into_iter().chain([access]) {
            if let Err(error) = self.ask(shared, token, hint).await {
                tracing::info!(error = %error, tenant = %self.owner.0, "a token that is not kept could not be revoked at once and will be");
                self.queue(shared, token, hint);
            }
        }
    }

    async fn ask(
        &self,
        shared: &Shared,
        token: &SecretString,
        hint: TokenHint,
    ) -> Result<(), FlowError> {
        let metadata = match &self.metadata {
            Some(metadata) => metadata.clone(),
            None => shared.okta.metadata(&self.origin).await?,
        };
        let client = self.client.client()?;
        Ok(shared.okta.revoke(&metadata, &client, token, hint).await?)
    }

    fn queue(&self, shared: &Shared, token: &SecretString, hint: TokenHint) {
        let now = shared.clock.now();
        let is_refresh_token = hint == TokenHint::RefreshToken;
        let parcel = Parcel {
            tenant: self.owner.0,
            reason: Reason::Unkept,
            origin: &self.origin,
            is_refresh_token,
            expires_at: if is_refresh_token {
                now + LONGEST
            } else {
                now + self.response.expires_in
            },
        };
        let revoked = match parcel.seal(shared, &self.client, token) {
            Ok(revoked) => revoked,
            Err(error) => {
                tracing::error!(error = %error, tenant = %self.owner.0, "a token that is not kept could not be sealed for its revocation");
                return;
            }
        };
        let (shared, owner) = (shared.clone(), self.owner);
        let tasks = shared.tasks.clone();
        // Nobody waits for it but the end of the process.
        tasks.spawn(async move {
            let write = || shared.store.queue_revocation(owner, &revoked, now);
            let written = write.retry(PATIENCE).when(StoreError::is_unavailable).await;
            match written {
                Ok(()) => shared.revocations_wanted.notify_one(),
                Err(error) => {
                    tracing::error!(error = %error, tenant = %owner.0, "a token that is not kept lives until its end");
                }
            }
        });
    }
}
