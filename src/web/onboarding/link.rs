//! `GET /onboard/{link}`: opens a link and takes it out of the address bar.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use secrecy::SecretString;

use super::{failed, link_problem};
use crate::flows::{Back, Onboarding, Opened, disclose};
use crate::web::actors::MaybeSession;
use crate::web::cookies;
use crate::web::error::PageError;
use crate::web::pages::LinkTrouble;
use crate::web::state::Site;

/// Longer than any link's token: such an address is not even looked up.
const LONGEST: usize = 200;

pub(super) async fn open(
    State(site): State<Arc<Site>>,
    State(onboarding): State<Onboarding>,
    MaybeSession(session): MaybeSession,
    jar: CookieJar,
    Path(token): Path<SecretString>,
) -> Result<Response, PageError> {
    if disclose(&token).len() > LONGEST {
        return Ok(link_problem::page(
            &site,
            StatusCode::NOT_FOUND,
            LinkTrouble::Unknown,
        ));
    }
    let opened = onboarding.open(&token, session.as_ref()).await;
    match opened.map_err(|error| failed(&site, error, Back::Home))? {
        Opened::Session(token) => Ok((
            cookies::set(&site, jar, &token),
            Redirect::to("/onboarding"),
        )
            .into_response()),
        Opened::AlreadyConnected(tenant) => {
            Ok(Redirect::to(&format!("/tenants/{tenant}")).into_response())
        }
    }
}
