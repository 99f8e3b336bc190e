//! What support can do at a tenant's: ask for a check, make a link.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Redirect;

use super::visitor::Visitor;
use crate::flows::{Checks, FlowError, Support, TenantError, Tenants, disclose};
use crate::web::error::PageError;
use crate::web::pages::SupportLink;
use crate::web::state::Site;
use crate::web::when::when;

/// `POST /support/tenants/{tenant}/checks`
pub(super) async fn check_again(
    visitor: Visitor,
    State(checks): State<Checks>,
) -> Result<Redirect, PageError> {
    let actor = visitor.actor();
    checks.request(visitor.tenant, actor).await?;
    Ok(Redirect::to(&visitor.path()))
}

/// `POST /support/tenants/{tenant}/links`: the page that shows the link is its only copy.
pub(super) async fn new_link(
    visitor: Visitor,
    State(site): State<Arc<Site>>,
    State(tenants): State<Tenants>,
    State(support): State<Support>,
) -> Result<SupportLink, PageError> {
    let tenant = visitor.tenant;
    let actor = visitor.actor();
    let made = tenants.create_link(tenant, None, actor).await;
    let made = made.map_err(|error| match error {
        TenantError::Flow(error) => PageError::from(error),
        _ => PageError::from(FlowError::NotFound),
    })?;
    let listing = tenants.find(tenant).await?;
    Ok(SupportLink {
        layout: site.layout("A new link"),
        staff: visitor.frame(),
        path: visitor.path(),
        tenant_name: listing.name,
        url: disclose(&made.address).to_owned(),
        expires: when(made.expires_at, support.now()),
    })
}
