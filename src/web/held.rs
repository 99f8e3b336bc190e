//! What one browser holds: a live session for each of its cookies, several at once.

use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use axum_extra::extract::CookieJar;
use secrecy::SecretString;

use super::cookies::{Place, Whose};
use super::error::PageError;
use super::state::{AppState, Site};
use crate::domain::id::{LinkId, SessionId, TenantId};
use crate::domain::session::{Session, Standing};
use crate::flows::{Entrant, Sessions};

/// The browser's live sessions, in the order of their cookies. None of them was marked as used yet.
#[derive(Debug, Clone, Default)]
pub(super) struct Held(Vec<(Place, Session)>);

impl Held {
    pub(super) async fn of(parts: &Parts, state: &AppState) -> Result<Self, PageError> {
        let site = Arc::<Site>::from_ref(state);
        let jar = CookieJar::from_headers(&parts.headers);
        let sent = |place| Some((place, Whose::Administrator(place).token(&site, &jar)?));
        let (places, tokens): (Vec<Place>, Vec<SecretString>) =
            Place::all().filter_map(sent).unzip();
        if tokens.is_empty() {
            return Ok(Self::default());
        }
        let found = Sessions::from_ref(state).find(&tokens).await?;
        let live = places.into_iter().zip(found);
        Ok(Self(
            live.filter_map(|(place, session)| Some((place, session?)))
                .collect(),
        ))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn sessions(&self) -> Vec<Session> {
        self.0.iter().map(|(_, session)| session.clone()).collect()
    }

    /// Every onboarding that goes on in this browser.
    pub(super) fn onboardings(&self) -> Vec<Entrant> {
        let sessions = self.sessions().into_iter();
        sessions.filter_map(Entrant::of).collect()
    }

    /// The onboarding of the link with this id, as a form or an address has it.
    pub(super) fn onboarding(&self, link: &str) -> Option<Entrant> {
        let link: LinkId = link.parse().ok()?;
        let mut onboardings = self.onboardings().into_iter();
        onboardings.find(|entrant| entrant.link == link)
    }

    /// The tenants of which somebody is signed in here.
    pub(super) fn administered(&self) -> impl Iterator<Item = TenantId> {
        let administrators = self
            .0
            .iter()
            .filter(|(_, session)| is_administrator(session));
        administrators.filter_map(|(_, session)| session.tenant())
    }

    /// The session that may be of use at the tenant's pages: the administrator's before a link holder's.
    pub(super) fn at(&self, tenant: TenantId) -> Option<&Session> {
        let own = || {
            let sessions = self.0.iter().map(|(_, session)| session);
            sessions.filter(|session| session.tenant() == Some(tenant))
        };
        own()
            .find(|session| is_administrator(session))
            .or(own().next())
    }

    /// The session that a sign-in at the front page goes on with. An onboarding is left alone.
    pub(super) fn at_the_front(&self) -> Option<&Session> {
        let sessions = || self.0.iter().map(|(_, session)| session);
        let visitor = sessions().find(|session| session.standing == Standing::Visitor);
        visitor.or(sessions().find(|session| is_administrator(session)))
    }

    /// The sessions that *Sign out* ends: those of people who are signed in, or began to. A half-done
    /// onboarding goes on, unless there is nothing else.
    pub(super) fn signed_in(&self) -> Vec<(Place, Session)> {
        let (onboardings, others): (Vec<_>, Vec<_>) = self
            .0
            .iter()
            .cloned()
            .partition(|(_, session)| matches!(session.standing, Standing::Onboarding { .. }));
        if others.is_empty() {
            onboardings
        } else {
            others
        }
    }

    /// The cookie of this session.
    pub(super) fn place_of(&self, session: SessionId) -> Option<Place> {
        let found = self.0.iter().find(|(_, held)| held.id == session);
        found.map(|(place, _)| *place)
    }

    /// A cookie for one more session, and the session that has to go for it when all are taken: the one
    /// that was not used for longest.
    pub(super) fn room(&self) -> (Place, Option<&Session>) {
        let is_free = |place: &Place| self.0.iter().all(|(taken, _)| taken != place);
        if let Some(free) = Place::all().find(is_free) {
            return (free, None);
        }
        let oldest = self
            .0
            .iter()
            .min_by_key(|(_, session)| session.last_seen_at);
        let (place, session) = oldest.expect("every place is taken");
        (*place, Some(session))
    }
}

fn is_administrator(session: &Session) -> bool {
    matches!(session.standing, Standing::Administrator { .. })
}

impl FromRequestParts<AppState> for Held {
    type Rejection = PageError;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &AppState,
    ) -> Result<Self, Self::Rejection> {
        Self::of(parts, state).await
    }
}
