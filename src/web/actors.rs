//! Who is asking. An extractor hands out what the actor may touch; a handler that takes none of these
//! serves everybody.

use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts, Path};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Redirect};
use axum_extra::extract::CookieJar;

use super::cookies;
use super::error::PageError;
use super::onboarding::link_problem;
use super::pages::LinkTrouble;
use super::state::{AppState, Site};
use crate::domain::id::{PersonId, TenantId};
use crate::domain::session::{Session, Standing};
use crate::flows::{Entrant, Sessions};

/// The browser's live session, if it has one.
#[derive(Debug)]
pub(super) struct MaybeSession(pub Option<Session>);

/// The holder of an onboarding link.
#[derive(Debug)]
pub(super) struct LinkHolder(pub Entrant);

/// Somebody who may see the tenant of the path.
#[derive(Debug)]
pub(super) struct TenantVisitor {
    pub tenant: TenantId,
    pub session: Session,
}

/// An administrator of the tenant of the path.
#[derive(Debug)]
pub(super) struct TenantAdministrator {
    pub tenant: TenantId,
    pub person: PersonId,
    pub session: Session,
}

async fn session<S>(parts: &Parts, state: &S) -> Result<Option<Session>, PageError>
where
    Arc<Site>: FromRef<S>,
    Sessions: FromRef<S>,
{
    let site = Arc::<Site>::from_ref(state);
    let Some(token) = cookies::token(&site, &CookieJar::from_headers(&parts.headers)) else {
        return Ok(None);
    };
    Ok(Sessions::from_ref(state).find(&token).await?)
}

impl FromRequestParts<AppState> for MaybeSession {
    type Rejection = PageError;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &AppState,
    ) -> Result<Self, Self::Rejection> {
        Ok(Self(session(parts, state).await?))
    }
}

impl FromRequestParts<AppState> for LinkHolder {
    type Rejection = PageError;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &AppState,
    ) -> Result<Self, Self::Rejection> {
        let found = session(parts, state).await?;
        if let Some(Session {
            standing: Standing::Administrator { tenant, .. },
            ..
        }) = &found
            && parts.method == Method::GET
        {
            // Somebody who walked the whole way and went back once too often.
            let page = Redirect::to(&format!("/tenants/{tenant}")).into_response();
            return Err(PageError::Page(Box::new(page)));
        }
        found.and_then(Entrant::of).map(Self).ok_or_else(|| {
            let page = link_problem::page(
                &state.site,
                StatusCode::UNAUTHORIZED,
                LinkTrouble::SessionExpired,
            );
            PageError::Page(Box::new(page))
        })
    }
}

/// The tenant of the path, and the session, which belongs to it. Another tenant's page and one that
/// does not exist look the same: to a stranger both lead to the sign-in, to others both are not there.
async fn of_path(parts: &mut Parts, state: &AppState) -> Result<(TenantId, Session), PageError> {
    let path = Path::<TenantId>::from_request_parts(parts, state).await;
    let Path(tenant) = path.map_err(|_| PageError::not_found())?;
    let Some(session) = session(parts, state).await? else {
        if parts.method != Method::GET {
            return Err(PageError::status(StatusCode::UNAUTHORIZED));
        }
        let page = Redirect::to(&format!("/?tenant={tenant}")).into_response();
        return Err(PageError::Page(Box::new(page)));
    };
    if session.tenant() == Some(tenant) {
        Ok((tenant, session))
    } else {
        Err(PageError::not_found())
    }
}

impl FromRequestParts<AppState> for TenantVisitor {
    type Rejection = PageError;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &AppState,
    ) -> Result<Self, Self::Rejection> {
        let (tenant, session) = of_path(parts, state).await?;
        Ok(Self { tenant, session })
    }
}

impl FromRequestParts<AppState> for TenantAdministrator {
    type Rejection = PageError;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &AppState,
    ) -> Result<Self, Self::Rejection> {
        let (tenant, session) = of_path(parts, state).await?;
        let Standing::Administrator { person, .. } = session.standing else {
            return Err(PageError::not_found());
        };
        Ok(Self {
            tenant,
            person,
            session,
        })
    }
}
