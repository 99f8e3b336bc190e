//! The staff's area, behind the staff's door.

mod look_up;
mod words;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::routing::get;

use super::pages::{Overview, SupportPlace};
use super::staff::OperatorUser;
use super::state::{AppState, Site};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/support", get(look_up::show))
        .route("/support/overview", get(overview))
}

async fn overview(State(site): State<Arc<Site>>, OperatorUser(user): OperatorUser) -> Overview {
    Overview {
        layout: site.layout("Overview"),
        staff: user.frame(SupportPlace::Overview),
    }
}
