//! `/`: what this is, and the way back for administrators.

use std::sync::Arc;

use axum::Form;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use serde::Deserialize;

use super::cookies::Whose;
use super::error::PageError;
use super::forms::{SignInForm, echo};
use super::held::Held;
use super::pages::{FieldProblem, Home, SignIn as SignInPage, SignInPurpose, SignedOut};
use super::state::Site;
use super::when::when;
use super::words;
use crate::domain::clock::SharedClock;
use crate::domain::id::TenantId;
use crate::flows::{Departure, Sessions, SignIn, SignInTrouble, disclose};

/// Where somebody wanted to go who was not signed in.
#[derive(Debug, Deserialize)]
pub(super) struct Wanted {
    tenant: Option<String>,
}

pub(super) async fn show(State(site): State<Arc<Site>>, Query(wanted): Query<Wanted>) -> Home {
    let tenant: Option<TenantId> = wanted.tenant.and_then(|text| text.parse().ok());
    Home {
        layout: site.layout("Connect your Okta organization"),
        organization: String::new(),
        tenant: tenant.map(|tenant| tenant.to_string()),
        problem: None,
    }
}

/// `POST /sign-in`: on to the page before Okta, to which a browser can go back.
pub(super) async fn sign_in(
    State(site): State<Arc<Site>>,
    State(sessions): State<Sessions>,
    State(flow): State<SignIn>,
    held: Held,
    jar: CookieJar,
    Form(form): Form<SignInForm>,
) -> Result<Response, PageError> {
    let jar = if let Some(session) = held.at_the_front() {
        sessions.used(session).await?;
        jar
    } else {
        let (place, goes) = held.room();
        let token = sessions
            .open_visitor(goes.map(|session| session.id))
            .await?;
        Whose::Administrator(place).set(&site, jar, &token)
    };
    let response = match flow.find(&form.organization, form.tenant()).await? {
        Ok(_) => Redirect::to(&form.address()).into_response(),
        Err(trouble) => troubled(&site, &form, &trouble),
    };
    Ok((jar, response).into_response())
}

/// `GET /sign-in`: the last page before Okta. Without a session, or without an organization, the form
/// is the way on.
pub(super) async fn leave(
    State(site): State<Arc<Site>>,
    State(flow): State<SignIn>,
    State(clock): State<SharedClock>,
    held: Held,
    Query(form): Query<SignInForm>,
) -> Result<Response, PageError> {
    let session = held.at_the_front();
    let Some(session) = session.filter(|_| !form.organization.is_empty()) else {
        return Ok(Redirect::to("/").into_response());
    };
    let begun = flow.begin(session, &form.organization, form.tenant());
    Ok(match begun.await? {
        Ok(departure) => page(&site, &clock, departure).into_response(),
        Err(trouble) => troubled(&site, &form, &trouble),
    })
}

fn troubled(site: &Site, form: &SignInForm, trouble: &SignInTrouble) -> Response {
    let (status, problem) = problem(site, trouble);
    let home = Home {
        layout: site.layout("Connect your Okta organization"),
        organization: echo(&form.organization),
        tenant: form.tenant().map(|tenant| tenant.to_string()),
        problem: Some(problem),
    };
    let mut response = (status, home).into_response();
    if let SignInTrouble::TooOften { seconds } = trouble {
        let headers = response.headers_mut();
        headers.insert(header::RETRY_AFTER, HeaderValue::from(*seconds));
    }
    response
}

/// `POST /sign-out`.
pub(super) async fn sign_out(
    State(site): State<Arc<Site>>,
    State(sessions): State<Sessions>,
    held: Held,
    mut jar: CookieJar,
) -> Result<Response, PageError> {
    for (place, session) in held.signed_in() {
        sessions.sign_out(&session).await?;
        jar = Whose::Administrator(place).clear(&site, jar);
    }
    Ok((jar, Redirect::to("/signed-out")).into_response())
}

pub(super) async fn signed_out(State(site): State<Arc<Site>>) -> SignedOut {
    SignedOut {
        layout: site.layout("Signed out"),
    }
}

fn page(site: &Site, clock: &SharedClock, departure: Departure) -> SignInPage {
    SignInPage {
        layout: site.layout("Sign in with Okta"),
        purpose: SignInPurpose::Returning,
        journey: None,
        vendor_account: None,
        organization_host: departure.organization_host,
        authorize_url: disclose(&departure.url).to_owned(),
        expires: when(departure.expires_at, clock.now()),
        back_href: "/".to_owned(),
        permissions: 0,
    }
}

fn problem(site: &Site, trouble: &SignInTrouble) -> (StatusCode, FieldProblem) {
    let only = |what: String| FieldProblem {
        what,
        why: None,
        fix: None,
    };
    match trouble {
        SignInTrouble::Address(problem) => {
            (StatusCode::UNPROCESSABLE_ENTITY, only(problem.to_string()))
        }
        SignInTrouble::NotConnected => (
            StatusCode::UNPROCESSABLE_ENTITY,
            FieldProblem {
                what: "Nobody can sign in with this organization here.".to_owned(),
                why: Some(
                    "It was never connected, or was connected under another address.".to_owned(),
                ),
                fix: Some(
                    "Check the address. If you have an onboarding link, open that instead."
                        .to_owned(),
                ),
            },
        ),
        SignInTrouble::Ended => (
            StatusCode::UNPROCESSABLE_ENTITY,
            FieldProblem {
                what: "This connection was ended, and nobody can sign in by it any more."
                    .to_owned(),
                why: Some(format!(
                    "{} destroyed its secrets then, or the app was removed in Okta since.",
                    site.vendor_name
                )),
                fix: Some(format!(
                    "To connect again, ask {} for an onboarding link. It leads back in a few minutes.",
                    site.support_email
                )),
            },
        ),
        SignInTrouble::TooOften { seconds } => (
            StatusCode::TOO_MANY_REQUESTS,
            FieldProblem {
                what: "Too many sign-ins were begun with this organization.".to_owned(),
                why: Some(
                    "Many people, or a program, tried within the same minute. Your organization is not asked so often."
                        .to_owned(),
                ),
                fix: Some(format!("Try again in {seconds} seconds.")),
            },
        ),
        SignInTrouble::Okta(failure) => {
            let words = words::of_kind(failure.kind);
            let problem = FieldProblem {
                what: format!("{}.", words.title),
                why: Some(words.why.to_owned()),
                fix: words.steps.first().map(|step| (*step).to_owned()),
            };
            (StatusCode::SERVICE_UNAVAILABLE, problem)
        }
    }
}
