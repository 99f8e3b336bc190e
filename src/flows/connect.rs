//! The way back from Okta: an answer is matched with its attempt, the code is spent once, who signed
//! in is proved, and the outcome is stored in one transaction.
//!
//! All of it runs in a task of its own: a closed tab or a timeout cannot cut it in half.

mod events;
mod outcome;
mod recognition;
mod round;
mod succession;
mod verification;
mod weighing;

use secrecy::SecretString;
use uuid::Uuid;

use super::{FlowError, Shared};
use crate::domain::authorization_attempt::{AttemptProblem, Purpose, ReturnTo};
use crate::domain::failure::OktaFailure;
use crate::domain::id::{ConnectionId, LinkId, ReferenceId, SessionId, TenantId};
use crate::domain::session::Session;
use crate::store::ConsumedAttempt;
use crate::vault;

/// Completes round trips to Okta.
#[derive(Debug, Clone)]
pub struct Connect(Shared);

/// What came with the browser. `Debug` shows no secret.
#[derive(Debug)]
pub struct CallbackQuery {
    pub state: Option<SecretString>,
    pub code: Option<SecretString>,
    pub error: Option<String>,
    pub error_description: Option<String>,
    pub iss: Option<String>,
}

/// Where the browser goes next.
#[derive(Debug)]
pub enum Landed {
    /// To the tenant's page; with a new session cookie, unless the browser keeps the one it has.
    Status {
        tenant: TenantId,
        session: Option<Renewed>,
        /// To the page below it that the person came from.
        to: Option<ReturnTo>,
    },
    /// To the page about a sign-in that was not used, because it would have made the connection weaker.
    Held {
        tenant: TenantId,
        session: Option<Renewed>,
    },
    /// Okta did not tell the role of whoever signed in to show it.
    Unverified { tenant: TenantId },
    /// Somebody else signed in than whoever wanted to show their role.
    SomebodyElse { tenant: TenantId, email: String },
    /// To the page that thanks a colleague for a repair.
    Repaired(LinkId),
    /// Somebody who was not let in: learns only whom to ask.
    Stranger {
        email: String,
        organization_host: String,
    },
}

/// A session that takes the place of the one that began.
#[derive(Debug)]
pub struct Renewed {
    pub token: SecretString,
    pub replaces: SessionId,
}

/// An answer that did not end well, and where its attempt began.
#[derive(Debug, thiserror::Error)]
#[error("{error}")]
pub struct CallbackError {
    #[source]
    pub error: Box<FlowError>,
    pub back: Back,
}

/// Where a person can try again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Back {
    /// The front door: nothing is known of the attempt.
    Home,
    /// The onboarding's last step.
    Onboarding,
    /// The onboarding's step *The app in Okta*.
    App,
    /// What a colleague was asked for.
    Repair,
    /// The onboarding's step *Your organization*.
    Organization,
    /// The tenant's page.
    Tenant(TenantId),
}

impl CallbackError {
    fn new(error: impl Into<FlowError>, back: Back) -> Self {
        Self {
            error: Box::new(error.into()),
            back,
        }
    }
}

impl CallbackQuery {
    /// What Okta sends is either a code or an error (RFC 6749 §4.1.2), and always our state.
    pub(super) fn check(&self) -> Result<&SecretString, AttemptProblem> {
        let state = self.state.as_ref().ok_or(AttemptProblem::StateMissing)?;
        if self.code.is_some() == self.error.is_some() {
            return Err(AttemptProblem::Malformed);
        }
        Ok(state)
    }
}

impl Connect {
    #[must_use]
    pub const fn new(shared: Shared) -> Self {
        Self(shared)
    }

