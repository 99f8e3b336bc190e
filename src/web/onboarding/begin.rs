//! `/onboarding`: before you begin, and where a half-done onboarding is taken up again.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Redirect;

use super::{address, failed, journey};
use crate::domain::catalog::Catalog;
use crate::domain::clock::SharedClock;
use crate::domain::connection::ConnectionState;
use crate::domain::onboarding_link::LinkPurpose;
use crate::flows::{Back, Onboarding, Progress, Reached};
use crate::web::error::PageError;
use crate::web::link_holder::{LinkForm, LinkHolder, Pressed};
use crate::web::pages::{Begin, ConnectedBefore, Step};
use crate::web::state::Site;
use crate::web::when::when;

pub(super) async fn show(
    State(site): State<Arc<Site>>,
    State(onboarding): State<Onboarding>,
    State(catalog): State<Arc<Catalog>>,
    State(clock): State<SharedClock>,
    LinkHolder(entrant): LinkHolder,
) -> Result<Begin, PageError> {
    let progress = onboarding
        .progress(&entrant)
        .await
        .map_err(|error| failed(&site, &entrant, error, Back::Home))?;
    if progress.link.purpose != LinkPurpose::Onboarding {
        return Err(PageError::GoTo(address("/repair", &entrant)));
    }
    Ok(Begin {
        layout: site.layout("Before you begin"),
        journey: journey(&progress, Step::Organization),
        is_back: is_back(&progress),
        connected: connected(&progress, &clock),
        started: progress.reached() > Reached::Begin,
        link_expires: Some(when(progress.link.expires_at, clock.now())),
        categories: catalog.categories().len(),
        permissions: catalog.permissions().count(),
    })
}

pub(super) async fn submit(
    State(site): State<Arc<Site>>,
    State(onboarding): State<Onboarding>,
    LinkForm(entrant, Pressed {}): LinkForm<Pressed>,
) -> Result<Redirect, PageError> {
    onboarding
        .begin(&entrant, None)
        .await
        .map_err(|error| failed(&site, &entrant, error, Back::Home))?;
    let progress = onboarding.progress(&entrant).await;
    let progress = progress.map_err(|error| failed(&site, &entrant, error, Back::Home))?;
    // Whoever comes back after a disconnection goes on where something is left to do.
    if is_back(&progress) {
        let journey = journey(&progress, Step::Organization);
        return Ok(Redirect::to(&journey.href(&journey.reached)));
    }
    Ok(Redirect::to(&address("/onboarding/organization", &entrant)))
}

/// What is connected already, which somebody who opens a link has to know before anything else.
fn connected(progress: &Progress, clock: &SharedClock) -> Option<ConnectedBefore> {
    let connection = &progress.record.connection;
    let since = connection.connected_at.filter(|_| !is_back(progress))?;
    Some(ConnectedBefore {
        organization_host: connection.organization.as_ref()?.origin.host().to_owned(),
        since: when(since, clock.now()),
    })
}

fn is_back(progress: &Progress) -> bool {
    progress.record.connection.state == ConnectionState::Disconnected
}
