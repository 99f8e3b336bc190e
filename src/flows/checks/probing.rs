//! One question to Okta about one permission: asked at Okta's pace, repeated where its answer says
//! nothing, and understood by the domain.

use std::sync::Mutex;
use std::time::Duration;

use backon::{ExponentialBuilder, Retryable};
use tokio::time::Instant;

use super::{Tempo, Trial};
use crate::domain::catalog::{Permission, Proof};
use crate::domain::check::{Classified, Evidence, Finding, ProbeAnswer, ProbeResult, classify};
use crate::domain::connection::{App, Organization};
use crate::domain::failure::{FailureKind, OktaFailure};
use crate::flows::{FlowError, Shared};
use crate::okta::{OrgToken, Pace, ProbeReply};
use crate::store::ConnectionRecord;

/// A question is repeated so often where the answer says nothing of the permission.
const MOST_REPEATS: usize = 3;
/// No wait is longer, whatever Okta asks for: then the check says that it could not tell.
const LONGEST_PAUSE: Duration = Duration::from_secs(90);

/// What every question of one check shares.
pub(super) struct Ground {
    shared: Shared,
    organization: Organization,
    app: App,
    access_token: OrgToken,
    pacer: Pacer,
    tempo: Tempo,
    /// The token was refreshed for this check: an answer that calls it dead is none of the token.
    is_renewed: bool,
}

/// Holds all questions to one organization back while it wants none.
#[derive(Debug, Default)]
struct Pacer(Mutex<Option<Instant>>);

impl Ground {
    pub(super) fn new(
        shared: &Shared,
        record: &ConnectionRecord,
        access_token: OrgToken,
        tempo: Tempo,
        is_renewed: bool,
    ) -> Result<Self, FlowError> {
        let connection = record.connection.clone();
        Ok(Self {
            shared: shared.clone(),
            organization: connection.organization.ok_or(FlowError::StepTooEarly)?,
            app: connection.app.ok_or(FlowError::StepTooEarly)?,
            access_token,
            pacer: Pacer::default(),
            tempo,
            is_renewed,
        })
    }
}

impl Ground {
    /// For a token that is not stored, and so cannot be renewed either.
    pub(super) fn of(shared: &Shared, trial: Trial, tempo: Tempo) -> Self {
        let issuer = trial.organization.origin.clone();
        Self {
            shared: shared.clone(),
            organization: trial.organization,
            app: trial.app,
            access_token: OrgToken::new(issuer, trial.access_token),
            pacer: Pacer::default(),
            tempo,
            is_renewed: true,
        }
    }
}

impl Pacer {
    /// Waits as long as Okta asked for, and on when it asked again meanwhile.
    async fn wait(&self) {
        while let Some(until) = self.until().filter(|until| *until > Instant::now()) {
            tokio::time::sleep_until(until).await;
        }
    }

    fn until(&self) -> Option<Instant> {
        *self
            .0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// The bucket is empty: nobody asks before its window ends.
    fn hold(&self, wait: Duration) {
        let until = Instant::now() + wait.min(LONGEST_PAUSE);
        let mut held = self
            .0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        *held = Some(held.map_or(until, |other| other.max(until)));
    }

    fn heed(&self, reply: &Result<ProbeReply, OktaFailure>) {
        match reply {
            Ok(ProbeReply {
                pace:
                    Pace {
                        remaining: Some(0),
                        reset_in: Some(wait),
                    },
                ..
            }) => self.hold(*wait),
            Err(OktaFailure {
                kind: FailureKind::RateLimited,
                retry_after,
                ..
            }) => {
                self.hold(retry_after.unwrap_or(Duration::from_secs(5)));
            }
            _ => {}
        }
    }
}

/// Asks about one permission. Only a dead token is an error, once: the whole check depends on it.
pub(super) async fn ask(ground: &Ground, permission: &Permission) -> Result<Evidence, FlowError> {
    let edition = ground.organization.edition;
    let probe = match permission.probe() {
        Some(probe) if probe.exists_in(edition) => probe,
        Some(_) => {
            return Ok(Evidence::without_asking(
                Finding::Unavailable,
                ground.shared.clock.now(),
            ));
        }
        None => {
            return Ok(Evidence::without_asking(
                Finding::CannotTell,
                ground.shared.clock.now(),
            ));
        }
    };
    let path = probe.path_for(&ground.app.client_id);
    let result = answer(ground, &path, probe.proof()).await;
    let classified = classify(permission.scope(), probe, edition, &result);
    if classified == Classified::TokenDead && !ground.is_renewed {
        return Err(OktaFailure::new(FailureKind::AccessTokenDead).into());
    }
    Ok(Evidence::of(
        classified.settled(),
        path,
        &result,
        ground.shared.clock.now(),
    ))
}

/// Asks until the answer says something, a few times and at Okta's pace.
async fn answer(ground: &Ground, path: &str, proof: Proof) -> ProbeResult {
    let question = || async {
        ground.pacer.wait().await;
        let reply = ground
            .shared
            .okta
            .probe(&ground.access_token, path, proof)
            .await;
        ground.pacer.heed(&reply);
        reply
    };
    let patience = ExponentialBuilder::default()
        .with_min_delay(ground.tempo.first_pause)
        .with_max_times(MOST_REPEATS)
        .with_jitter();
    match question
        .retry(patience)
        .when(|failure| failure.kind.is_passing())
        .await
    {
        Ok(reply) => ProbeResult::Answered(reply.answer),
        Err(failure) => unanswered(failure),
    }
}

/// What stays when Okta would not answer: a refusal for the time being is evidence too, with its
/// status, code and request id. A page in place of an answer is not, whatever its status.
fn unanswered(failure: OktaFailure) -> ProbeResult {
    let said = failure.said;
    match (failure.kind, said.status) {
        (FailureKind::RateLimited | FailureKind::OktaBroken, Some(status)) => {
            ProbeResult::Answered(ProbeAnswer {
                status,
                code: said.error,
                request_id: said.request_id,
                ..ProbeAnswer::default()
            })
        }
        (kind, _) => ProbeResult::Failed(kind),
    }
}