    /// Completes the round trip that this answer belongs to; one of the browser's sessions began it.
    /// `reference` is what an error page shows.
    pub async fn complete(
        &self,
        connection: ConnectionId,
        query: CallbackQuery,
        sessions: Vec<Session>,
        reference: ReferenceId,
    ) -> Result<Landed, CallbackError> {
        let this = self.clone();
        let work = async move { this.run(connection, query, sessions, reference).await };
        self.0
            .tasks
            .spawn(work)
            .await
            .unwrap_or_else(|_| Err(CallbackError::new(FlowError::CutShort, Back::Home)))
    }

    async fn run(
        &self,
        connection: ConnectionId,
        query: CallbackQuery,
        sessions: Vec<Session>,
        reference: ReferenceId,
    ) -> Result<Landed, CallbackError> {
        let consumed = self.consume(connection, &query, &sessions).await;
        let attempt =
            consumed.map_err(|error| CallbackError::new(error, Back::of_sessions(&sessions)))?;
        // Only the browser that began gets here, so there is a session.
        let began = |session: &Session| session.family == attempt.facts.session_family;
        let Some(session) = sessions.into_iter().find(began) else {
            return Err(CallbackError::new(AttemptProblem::OtherBrowser, Back::Home));
        };
        let back = Back::of(&attempt, &session);
        let facts = &attempt.facts;
        let result = match facts.purpose {
            Purpose::Connect => self.connect(&attempt, &query, &session).await,
            Purpose::SignIn => self.sign_in(&attempt, &query, &session).await,
            Purpose::Verify => self.verify(&attempt, &query, &session).await,
        };
        if let (Err(FlowError::Okta(failure)), Purpose::Connect) = (&result, facts.purpose) {
            self.remember(&attempt, failure, &session, reference).await;
        }
        result.map_err(|error| CallbackError::new(error, back))
    }

    /// Spends the attempt, committed before anything else happens: a replay finds it spent.
    async fn consume(
        &self,
        connection: ConnectionId,
        query: &CallbackQuery,
        sessions: &[Session],
    ) -> Result<ConsumedAttempt, FlowError> {
        let state = query.check()?;
        let families: Vec<Uuid> = sessions.iter().map(|session| session.family).collect();
        let now = self.0.clock.now();
        let consumed = self
            .0
            .store
            .consume_attempt(&vault::fingerprint(state), connection, &families, now)
            .await?;
        Ok(consumed?)
    }

    /// Keeps why it failed, for the tenant's page and for support. That this may fail too must not
    /// hide the first failure.
    async fn remember(
        &self,
        attempt: &ConsumedAttempt,
        failure: &OktaFailure,
        session: &Session,
        reference: ReferenceId,
    ) {
        let now = self.0.clock.now();
        let event = events::failed(attempt, failure, session, reference);
        let last = crate::store::LastFailure::new(failure, reference, now);
        if let Err(error) = self
            .0
            .store
            .set_last_failure(attempt.facts.tenant, &last, &event, now)
            .await
        {
            tracing::warn!(error = %error, reference = %reference, "a failed authorization could not be recorded");
        }
    }
}

impl Back {
    /// Where a browser with these sessions can try again, as long as nothing is known of the attempt.
    #[must_use]
    pub fn of_sessions(sessions: &[Session]) -> Self {
        sessions.first().map_or(Self::Home, Self::of_session)
    }

    fn of_session(session: &Session) -> Self {
        use crate::domain::session::Standing;
        match &session.standing {
            Standing::Visitor => Self::Home,
            Standing::Onboarding { .. } => Self::Onboarding,
            Standing::Administrator { tenant, .. } => Self::Tenant(*tenant),
        }
    }

    fn of(attempt: &ConsumedAttempt, session: &Session) -> Self {
        match attempt.facts.purpose {
            Purpose::Connect => match Self::of_session(session) {
                // An onboarding signs in with the app that it entered; only a repair uses the live one.
                Self::Onboarding if !attempt.facts.uses_next_app => Self::Repair,
                other => other,
            },
            Purpose::SignIn => Self::Home,
            Purpose::Verify => Self::of_session(session),
        }
    }
}
