//! `/tenants/{tenant}/disconnect`: asks first, then ends the connection.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use super::signed_in_as;
use crate::domain::audit::Actor;
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
) -> Result<Response, PageError> {
    let view = status.read(actor.tenant).await?;
    let path = format!("/tenants/{}", actor.tenant);
    if !can_disconnect(view.connection.state) {
        return Ok(Redirect::to(&path).into_response());
    }
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
    TenantAdministrator { tenant, person, .. }: TenantAdministrator,
    State(flow): State<Disconnect>,
) -> Result<Redirect, PageError> {
    let ended = flow.disconnect(tenant, Actor::Administrator(person)).await;
    ended.map_err(|error| PageError::at(error, Back::Tenant(tenant)))?;
    Ok(Redirect::to(&format!("/tenants/{tenant}")))
}
