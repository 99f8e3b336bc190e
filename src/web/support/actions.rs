//! What support can do at a tenant's besides making links: ask for a check.

use axum::extract::State;
use axum::response::Redirect;

use super::operator::after;
use super::visitor::Visitor;
use crate::flows::{Back, Checks, FlowError};
use crate::web::error::PageError;
use crate::web::problem::Problem;
use crate::web::words;

/// `POST /support/tenants/{tenant}/checks`
pub(super) async fn check_again(
    visitor: Visitor,
    State(checks): State<Checks>,
) -> Result<Redirect, PageError> {
    let actor = visitor.actor();
    match checks.request(visitor.tenant, actor).await {
        Ok(()) => {}
        Err(FlowError::TooSoon { seconds }) => return Err(too_soon(&visitor, seconds)),
        Err(error) => return Err(error.into()),
    }
    Ok(Redirect::to(&after(&visitor, "check")))
}

fn too_soon(visitor: &Visitor, seconds: u64) -> PageError {
    let problem = words::too_soon(seconds, Back::Home);
    PageError::Problem {
        problem: Box::new(
            Problem {
                actions: Vec::new(),
                ..problem
            }
            .action("To the customer", &visitor.path()),
        ),
        cause: None,
    }
}
