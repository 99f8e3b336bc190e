//! `/tenants/{tenant}`: the grant status page, and *Authorize again*.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Redirect;

use super::actors::{TenantAdministrator, TenantVisitor};
use super::error::PageError;
use super::onboarding::leaving_page;
use super::pages::{SignIn, SignedIn, TenantStatus};
use super::state::Site;
use super::status_page::present;
use crate::domain::catalog::Catalog;
use crate::domain::clock::SharedClock;
use crate::domain::session::Standing;
use crate::flows::{Authorize, Back, Origin, Status};

/// An administrator's page. The holder of a link sees it too, as long as nothing was ever connected:
/// then it holds nothing but what is asked.
pub(super) async fn status(
    TenantVisitor { tenant, session }: TenantVisitor,
    State(site): State<Arc<Site>>,
    State(status): State<Status>,
    State(catalog): State<Arc<Catalog>>,
) -> Result<TenantStatus, PageError> {
    let view = status.read(tenant).await?;
    let signed_in = match &session.standing {
        Standing::Administrator { name, email, .. } => Some(SignedIn {
            name: if name.is_empty() {
                email.clone()
            } else {
                name.clone()
            },
            email: email.clone(),
            organization_host: view.host().unwrap_or_default(),
        }),
        _ if view.connection.connected_at.is_some() => return Err(PageError::not_found()),
        _ => None,
    };
    Ok(present(&site, &catalog, view, tenant, signed_in))
}

/// `POST /tenants/{tenant}/authorize`: on to the page before Okta, to which a browser can go back.
pub(super) async fn authorize_again(
    TenantAdministrator { tenant, .. }: TenantAdministrator,
) -> Redirect {
    Redirect::to(&format!("/tenants/{tenant}/authorize"))
}

/// `GET /tenants/{tenant}/authorize`: the same organization and app, once more.
pub(super) async fn authorize(
    TenantAdministrator {
        tenant,
        person,
        session,
    }: TenantAdministrator,
    State(site): State<Arc<Site>>,
    State(authorize): State<Authorize>,
    State(catalog): State<Arc<Catalog>>,
    State(clock): State<SharedClock>,
) -> Result<SignIn, PageError> {
    let back = Back::Tenant(tenant);
    let origin = Origin::Administrator {
        session: &session,
        tenant,
        person,
    };
    let leaving = authorize
        .begin(origin)
        .await
        .map_err(|error| PageError::at(error, back))?;
    let page = leaving_page(&site, &catalog, &clock, leaving, None);
    Ok(SignIn {
        back_href: format!("/tenants/{tenant}"),
        ..page
    })
}
