//! `/tenants/{tenant}/disconnect`: asks first, then ends the connection.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use super::proof::Proofs;
use super::signed_in_as;
use crate::domain::authorization_attempt::ReturnTo;
use crate::flows::{Back, Disconnect, Status};
use crate::web::actors::TenantAdministrator;
use crate::web::error::PageError;
use crate::web::pages::Disconnect as Page;
use crate::web::state::Site;
use crate::web::status_page::{can_disconnect, disconnected::leftovers};

/// `GET`: what ends, what is kept, what is left to remove in Okta. Nothing happens yet.
pub(in crate::web) async fn confirm(
    actor: TenantAdministrator,
    State(site): State<Arc<Site>>,
    State(status): State<Status>,
    State(proofs): State<Proofs>,
) -> Result<Response, PageError> {
    let view = status.read(actor.tenant).await?;
    let path = format!("/tenants/{}", actor.tenant);
    if !can_disconnect(view.connection.state) {
        return Ok(Redirect::to(&path).into_response());
    }
    proofs.demand(&actor, ReturnTo::Disconnect).await?;
    let page = Page {
        layout: site.layout_for("Disconnect", signed_in_as(&actor.session, &view)),
        path,
        organization_host: view.host().unwrap_or_default(),
        leftovers: leftovers(&view),
        vendor_account: view.tenant_name,
    };
    Ok(page.into_response())
}

/// `POST`: does it. A second press finds it done.
pub(in crate::web) async fn disconnect(
    actor: TenantAdministrator,
    State(flow): State<Disconnect>,
    State(proofs): State<Proofs>,
) -> Result<Redirect, PageError> {
    let proven = proofs.demand(&actor, ReturnTo::Disconnect).await?;
    let tenant = proven.tenant();
    let ended = flow.disconnect(tenant, proven.actor()).await;
    ended.map_err(|error| PageError::at(error, Back::Tenant(tenant)))?;
    Ok(Redirect::to(&format!("/tenants/{tenant}")))
}
