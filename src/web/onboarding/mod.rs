//! The steps of an administrator who holds a link, each at its own address.

pub(super) mod app;
pub(super) mod app_words;
mod begin;
mod link;
pub(super) mod link_problem;
pub(super) mod organization;
pub(super) mod permissions;
mod sign_in;
pub(super) mod which;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};

pub(super) use self::organization::edition;
pub(super) use self::permissions::access as page_access;
pub(super) use self::sign_in::leaving_page;
use super::error::PageError;
use super::pages::{Journey, LinkTrouble, Step};
use super::rate_limit::{self, Limited};
use super::state::{AppState, Site};
use crate::domain::onboarding_link::LinkProblem;
use crate::flows::{Back, Entrant, FlowError, Progress, Reached};

/// Every route of the onboarding.
pub(super) fn routes(state: &AppState) -> Router<AppState> {
    let guard = from_fn_with_state((state.clone(), Limited::LinkOpenings), rate_limit::guard);
    Router::new()
        .route(
            "/onboard/{link}",
            get(link::open).post(link::open_beside).route_layer(guard),
        )
        .route("/onboarding", get(begin::show))
        .route("/onboarding/begin", post(begin::submit))
        .route(
            "/onboarding/organization",
            get(organization::show).post(organization::submit),
        )
        .route(
            "/onboarding/organization/confirm",
            post(organization::confirm),
        )
        .route(
            "/onboarding/permissions",
            get(permissions::show).post(permissions::submit),
        )
        .route("/onboarding/app", get(app::show).post(app::submit))
        .route("/onboarding/sign-in", get(sign_in::show))
}

/// What every step shows of the way.
fn journey(progress: &Progress, current: Step) -> Journey {
    let found = progress
        .record
        .organization(true)
        .filter(|_| progress.record.organization_confirmed);
    let host = found
        .map(|organization| &organization.origin)
        .or(progress.tenant.expected_origin.as_ref());
    Journey {
        link: progress.link.id.to_string(),
        vendor_account: progress.tenant.name.clone(),
        organization: host.map(|origin| origin.host().to_owned()),
        current,
        reached: step(progress.reached()),
    }
}

fn step(reached: Reached) -> Step {
    match reached {
        Reached::Begin | Reached::Organization => Step::Organization,
        Reached::Permissions => Step::Permissions,
        Reached::App => Step::App,
        Reached::SignIn => Step::SignIn,
    }
}

/// An address of this onboarding.
pub(super) fn address(path: &str, entrant: &Entrant) -> String {
    format!("{path}?link={}", entrant.link)
}

/// The error of one of the browser's onboardings, which leads back to that one.
pub(super) fn failed(site: &Site, entrant: &Entrant, error: FlowError, back: Back) -> PageError {
    unopened(site, error, back).of_link(entrant.link)
}

/// An onboarding's error: a link that has ended meanwhile has a page of its own.
fn unopened(site: &Site, error: FlowError, back: Back) -> PageError {
    match error {
        FlowError::Link(problem) => PageError::Page(Box::new(link_problem::page(
            site,
            link_problem::status(problem),
            trouble(problem),
        ))),
        other => PageError::at(other, back),
    }
}

fn trouble(problem: LinkProblem) -> LinkTrouble {
    match problem {
        LinkProblem::Unknown => LinkTrouble::Unknown,
        LinkProblem::Expired => LinkTrouble::Expired,
        LinkProblem::Used => LinkTrouble::Used,
        LinkProblem::Revoked | LinkProblem::OpenedTooOften => LinkTrouble::Revoked,
        LinkProblem::InAnotherBrowser => LinkTrouble::OtherBrowser,
    }
}
