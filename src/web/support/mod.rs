//! The staff's area, behind the staff's door.

mod actions;
mod bundle;
mod cause;
mod customer_view;
mod letters;
mod links;
mod look_up;
mod operator;
mod overview;
mod people;
mod tenant;
mod timeline;
mod visitor;
mod words;

use axum::Router;
use axum::routing::{get, post};

use super::state::AppState;

#[cfg(test)]
pub(in crate::web) use overview::panels;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/support", get(look_up::show))
        .route("/support/overview", get(overview::show))
        .route("/support/tenants/{tenant}", get(tenant::show))
        .route(
            "/support/tenants/{tenant}/activation",
            get(operator::activation::ask).post(operator::activation::act),
        )
        .route(
            "/support/tenants/{tenant}/disconnect",
            get(operator::disconnect::ask).post(operator::disconnect::act),
        )
        .route("/support/tenants/{tenant}/hand-off", post(links::hand_off))
        .route(
            "/support/tenants/{tenant}/links/revoke",
            get(operator::links::ask).post(operator::links::act),
        )
        .route(
            "/support/tenants/{tenant}/sessions/revoke",
            get(operator::sessions::ask).post(operator::sessions::act),
        )
        .route("/support/tenants/{tenant}/people", get(people::list))
        .route(
            "/support/tenants/{tenant}/people/{person}/remove",
            get(operator::people::ask).post(operator::people::act),
        )
        .route("/support/tenants/{tenant}/bundle.json", get(bundle::show))
        .route(
            "/support/tenants/{tenant}/checks",
            post(actions::check_again),
        )
        .route("/support/tenants/{tenant}/links", post(links::new_link))
        .route(
            "/support/tenants/{tenant}/customer-view",
            get(customer_view::show),
        )
        .route("/support/tenants/{tenant}/visit", post(visitor::visit))
}
