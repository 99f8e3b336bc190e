//! The staff's area, behind the staff's door.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::routing::get;

use super::pages::{Overview, SupportHome, SupportPlace};
use super::staff::{OperatorUser, SupportUser};
use super::state::{AppState, Site};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/support", get(home))
        .route("/support/overview", get(overview))
}

async fn home(State(site): State<Arc<Site>>, user: SupportUser) -> SupportHome {
    SupportHome {
        layout: site.layout("Look-up"),
        staff: user.frame(SupportPlace::LookUp),
    }
}

async fn overview(State(site): State<Arc<Site>>, OperatorUser(user): OperatorUser) -> Overview {
    Overview {
        layout: site.layout("Overview"),
        staff: user.frame(SupportPlace::Overview),
    }
}
