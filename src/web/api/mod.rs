//! `/api/v1`: what the vendor's programs call, with an API key and nothing else. Errors are problem
//! details (RFC 9457). Every call is declared with its description, so that the OpenAPI document and
//! the routes cannot differ.

mod access_token;
mod activation;
mod auth;
mod catalog;
mod disconnect;
mod docs;
mod document;
mod events;
mod idempotency;
mod input;
mod links;
mod page;
mod people;
mod problem;
mod status;
mod tenants;
mod webhooks;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

use super::state::{AppState, Site};

pub(super) use problem::{ApiProblem, render};

/// Whether an address belongs to the API, where errors are data and never pages.
pub(super) fn is_api(path: &str) -> bool {
    path == "/api" || path.starts_with("/api/")
}

/// Every call. What makes something takes the layer that honours `Idempotency-Key`.
fn calls(state: &AppState) -> OpenApiRouter<AppState> {
    let once = || from_fn_with_state(state.clone(), idempotency::once);
    OpenApiRouter::with_openapi(document::frame())
        .routes(routes!(tenants::list, tenants::create).layer(once()))
        .routes(routes!(tenants::show))
        .routes(routes!(links::list, links::create).layer(once()))
        .routes(routes!(links::revoke))
        .routes(routes!(people::list))
        .routes(routes!(people::remove))
        .routes(routes!(activation::activate))
        .routes(routes!(access_token::create))
        .routes(routes!(status::show))
        .routes(routes!(disconnect::disconnect))
        .routes(routes!(status::check).layer(once()))
        .routes(routes!(events::list))
        .routes(routes!(catalog::show))
        .routes(routes!(webhooks::list, webhooks::create).layer(once()))
        .routes(routes!(webhooks::show, webhooks::delete))
        .routes(routes!(webhooks::disable))
        .routes(routes!(webhooks::enable))
        .routes(routes!(webhooks::rotate_secret).layer(once()))
        .routes(routes!(webhooks::deliveries::test).layer(once()))
        .routes(routes!(webhooks::deliveries::list))
        .routes(routes!(webhooks::deliveries::replay).layer(once()))
}

/// The API with its own description.
pub(super) fn routes(state: &AppState) -> Router<AppState> {
    let (router, document) = calls(state).split_for_parts();
    let document = document::complete(document);
    let json = document::answer(&document);
    let contents = Arc::new(docs::Contents::of(&document));
    router
        .route("/api/openapi.json", get(async move || json.clone()))
        .route(
            "/api/docs",
            get(async move |State(site): State<Arc<Site>>| docs::page(&site, &contents)),
        )
}
