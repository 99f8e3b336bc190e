//! What a use case could not do, before it has words.

use std::sync::Arc;

use crate::domain::authorization_attempt::AttemptProblem;
use crate::domain::connection::OnHold;
use crate::domain::failure::OktaFailure;
use crate::domain::onboarding_link::LinkProblem;
use crate::domain::overtaken::Overtaken;
use crate::domain::session::Unproven;
use crate::store::StoreError;
use crate::vault::webhook_key::NotAWebhookKey;
use crate::vault::{OpenError, SealError};

/// The ways a use case ends without its result.
#[derive(Debug, thiserror::Error)]
pub enum FlowError {
    #[error(transparent)]
    Store(StoreError),
    /// What this rests on was ended while it was under way.
    #[error("overtaken: {0}")]
    Overtaken(#[from] Overtaken),
    #[error("a secret could not be sealed")]
    Seal(#[from] SealError),
    #[error("a sealed secret could not be opened")]
    Open(#[from] OpenError),
    #[error("a webhook could not be signed")]
    Sign(#[from] NotAWebhookKey),
    #[error("Okta: {0}")]
    Okta(#[from] OktaFailure),
    #[error("onboarding link: {0}")]
    Link(#[from] LinkProblem),
    #[error("authorization attempt: {0}")]
    Attempt(#[from] AttemptProblem),
    #[error("{0}")]
    Unproven(#[from] Unproven),
    #[error(transparent)]
    OnHold(#[from] OnHold),
    /// A step that builds on one that was not done.
    #[error("an earlier step comes first")]
    StepTooEarly,
    /// What was asked for is not there, or not for this person: both look the same.
    #[error("not found")]
    NotFound,
    /// A task that was to finish alone ended early: the process is shutting down, or it panicked.
    #[error("the work was cut short")]
    CutShort,
    /// Somebody else is at it and was not done in time: worth asking again in a moment.
    #[error("another process is at it for too long")]
    Busy,
    /// The same was asked for a moment ago.
    #[error("asked for again too soon: in {seconds} seconds")]
    TooSoon { seconds: u64 },
    /// What several who waited for the same work got.
    #[error("{0}")]
    AsOthers(Arc<FlowError>),
}

impl From<StoreError> for FlowError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Overtaken(what) => Self::Overtaken(what),
            error => Self::Store(error),
        }
    }
}

impl FlowError {
    /// Whether what is stored does not open: a damaged row, which only a new secret mends.
    #[must_use]
    pub fn is_unreadable(&self) -> bool {
        matches!(self.root(), Self::Open(_) | Self::Sign(_))
    }

    /// The error itself, where several got it.
    #[must_use]
    pub fn root(&self) -> &Self {
        match self {
            Self::AsOthers(error) => error.root(),
            error => error,
        }
    }
}
