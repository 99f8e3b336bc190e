//! Browser sessions: found by their cookie, opened, rotated, ended.

use secrecy::SecretString;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{FlowError, Shared};
use crate::domain::audit::{Action, Actor, AuditEvent};
use crate::domain::id::SessionId;
use crate::domain::session::{Session, Standing, VISITOR_LIFETIME};
use crate::store::{NewSession, NewStanding, SessionHash};
use crate::vault;

/// Keeps who may do what in which browser.
#[derive(Debug, Clone)]
pub struct Sessions(Shared);

/// A session that was just opened, with the token for its cookie.
#[derive(Debug)]
pub(super) struct Fresh {
    pub token: SecretString,
    pub new: NewSession,
}

impl Sessions {
    #[must_use]
    pub const fn new(shared: Shared) -> Self {
        Self(shared)
    }

    /// The live sessions of these cookies, each in its cookie's place.
    pub async fn find(&self, tokens: &[SecretString]) -> Result<Vec<Option<Session>>, FlowError> {
        let now = self.0.clock.now();
        let hash = |token| SessionHash(vault::fingerprint(token));
        let hashes: Vec<SessionHash> = tokens.iter().map(hash).collect();
        let found = self.0.store.find_sessions(&hashes).await?;
        let of = |hash: &SessionHash| {
            let (_, session) = found.iter().find(|(of, _)| of == hash)?;
            session.is_live(now).then(|| session.clone())
        };
        Ok(hashes.iter().map(of).collect())
    }

    /// Remembers that the session was used.
    pub async fn used(&self, session: &Session) -> Result<(), FlowError> {
        let now = self.0.clock.now();
        if session.wants_touch(now) {
            self.0.store.touch_session(session.id, now).await?;
        }
        Ok(())
    }

    /// Opens a session for somebody of whom nothing is known yet, in the place of another, if any.
    pub async fn open_visitor(
        &self,
        replaces: Option<SessionId>,
    ) -> Result<SecretString, FlowError> {
        let now = self.0.clock.now();
        let expires_at = now + VISITOR_LIFETIME;
        let fresh = Fresh::new(Uuid::now_v7(), NewStanding::Visitor, expires_at);
        self.0.store.open_session(&fresh.new, replaces, now).await?;
        Ok(fresh.token)
    }

    /// Ends the session for good.
    pub async fn sign_out(&self, session: &Session) -> Result<(), FlowError> {
        let now = self.0.clock.now();
        let event = match &session.standing {
            Standing::Administrator { tenant, person, .. } => {
                let actor = Actor::Administrator(*person);
                Some(AuditEvent::new(*tenant, actor, Action::SignedOut))
            }
            Standing::Visitor | Standing::Onboarding { .. } => None,
        };
        Ok(self.0.store.sign_out(session, event.as_ref(), now).await?)
    }
}

impl Fresh {
    /// A new token, which nobody can have known before (OWASP ASVS 7.2.4).
    pub(super) fn new(family: Uuid, standing: NewStanding, expires_at: OffsetDateTime) -> Self {
        let token = vault::random_token();
        let hash = SessionHash(vault::fingerprint(&token));
        Self {
            token,
            new: NewSession {
                id: SessionId::new(),
                hash,
                family,
                standing,
                expires_at,
            },
        }
    }
}
