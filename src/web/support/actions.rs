//! What support can do at a tenant's besides making links: ask for a check.

use axum::extract::State;
use axum::response::Redirect;

use super::operator::after;
use super::visitor::Visitor;
use crate::flows::Checks;
use crate::web::error::PageError;

/// `POST /support/tenants/{tenant}/checks`
pub(super) async fn check_again(
    visitor: Visitor,
    State(checks): State<Checks>,
) -> Result<Redirect, PageError> {
    let actor = visitor.actor();
    checks.request(visitor.tenant, actor).await?;
    Ok(Redirect::to(&after(&visitor, "check")))
}
