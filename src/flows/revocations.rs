//! Ending tokens at Okta: packed up when nobody may use them any more, then asked for until Okta
//! answers, by whichever replica claims them first.
//!
//! Asking twice does no harm: Okta answers well for a token that it has ended already. So a worker that
//! dies between Okta's answer and the note of it costs one more request.

mod packing;
mod unkept;

use std::sync::Arc;
use std::time::Duration as StdDuration;

use serde_json::json;
use time::Duration;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

pub(super) use self::packing::{pack, replaced};
pub(super) use self::unkept::Unkept;
use super::{FlowError, Shared};
use crate::domain::audit::{Action, Actor, AuditEvent};
use crate::domain::failure::OktaFailure;
use crate::domain::id::TenantId;
use crate::domain::revocation::{Outcome, is_final, pause};
use crate::okta::TokenHint;
use crate::store::{ClaimedRevocation, LastTry};

/// How long a claim lasts: longer than everything that Okta may take for one.
pub(super) const LEASE: Duration = Duration::minutes(2);
/// Organizations that one replica asks at the same time.
const AT_ONCE: usize = 8;
/// How often an idle replica looks for what is due.
const LOOK_EVERY: StdDuration = StdDuration::from_secs(5);

/// Asks Okta to end tokens. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Revocations(Shared);

/// What Okta's answer means for the next step.
enum Asked {
    Revoked,
    Refused(OktaFailure),
    Later(OktaFailure),
}

impl Revocations {
    #[must_use]
    pub const fn new(shared: Shared) -> Self {
        Self(shared)
    }

    /// Looks once: asks about one token, if one is due; whose it was.
    pub async fn look(&self) -> Result<Option<TenantId>, FlowError> {
        let Some(claimed) = self.claim().await? else {
            return Ok(None);
        };
        let tenant = claimed.tenant;
        self.work(claimed).await;
        Ok(Some(tenant))
    }

    /// Looks for work until told to stop; what is under way is finished.
    pub async fn run(self, stop: CancellationToken) {
        let (room, running) = (Arc::new(Semaphore::new(AT_ONCE)), TaskTracker::new());
        while !stop.is_cancelled() {
            let Ok(place) = Arc::clone(&room).acquire_owned().await else {
                break;
            };
            match self.claim().await {
                Ok(Some(claimed)) => {
                    let this = self.clone();
                    running.spawn(async move {
                        this.work(claimed).await;
                        drop(place);
                    });
                    continue;
                }
                Ok(None) => {}
                Err(error) => {
                    tracing::warn!(error = %error, "no revocation can be claimed now");
                }
            }
            drop(place);
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.0.revocations_wanted.notified() => {}
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
        }
        running.close();
        running.wait().await;
    }

    async fn claim(&self) -> Result<Option<ClaimedRevocation>, FlowError> {
        let now = self.0.clock.now();
        Ok(self
            .0
            .store
            .claim_due_revocation(Uuid::now_v7(), LEASE, now)
            .await?)
    }

    /// Asks Okta and notes the answer. What cannot be noted is asked again when the claim has run out.
    pub(super) async fn work(&self, claimed: ClaimedRevocation) {
        let tenant = claimed.tenant;
        match self.ask_and_note(&claimed).await {
            Ok(Some(outcome)) => {
                tracing::info!(tenant = %tenant, outcome = outcome.code(), "a revocation has ended");
            }
            Ok(None) => {}
            Err(error) => {
                tracing::warn!(error = %error, tenant = %tenant, "a revocation was broken off and will be tried again");
            }
        }
    }

    async fn ask_and_note(
        &self,
        claimed: &ClaimedRevocation,
    ) -> Result<Option<Outcome>, FlowError> {
        if claimed.revoked.expires_at <= self.0.clock.now() {
            return self.end(claimed, Outcome::Expired, None).await;
        }
        let asked = match self.ask(claimed).await {
            Err(error) if error.is_unreadable() => {
                // Another replica may have the key; a damaged row waits longer and longer for its end.
                let due = self.0.clock.now() + pause(claimed.tries, None, random());
                self.0.store.postpone_revocation(claimed, None, due).await?;
                return Err(error);
            }
            asked => asked?,
        };
        match asked {
            Asked::Revoked => self.end(claimed, Outcome::Revoked, None).await,
            Asked::Refused(failure) => self.end(claimed, Outcome::Refused, Some(&failure)).await,
            Asked::Later(failure) => {
                let now = self.0.clock.now();
                let due = now + pause(claimed.tries, failure.retry_after, random());
                let why = LastTry::from(&failure);
                self.0
                    .store
                    .postpone_revocation(claimed, Some(&why), due)
                    .await?;
                tracing::info!(tenant = %claimed.tenant, cause = failure.kind.code(), "Okta has not revoked a token yet");
                Ok(None)
            }
        }
    }

    /// Only what Okta says of the request itself can be final: an address at which something else
    /// answers for a while says nothing of the app.
    async fn ask(&self, claimed: &ClaimedRevocation) -> Result<Asked, FlowError> {
        let (token, client) = packing::open(&self.0, claimed)?;
        let okta = &self.0.okta;
        let metadata = match okta.metadata(&claimed.revoked.origin).await {
            Ok(metadata) => metadata,
            Err(failure) => return Ok(Asked::Later(failure)),
        };
        let hint = if claimed.revoked.is_refresh_token {
            TokenHint::RefreshToken
        } else {
            TokenHint::AccessToken
        };
        let client = client.client()?;
        Ok(match okta.revoke(&metadata, &client, &token, hint).await {
            Ok(()) => Asked::Revoked,
            Err(failure) if is_final(&failure) => Asked::Refused(failure),
            Err(failure) => Asked::Later(failure),
        })
    }

    async fn end(
        &self,
        claimed: &ClaimedRevocation,
        outcome: Outcome,
        failure: Option<&OktaFailure>,
    ) -> Result<Option<Outcome>, FlowError> {
        let action = match outcome {
            Outcome::Revoked => Action::TokensRevoked,
            Outcome::Refused | Outcome::Expired | Outcome::Unreadable => Action::TokensNotRevoked,
        };
        let event = AuditEvent::new(claimed.tenant, Actor::Service, action).with(json!({
            "reason": claimed.revoked.reason.code(),
            "outcome": outcome.code(),
            "tries": claimed.tries,
            "cause": failure.map(|failure| failure.kind.code()),
            "okta_request": failure.and_then(|failure| failure.said.request_id.as_deref()),
        }));
        let (why, now) = (failure.map(LastTry::from), self.0.clock.now());
        let ended = self
            .0
            .store
            .end_revocation(claimed, outcome, why.as_ref(), &event, now)
            .await?;
        Ok(ended.then_some(outcome))
    }
}

/// Random enough to keep replicas and tenants apart.
fn random() -> u32 {
    let [.., a, b, c, d] = Uuid::new_v4().into_bytes();
    u32::from_be_bytes([a, b, c, d])
}
