//! `/onboarding/permissions`: what is asked, and why.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Redirect;

use super::{address, failed, journey};
use crate::domain::catalog::{Catalog, Category};
use crate::domain::scope;
use crate::flows::{Back, Onboarding, Reached};
use crate::web::error::PageError;
use crate::web::link_holder::{LinkForm, LinkHolder, Pressed};
use crate::web::pages::{Access, CategoryAsked, Permissions, ScopeAsked, Step};
use crate::web::state::Site;

pub(super) async fn show(
    State(site): State<Arc<Site>>,
    State(onboarding): State<Onboarding>,
    State(catalog): State<Arc<Catalog>>,
    LinkHolder(entrant): LinkHolder,
) -> Result<Permissions, PageError> {
    let progress = onboarding.progress_at(&entrant, Reached::Permissions).await;
    let progress = progress.map_err(|error| failed(&site, &entrant, error, Back::Home))?;
    Ok(Permissions {
        layout: site.layout("What is asked"),
        journey: journey(&progress, Step::Permissions),
        categories: catalog.categories().map(asked).collect(),
        catalog_version: catalog.version().to_owned(),
    })
}

pub(super) async fn submit(
    State(site): State<Arc<Site>>,
    State(onboarding): State<Onboarding>,
    LinkForm(entrant, Pressed {}): LinkForm<Pressed>,
) -> Result<Redirect, PageError> {
    onboarding
        .read_permissions(&entrant)
        .await
        .map_err(|error| failed(&site, &entrant, error, Back::Home))?;
    Ok(Redirect::to(&address("/onboarding/app", &entrant)))
}

fn asked(category: &Category) -> CategoryAsked {
    let scopes = category.permissions().map(|permission| ScopeAsked {
        id: permission.id().to_owned(),
        name: permission.name().to_owned(),
        access: access(permission.access()),
        why: permission.does().to_owned(),
        without: permission.without().to_owned(),
    });
    CategoryAsked {
        id: category.id().to_owned(),
        name: category.name().to_owned(),
        summary: category.sentence().to_owned(),
        scopes: scopes.collect(),
    }
}

pub(in crate::web) const fn access(access: scope::Access) -> Access {
    match access {
        scope::Access::Read => Access::Read,
        scope::Access::Manage => Access::Manage,
    }
}
