//! `/staff/sign-in` and the ways out.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use serde::Deserialize;

use super::actors::MaybeStaff;
use super::{browser, words};
use crate::domain::staff::ReturnTo;
use crate::flows::{ProviderSignOut, StaffSessions, disclose};
use crate::web::cookies::Whose;
use crate::web::error::PageError;
use crate::web::pages::{StaffSignIn as StaffSignInPage, StaffSignedOut};
use crate::web::state::{AppState, Site};
use crate::web::when::when;

/// Where somebody wanted to go who was not signed in.
#[derive(Debug, Deserialize)]
pub(super) struct Wanted {
    return_to: Option<String>,
    /// Set where the provider is to ask who it is, after it vouched for somebody without a group.
    anew: Option<String>,
}

/// The last page before the provider. A GET that writes, like the administrators': an attempt that
/// nobody else can use, and that ends by itself. A plain link leads on, because browsers apply
/// `form-action` to redirects too.
pub(super) async fn show(
    State(state): State<AppState>,
    MaybeStaff(found): MaybeStaff,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
    jar: CookieJar,
) -> Result<Response, PageError> {
    let return_to = wanted.return_to.as_deref().and_then(ReturnTo::parse);
    let return_to = return_to.unwrap_or_default();
    if found
        .as_ref()
        .is_some_and(|session| session.member.is_some())
    {
        return Ok(Redirect::to(return_to.as_str()).into_response());
    }
    let (session, jar) = if let Some(session) = found {
        (session, jar)
    } else {
        let name = browser::name(&headers);
        let opened = state.staff_sessions.open_visitor(&name).await;
        let (session, token) = opened.map_err(words::page)?;
        (session, Whose::Staff.set(&state.site, jar, &token))
    };
    let anew = wanted.anew.is_some();
    let begun = state.staff_sign_in.begin(&session, return_to, anew).await;
    let departure = begun.map_err(words::page)?;
    let page = StaffSignInPage {
        layout: state.site.layout("Staff sign-in"),
        provider_host: departure.provider_host,
        authorize_url: disclose(&departure.url).to_owned(),
        expires: when(departure.expires_at, state.clock.now()),
    };
    Ok((jar, page).into_response())
}

/// `POST /staff/sign-out`. The cookie stays for as long as the way to the provider's sign-out is open:
/// it names a session that has ended.
pub(super) async fn sign_out(
    State(sessions): State<StaffSessions>,
    MaybeStaff(found): MaybeStaff,
) -> Result<Redirect, PageError> {
    if let Some(session) = found {
        sessions.sign_out(&session).await.map_err(words::page)?;
    }
    Ok(Redirect::to("/staff/signed-out"))
}

/// `GET /staff/sign-out/provider`: on to the provider's own sign-out.
pub(super) async fn provider_sign_out(
    State(site): State<Arc<Site>>,
    State(sessions): State<StaffSessions>,
    MaybeStaff(found): MaybeStaff,
    jar: CookieJar,
) -> Result<Response, PageError> {
    if found.is_some_and(|session| session.member.is_some()) {
        // Still signed in here: that comes first, by the button.
        return Ok(Redirect::to("/support").into_response());
    }
    let token = Whose::Staff.token(&site, &jar);
    let left = sessions.provider_sign_out(token.as_ref()).await;
    match left.map_err(words::page)? {
        ProviderSignOut::At(url) => {
            let jar = Whose::Staff.clear(&site, jar);
            Ok((jar, Redirect::to(disclose(&url))).into_response())
        }
        ProviderSignOut::None => Err(words::no_sign_out()),
        ProviderSignOut::Closed => Err(words::sign_out_closed()),
    }
}

pub(super) async fn signed_out(
    State(site): State<Arc<Site>>,
    State(sessions): State<StaffSessions>,
) -> Result<StaffSignedOut, PageError> {
    let settings = sessions.settings().ok_or_else(words::not_set_up)?;
    Ok(StaffSignedOut {
        layout: site.layout("You are signed out"),
        provider_host: settings.issuer.host().to_owned(),
    })
}
