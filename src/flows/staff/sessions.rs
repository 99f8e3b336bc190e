//! Sessions of the vendor's own people: found by their cookie, listed, ended.

use secrecy::SecretString;
use serde_json::json;
use uuid::Uuid;

use super::{StaffError, door, place};
use crate::domain::audit::{Action, Actor, AuditEvent};
use crate::domain::id::StaffSessionId;
use crate::domain::staff::{
    STAFF_VISITOR_LIFETIME, StaffMember, StaffRole, StaffSession, StaffSettings,
};
use crate::flows::{FlowError, Shared};
use crate::store::{LiveStaffSession, NewStaffSession, SessionHash};
use crate::vault::{self, Field, Sealed};

/// Keeps who of the staff is signed in where.
#[derive(Debug, Clone)]
pub struct StaffSessions(Shared);

/// The way on to the provider's own sign-out.
#[derive(Debug)]
pub enum ProviderSignOut {
    At(SecretString),
    /// The provider has none.
    None,
    /// Nobody signed out here in this browser just now, or it was used.
    Closed,
}

impl StaffSessions {
    #[must_use]
    pub const fn new(shared: Shared) -> Self {
        Self(shared)
    }

    /// What was configured, if staff sign-in is set up.
    #[must_use]
    pub fn settings(&self) -> Option<&StaffSettings> {
        self.0.staff.as_ref().map(|door| door.settings.as_ref())
    }

    /// The live session of this cookie.
    pub async fn find(&self, token: &SecretString) -> Result<Option<StaffSession>, StaffError> {
        let issuer = &door(&self.0)?.settings.issuer;
        let now = self.0.clock.now();
        let hash = SessionHash(vault::fingerprint(token));
        let found = self
            .0
            .store
            .find_staff_session(issuer, hash)
            .await?
            .filter(|session| session.is_live(now));
        if let Some(session) = &found
            && session.wants_touch(now)
        {
            self.0.store.touch_staff_session(session.id, now).await?;
        }
        Ok(found)
    }

    /// Opens a session for a browser that begins to sign in.
    pub async fn open_visitor(
        &self,
        browser: &str,
    ) -> Result<(StaffSession, SecretString), StaffError> {
        let now = self.0.clock.now();
        let (token, new) = fresh(Uuid::now_v7(), browser, now + STAFF_VISITOR_LIFETIME);
        self.0.store.open_staff_visitor(&new, now).await?;
        let session = StaffSession {
            id: new.id,
            family: new.family,
            member: None,
            last_seen_at: now,
            expires_at: new.expires_at,
        };
        Ok((session, token))
    }

    /// Every live session, the last seen first.
    pub async fn list(&self) -> Result<Vec<LiveStaffSession>, StaffError> {
        let issuer = &door(&self.0)?.settings.issuer;
        let now = self.0.clock.now();
        Ok(self.0.store.list_staff_sessions(issuer, now).await?)
    }

    /// Ends a session for good: one's own, or anybody's by an operator. What may not be ended and
    /// what is not there look the same.
    pub async fn revoke(
        &self,
        by: &StaffMember,
        session: StaffSessionId,
    ) -> Result<(), StaffError> {
        let own_only = (by.role != StaffRole::Operator).then_some(by.id);
        let event = AuditEvent::of_service(Actor::Staff(by.id), Action::StaffSessionRevoked)
            .with(json!({ "session": session }));
        let now = self.0.clock.now();
        let revoked = self
            .0
            .store
            .revoke_staff_session(session, own_only, false, &event, now)
            .await?;
        if revoked {
            Ok(())
        } else {
            Err(FlowError::NotFound.into())
        }
    }

    /// Ends the session of the person who asks. For a few minutes the way to the provider's own
    /// sign-out stays open to this browser.
    pub async fn sign_out(&self, session: &StaffSession) -> Result<(), StaffError> {
        let Some(member) = &session.member else {
            return Ok(());
        };
        let event = AuditEvent::of_service(Actor::Staff(member.id), Action::StaffSignedOut)
            .with(json!({ "session": session.id }));
        let now = self.0.clock.now();
        self.0
            .store
            .revoke_staff_session(session.id, Some(member.id), true, &event, now)
            .await?;
        Ok(())
    }

    /// The provider's own sign-out, for a browser that just signed out here: once, because the
    /// provider wants the ID token back. It is for the browser alone.
    pub async fn provider_sign_out(
        &self,
        token: Option<&SecretString>,
    ) -> Result<ProviderSignOut, StaffError> {
        let provider = &door(&self.0)?.provider;
        let Some(token) = token else {
            return Ok(ProviderSignOut::Closed);
        };
        // Before the ID token is taken, so that an outage does not cost it.
        let metadata = provider.metadata().await?;
        let Some(id_token) = self.left_over_id_token(token).await? else {
            return Ok(ProviderSignOut::Closed);
        };
        let back = self.0.address("/staff/signed-out");
        let url = provider.sign_out_url(&metadata, &id_token, &back);
        Ok(url.map_or(ProviderSignOut::None, |url| {
            ProviderSignOut::At(SecretString::from(String::from(url)))
        }))
    }

    async fn left_over_id_token(
        &self,
        token: &SecretString,
    ) -> Result<Option<SecretString>, StaffError> {
        let hash = SessionHash(vault::fingerprint(token));
        let now = self.0.clock.now();
        let Some((session, sealed)) = self.0.store.take_staff_id_token(hash, now).await? else {
            return Ok(None);
        };
        let context = place(session.as_uuid(), Field::StaffIdToken);
        // Sealed under a key that has left the ring since: as good as gone.
        Ok(self
            .0
            .vault
            .open(&context, &Sealed::from_bytes(sealed.0))
            .ok())
    }
}

/// A new token, which nobody can have known before (OWASP ASVS 7.2.4).
pub(super) fn fresh(
    family: Uuid,
    browser: &str,
    expires_at: time::OffsetDateTime,
) -> (SecretString, NewStaffSession) {
    let token = vault::random_token();
    let new = NewStaffSession {
        id: StaffSessionId::new(),
        hash: SessionHash(vault::fingerprint(&token)),
        family,
        browser: browser.to_owned(),
        expires_at,
    };
    (token, new)
}
