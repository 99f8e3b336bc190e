//! `/onboarding`: before you begin, and where a half-done onboarding is taken up again.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Redirect;

use super::{failed, journey};
use crate::domain::catalog::Catalog;
use crate::domain::clock::SharedClock;
use crate::domain::connection::ConnectionState;
use crate::domain::onboarding_link::LinkPurpose;
use crate::flows::{Back, Onboarding, Progress, Reached};
use crate::web::actors::LinkHolder;
use crate::web::error::PageError;
use crate::web::pages::{Begin, Step};
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
        .map_err(|error| failed(&site, error, Back::Home))?;
    if progress.link.purpose != LinkPurpose::Onboarding {
        return Err(PageError::GoTo("/repair"));
    }
    Ok(Begin {
        layout: site.layout("Before you begin"),
        journey: journey(&progress, Step::Organization),
        is_back: is_back(&progress),
        started: progress.reached() > Reached::Begin,
        link_expires: Some(when(progress.link.expires_at, clock.now())),
        categories: catalog.categories().len(),
        permissions: catalog.permissions().count(),
    })
}

pub(super) async fn submit(
    State(site): State<Arc<Site>>,
    State(onboarding): State<Onboarding>,
    LinkHolder(entrant): LinkHolder,
) -> Result<Redirect, PageError> {
    onboarding
        .begin(&entrant)
        .await
        .map_err(|error| failed(&site, error, Back::Home))?;
    let progress = onboarding.progress(&entrant).await;
    let progress = progress.map_err(|error| failed(&site, error, Back::Home))?;
    // Whoever comes back after a disconnection goes on where something is left to do.
    if is_back(&progress) {
        let next = journey(&progress, Step::Organization).reached.href();
        return Ok(Redirect::to(next.unwrap_or("/onboarding/organization")));
    }
    Ok(Redirect::to("/onboarding/organization"))
}

fn is_back(progress: &Progress) -> bool {
    progress.record.connection.state == ConnectionState::Disconnected
}
