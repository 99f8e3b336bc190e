//! The staff's area, behind the staff's door.

mod actions;
mod bundle;
mod cause;
mod customer_view;
mod look_up;
mod tenant;
mod timeline;
mod words;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};

use super::pages::{Overview, SupportPlace};
use super::staff::OperatorUser;
use super::state::{AppState, Site};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/support", get(look_up::show))
        .route("/support/overview", get(overview))
        .route("/support/tenants/{tenant}", get(tenant::show))
        .route("/support/tenants/{tenant}/bundle.json", get(bundle::show))
        .route(
            "/support/tenants/{tenant}/checks",
            post(actions::check_again),
        )
        .route("/support/tenants/{tenant}/links", post(actions::new_link))
        .route(
            "/support/tenants/{tenant}/customer-view",
            get(customer_view::show),
        )
        .route("/support/tenants/{tenant}/visit", post(tenant::visit))
}

async fn overview(State(site): State<Arc<Site>>, OperatorUser(user): OperatorUser) -> Overview {
    Overview {
        layout: site.layout("Overview"),
        staff: user.frame(SupportPlace::Overview),
    }
}
