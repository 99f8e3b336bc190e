//! `/repair`: what a colleague sees who opened a hand-off link. One repair, and nothing else of the
//! tenant.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Redirect;

use super::error::PageError;
use super::forms::ReadForm;
use super::link_holder::{LinkForm, LinkHolder};
use super::onboarding::{address, failed};
use super::pages::{PlaceInOkta, Repair as RepairPage, RepairDone};
use super::state::Site;
use super::status_page::kit::place;
use super::tenant::mend::{client_id, missing};
use super::when::when;
use crate::domain::catalog::Catalog;
use crate::domain::clock::SharedClock;
use crate::domain::remedy::Place;
use crate::flows::{Back, Repair, StatusView};

pub(super) async fn show(
    State(site): State<Arc<Site>>,
    State(repair): State<Repair>,
    State(catalog): State<Arc<Catalog>>,
    State(clock): State<SharedClock>,
    LinkHolder(entrant): LinkHolder,
) -> Result<RepairPage, PageError> {
    let asked = repair
        .asked(&entrant)
        .await
        .map_err(|error| failed(&site, &entrant, error, Back::Home))?;
    Ok(RepairPage {
        layout: site.layout("Help to finish a connection"),
        link: entrant.link.to_string(),
        catalog_version: catalog.version().to_owned(),
        vendor_account: asked.view.tenant_name.clone(),
        organization_host: asked.view.host().unwrap_or_default(),
        app: client_id(&asked.view),
        missing: missing(&catalog, &asked.view.remedies()),
        place: place_of_grants(&asked.view).ok_or_else(PageError::not_found)?,
        expires: when(asked.link.expires_at, clock.now()),
        by_support: asked.by_support,
        asked_by: asked.asked_by,
        asked_by_email: asked.asked_by_email,
        reason: asked.reason,
    })
}

/// `POST /repair/begin`: from now on only this browser may go on with the link.
pub(super) async fn begin(
    State(site): State<Arc<Site>>,
    State(repair): State<Repair>,
    LinkForm(entrant, form): LinkForm<ReadForm>,
) -> Result<Redirect, PageError> {
    let begun = repair.begin(&entrant, &form.catalog).await;
    let begun = begun.map_err(|error| failed(&site, &entrant, error, Back::Repair))?;
    // What is asked changed since the page was shown: it is shown again.
    let next = if begun {
        "/onboarding/sign-in"
    } else {
        "/repair"
    };
    Ok(Redirect::to(&address(next, &entrant)))
}

pub(super) async fn done(
    State(site): State<Arc<Site>>,
    State(repair): State<Repair>,
    State(catalog): State<Arc<Catalog>>,
    LinkHolder(entrant): LinkHolder,
) -> Result<RepairDone, PageError> {
    let asked = repair
        .done(&entrant)
        .await
        .map_err(|error| failed(&site, &entrant, error, Back::Home))?;
    Ok(RepairDone {
        layout: site.layout("Thank you"),
        organization_host: asked.view.host().unwrap_or_default(),
        sentence: sentence(&asked.view),
        missing: missing(&catalog, &asked.view.remedies()),
        asked_by: asked.asked_by,
    })
}

/// What the organization's app may do now, in one sentence.
fn sentence(view: &StatusView) -> String {
    let (granted, total) = (view.grants.granted_count(), view.grants.total());
    if granted == total {
        format!("All {total} permissions are granted now.")
    } else {
        format!("{granted} of {total} permissions are granted now.")
    }
}

/// Where in the Admin Console the app's permissions are granted.
fn place_of_grants(view: &StatusView) -> Option<PlaceInOkta> {
    let app = view.connection.app.as_ref()?;
    let organization = view.connection.organization.as_ref()?;
    place(Place::OktaApiScopes, &app.client_id, organization)
}
