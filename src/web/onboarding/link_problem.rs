//! The page of a link that does not open.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::domain::onboarding_link::LinkProblem;
use crate::web::pages::{LinkProblem as Page, LinkTrouble};
use crate::web::state::Site;

pub(in crate::web) fn page(site: &Site, status: StatusCode, trouble: LinkTrouble) -> Response {
    let page = Page {
        layout: site.layout(trouble.heading()),
        trouble,
        since: None,
        reference: None,
    };
    (status, page).into_response()
}

/// Gone is what an ended link is (RFC 9110 §15.5.11); one that never was, is not there.
pub(super) const fn status(problem: LinkProblem) -> StatusCode {
    match problem {
        LinkProblem::Unknown => StatusCode::NOT_FOUND,
        LinkProblem::InAnotherBrowser => StatusCode::CONFLICT,
        _ => StatusCode::GONE,
    }
}
