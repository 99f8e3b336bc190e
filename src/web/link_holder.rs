//! Whose onboarding a request is about. A browser may hold several, so pages name their link in the
//! address, and each form names the link of the page that it was on: a tab that was left open can never
//! store one customer's entries with another.

use axum::Form;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Redirect};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::error::PageError;
use super::held::Held;
use super::onboarding::{link_problem, which};
use super::pages::LinkTrouble;
use super::state::AppState;
use crate::domain::text;
use crate::flows::Entrant;

/// The longest account name that a stale form is called by.
const LONGEST_NAME: usize = 200;

/// The holder of an onboarding link, at a page.
#[derive(Debug)]
pub(super) struct LinkHolder(pub Entrant);

/// The same, with a form. There is no other way to take a form of the onboarding.
#[derive(Debug)]
pub(super) struct LinkForm<F>(pub Entrant, pub F);

/// A form without fields of its own.
#[derive(Debug, Deserialize)]
pub(super) struct Pressed {}

#[derive(Debug, Deserialize)]
struct Wanted {
    link: Option<String>,
}

/// A form, with the link and the account of the page that it was on.
#[derive(Deserialize)]
struct Named<F> {
    link: Option<String>,
    account: Option<String>,
    #[serde(flatten)]
    form: F,
}

impl FromRequestParts<AppState> for LinkHolder {
    type Rejection = PageError;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &AppState,
    ) -> Result<Self, Self::Rejection> {
        if !matches!(parts.method, Method::GET | Method::HEAD) {
            // A form that was not declared as one: nothing of it may be stored.
            return Err(PageError::status(StatusCode::INTERNAL_SERVER_ERROR));
        }
        let held = Held::of(parts, state).await?;
        let query = Query::<Wanted>::try_from_uri(&parts.uri);
        let wanted = query.ok().and_then(|Query(wanted)| wanted.link);
        let mut onboardings = held.onboardings();
        let found = match (&wanted, onboardings.len()) {
            (None, 1) => onboardings.pop(),
            (Some(link), _) => held.onboarding(link),
            _ => None,
        };
        match found {
            Some(entrant) => {
                state.sessions.used(&entrant.session).await?;
                Ok(Self(entrant))
            }
            None if onboardings.is_empty() => Err(nothing_open(&held, state, parts)),
            None => Err(which::page(state, &held, which::Why::Several).await?),
        }
    }
}

impl<F: DeserializeOwned + Send> FromRequest<AppState> for LinkForm<F> {
    type Rejection = PageError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Self::Rejection> {
        let (parts, body) = request.into_parts();
        let held = Held::of(&parts, state).await?;
        if held.onboardings().is_empty() {
            return Err(session_ended(state));
        }
        let request = Request::from_parts(parts, body);
        let form = Form::<Named<F>>::from_request(request, state).await;
        let Form(named) = form.map_err(|refused| PageError::page(refused.into_response()))?;
        let found = named.link.as_deref().and_then(|link| held.onboarding(link));
        let Some(entrant) = found else {
            let account = named.account.as_deref();
            let account = account.and_then(|name| text::said(name, LONGEST_NAME));
            return Err(which::page(state, &held, which::Why::Stale { account }).await?);
        };
        state.sessions.used(&entrant.session).await?;
        Ok(Self(entrant, named.form))
    }
}

/// A page of an onboarding in a browser that holds none: somebody who walked the whole way went back
/// once too often, or the session has ended.
fn nothing_open(held: &Held, state: &AppState, parts: &Parts) -> PageError {
    match held.administered().next() {
        Some(tenant) if parts.method == Method::GET => {
            PageError::page(Redirect::to(&format!("/tenants/{tenant}")).into_response())
        }
        _ => session_ended(state),
    }
}

fn session_ended(state: &AppState) -> PageError {
    let (status, trouble) = (StatusCode::UNAUTHORIZED, LinkTrouble::SessionExpired);
    PageError::page(link_problem::page(&state.site, status, trouble))
}
