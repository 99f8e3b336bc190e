//! What support can do at a tenant's: ask for a check, make a link.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Redirect;

use super::tenant::{Visitor, path_of};
use crate::domain::audit::Actor;
use crate::flows::{Checks, FlowError, Support, TenantError, Tenants, disclose};
use crate::web::error::PageError;
use crate::web::pages::{SupportLink, SupportPlace};
use crate::web::state::Site;
use crate::web::when::when;

/// `POST /support/tenants/{tenant}/checks`
pub(super) async fn check_again(
    visitor: Visitor,
    State(checks): State<Checks>,
) -> Result<Redirect, PageError> {
    let actor = Actor::Staff(visitor.user.member.id);
    checks.request(visitor.tenant, actor).await?;
    Ok(Redirect::to(&path_of(visitor.tenant)))
}

/// `POST /support/tenants/{tenant}/links`: the page that shows the link is its only copy.
pub(super) async fn new_link(
    visitor: Visitor,
    State(site): State<Arc<Site>>,
    State(tenants): State<Tenants>,
    State(support): State<Support>,
) -> Result<SupportLink, PageError> {
    let tenant = visitor.tenant;
    let actor = Actor::Staff(visitor.user.member.id);
    let made = tenants.create_link(tenant, None, actor).await;
    let made = made.map_err(|error| match error {
        TenantError::Flow(error) => PageError::from(error),
        _ => PageError::from(FlowError::NotFound),
    })?;
    let listing = tenants.find(tenant).await?;
    Ok(SupportLink {
        layout: site.layout("A new link"),
        staff: visitor.user.frame(SupportPlace::LookUp),
        path: path_of(tenant),
        tenant_name: listing.name,
        url: disclose(&made.address).to_owned(),
        expires: when(made.expires_at, support.now()),
    })
}
