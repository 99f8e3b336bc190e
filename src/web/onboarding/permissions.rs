//! `/onboarding/permissions`: what is asked, and why.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::{address, failed, journey};
use crate::domain::catalog::{Catalog, Category};
use crate::domain::scope;
use crate::flows::{Back, Onboarding, Progress, Reached};
use crate::web::error::PageError;
use crate::web::forms::ReadForm;
use crate::web::link_holder::{LinkForm, LinkHolder};
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
    Ok(page(&site, &catalog, &progress))
}

fn page(site: &Site, catalog: &Catalog, progress: &Progress) -> Permissions {
    Permissions {
        layout: site.layout("What is asked"),
        journey: journey(progress, Step::Permissions),
        categories: catalog.categories().map(asked).collect(),
        catalog_version: catalog.version().to_owned(),
        has_changed: false,
    }
}

pub(super) async fn submit(
    State(site): State<Arc<Site>>,
    State(onboarding): State<Onboarding>,
    State(catalog): State<Arc<Catalog>>,
    LinkForm(entrant, form): LinkForm<ReadForm>,
) -> Result<Response, PageError> {
    let back = |error| failed(&site, &entrant, error, Back::Home);
    let read = onboarding.read_permissions(&entrant, &form.catalog).await;
    if read.map_err(back)? {
        return Ok(Redirect::to(&address("/onboarding/app", &entrant)).into_response());
    }
    let progress = onboarding.progress(&entrant).await.map_err(back)?;
    let page = Permissions {
        has_changed: true,
        ..page(&site, &catalog, &progress)
    };
    Ok((StatusCode::CONFLICT, page).into_response())
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
