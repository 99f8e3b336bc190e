//! The routes of an organization.

use std::sync::Arc;

use axum::Router;
use axum::http::header;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};

use super::door::door;
use super::{Call, Problem, desk, error_page};
use crate::org::Org;
use crate::{admin, authorize, management, metadata, token};

pub(crate) fn router(org: Arc<Org>) -> Router {
    let at_the_door = Arc::clone(&org);
    Router::new()
        .route("/", get(admin::home))
        .route("/assets/fake-okta.css", get(stylesheet))
        .nest("/.well-known", documents())
        .nest("/oauth2/v1", authorization_server())
        .route(
            "/login",
            get(authorize::sign_in_page).post(authorize::sign_in),
        )
        .route("/login/signout", post(authorize::sign_out))
        .route("/api/{*rest}", any(management::dispatch))
        .merge(admin::router())
        .nest("/__fake", desk::router())
        .method_not_allowed_fallback(wrong_method)
        .fallback(not_found)
        .with_state(org)
        .layer(from_fn_with_state(at_the_door, door))
}

fn documents() -> Router<Arc<Org>> {
    Router::new()
        .route("/openid-configuration", get(metadata::openid_configuration))
        .route(
            "/oauth-authorization-server",
            get(metadata::authorization_server),
        )
        .route("/okta-organization", get(metadata::organization))
}

fn authorization_server() -> Router<Arc<Org>> {
    Router::new()
        .route("/keys", get(metadata::keys))
        .route(
            "/authorize",
            get(authorize::authorize).post(authorize::authorize),
        )
        .route("/token", post(token::token))
        .route("/introspect", post(token::introspect))
        .route("/revoke", post(token::revoke))
        .route("/userinfo", get(token::userinfo).post(token::userinfo))
        .route("/logout", get(authorize::logout).post(authorize::logout))
        .route("/clients", any(management::dispatch))
        .route("/clients/{*rest}", any(management::dispatch))
}

async fn stylesheet() -> Response {
    let css = include_str!("../../templates/fake-okta.css");
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], css).into_response()
}

async fn wrong_method() -> Problem {
    Problem::api(
        405,
        "E0000022",
        "The endpoint does not support the provided HTTP method",
    )
}

async fn not_found(call: Call) -> Response {
    if call.path.starts_with("/oauth2/") || call.path.starts_with("/.well-known/") {
        let summary = "The requested path was not found";
        return Problem::api(404, "E0000008", summary).into_response();
    }
    error_page(&call.org, 404, "There is no page at this address.")
}
