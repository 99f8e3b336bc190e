//! `GET /staff/callback`: the way back from the vendor's identity provider.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use secrecy::SecretString;

use super::actors::MaybeStaff;
use super::{browser, words};
use crate::flows::{StaffLanded, StaffSignIn};
use crate::web::callback::read;
use crate::web::cookies::Whose;
use crate::web::error::PageError;
use crate::web::state::Site;

pub(super) async fn callback(
    State(site): State<Arc<Site>>,
    State(flow): State<StaffSignIn>,
    MaybeStaff(session): MaybeStaff,
    headers: HeaderMap,
    jar: CookieJar,
    RawQuery(query): RawQuery,
) -> Result<Response, PageError> {
    let query = query.map(SecretString::from);
    let query = read(query.as_ref()).map_err(|problem| words::page(problem.into()))?;
    let landed = flow
        .complete(query, session, browser::name(&headers))
        .await
        .map_err(words::page)?;
    match landed {
        // To a clean address: the code must not stay in the browser's history.
        StaffLanded::SignedIn { token, return_to } => {
            let jar = Whose::Staff.set(&site, jar, &token);
            Ok((jar, Redirect::to(return_to.as_str())).into_response())
        }
        StaffLanded::NotInAGroup(who) => Err(words::not_in_a_group(&who)),
    }
}
