//! The staff's door: signing in and out at the vendor's own identity provider, and the list of who is
//! in. The area behind it is `support`; its pages take [`SupportUser`] or [`OperatorUser`].

mod actors;
mod browser;
mod callback;
mod sessions;
mod sign_in;
mod words;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};

use super::rate_limit::{self, Limited};
use super::state::AppState;

pub(super) use actors::{OperatorUser, SupportUser};
pub(super) use words::{page as trouble, said_to_staff};

/// Whether an address is one of the staff's, at the door or behind it.
pub(super) fn is_theirs(path: &str) -> bool {
    let first = path.split('/').nth(1);
    matches!(first, Some("staff" | "support"))
}

pub(super) fn routes(state: &AppState) -> Router<AppState> {
    let guard = || from_fn_with_state((state.clone(), Limited::SignIns), rate_limit::guard);
    Router::new()
        .route("/staff/sign-in", get(sign_in::show).route_layer(guard()))
        .route(
            "/staff/callback",
            get(callback::callback).route_layer(guard()),
        )
        .route("/staff/sign-out", post(sign_in::sign_out))
        .route(
            "/staff/sign-out/provider",
            get(sign_in::provider_sign_out).route_layer(guard()),
        )
        .route("/staff/signed-out", get(sign_in::signed_out))
        .route("/staff/sessions", get(sessions::list))
        .route("/staff/sessions/{session}/revoke", post(sessions::revoke))
}
