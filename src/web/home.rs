//! `/`: what this is, and the way back for administrators.

use std::sync::Arc;

use axum::Form;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use serde::Deserialize;

use super::actors::MaybeSession;
use super::cookies;
use super::error::PageError;
use super::forms::{SignInForm, echo};
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

/// `POST /sign-in`: from the organization's address to its own Okta.
pub(super) async fn sign_in(
    State(site): State<Arc<Site>>,
    State(sessions): State<Sessions>,
    State(flow): State<SignIn>,
    State(clock): State<SharedClock>,
    MaybeSession(session): MaybeSession,
    jar: CookieJar,
    Form(form): Form<SignInForm>,
) -> Result<Response, PageError> {
    let (session, jar) = if let Some(session) = session {
        (session, jar)
    } else {
        let (session, token) = sessions.open_visitor().await?;
        (session, cookies::set(&site, jar, &token))
    };
    let tenant: Option<TenantId> = form.tenant.as_deref().and_then(|text| text.parse().ok());
    let response = match flow.begin(&session, &form.organization, tenant).await? {
        Ok(departure) => page(&site, &clock, departure).into_response(),
        Err(trouble) => {
            let (status, problem) = problem(&trouble);
            let home = Home {
                layout: site.layout("Connect your Okta organization"),
                organization: echo(&form.organization),
                tenant: tenant.map(|tenant| tenant.to_string()),
                problem: Some(problem),
            };
            (status, home).into_response()
        }
    };
    Ok((jar, response).into_response())
}

/// A page that is reloaded after a sign-in began: the form is the way on.
pub(super) async fn sign_in_again() -> Redirect {
    Redirect::to("/")
}

/// `POST /sign-out`.
pub(super) async fn sign_out(
    State(site): State<Arc<Site>>,
    State(sessions): State<Sessions>,
    MaybeSession(session): MaybeSession,
    jar: CookieJar,
) -> Result<Response, PageError> {
    if let Some(session) = session {
        sessions.sign_out(&session).await?;
    }
    Ok((cookies::clear(&site, jar), Redirect::to("/signed-out")).into_response())
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

fn problem(trouble: &SignInTrouble) -> (StatusCode, FieldProblem) {
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
