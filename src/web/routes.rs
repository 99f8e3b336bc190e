//! Every address, in one place.

use axum::Router;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};

use super::metrics::{self, MetricsText};
use super::rate_limit::Limited;
use super::state::AppState;
use super::{
    api, assets, callback, health, home, jwks, layers, onboarding, rate_limit, repair, staff,
    support, tenant,
};
use crate::flows::Measures;

/// Method and path of every route but the API's calls, for the test that asks each one as each wrong
/// actor. The calls stand in the API's own document.
#[must_use]
#[expect(clippy::too_many_lines, reason = "a table")]
pub const fn routes() -> &'static [(&'static str, &'static str)] {
    &[
        ("GET", "/"),
        ("GET", "/api/docs"),
        ("GET", "/api/openapi.json"),
        ("GET", "/healthz"),
        ("GET", "/oauth/callback/{connection}"),
        ("GET", "/oauth/jwks/{connection}"),
        ("GET", "/onboard/{link}"),
        ("POST", "/onboard/{link}"),
        ("GET", "/onboarding"),
        ("POST", "/onboarding/begin"),
        ("GET", "/onboarding/organization"),
        ("POST", "/onboarding/organization"),
        ("POST", "/onboarding/organization/confirm"),
        ("GET", "/onboarding/permissions"),
        ("POST", "/onboarding/permissions"),
        ("GET", "/onboarding/app"),
        ("POST", "/onboarding/app"),
        ("GET", "/onboarding/sign-in"),
        ("GET", "/readyz"),
        ("GET", "/repair"),
        ("POST", "/repair/begin"),
        ("GET", "/repair/done"),
        ("GET", "/sign-in"),
        ("POST", "/sign-in"),
        ("POST", "/sign-out"),
        ("GET", "/signed-out"),
        ("GET", "/staff/callback"),
        ("GET", "/staff/sessions"),
        ("POST", "/staff/sessions/{session}/revoke"),
        ("GET", "/staff/sign-in"),
        ("POST", "/staff/sign-out"),
        ("GET", "/staff/sign-out/provider"),
        ("GET", "/staff/signed-out"),
        ("GET", "/static/{*name}"),
        ("GET", "/support"),
        ("GET", "/support/overview"),
        ("GET", "/support/tenants/{tenant}"),
        ("GET", "/support/tenants/{tenant}/activation"),
        ("POST", "/support/tenants/{tenant}/activation"),
        ("GET", "/support/tenants/{tenant}/bundle.json"),
        ("POST", "/support/tenants/{tenant}/checks"),
        ("GET", "/support/tenants/{tenant}/customer-view"),
        ("GET", "/support/tenants/{tenant}/disconnect"),
        ("POST", "/support/tenants/{tenant}/disconnect"),
        ("POST", "/support/tenants/{tenant}/hand-off"),
        ("POST", "/support/tenants/{tenant}/links"),
        ("GET", "/support/tenants/{tenant}/people"),
        ("GET", "/support/tenants/{tenant}/people/{person}/remove"),
        ("POST", "/support/tenants/{tenant}/people/{person}/remove"),
        ("GET", "/support/tenants/{tenant}/links/revoke"),
        ("POST", "/support/tenants/{tenant}/links/revoke"),
        ("GET", "/support/tenants/{tenant}/sessions/revoke"),
        ("POST", "/support/tenants/{tenant}/sessions/revoke"),
        ("POST", "/support/tenants/{tenant}/visit"),
        ("GET", "/tenants/{tenant}"),
        ("GET", "/tenants/{tenant}/authorize"),
        ("POST", "/tenants/{tenant}/authorize"),
        ("POST", "/tenants/{tenant}/checks"),
        ("GET", "/tenants/{tenant}/connect"),
        ("POST", "/tenants/{tenant}/connect"),
        ("GET", "/tenants/{tenant}/disconnect"),
        ("POST", "/tenants/{tenant}/disconnect"),
        ("GET", "/tenants/{tenant}/disconnect/verify"),
        ("GET", "/tenants/{tenant}/events"),
        ("GET", "/tenants/{tenant}/grants"),
        ("POST", "/tenants/{tenant}/grants"),
        ("GET", "/tenants/{tenant}/grants/authorize"),
        ("POST", "/tenants/{tenant}/hand-off"),
        ("GET", "/tenants/{tenant}/held"),
        ("GET", "/tenants/{tenant}/held/sign-in"),
        ("GET", "/tenants/{tenant}/people"),
        ("GET", "/tenants/{tenant}/people/verify"),
        ("GET", "/tenants/{tenant}/people/{person}/remove"),
        ("POST", "/tenants/{tenant}/people/{person}/remove"),
        ("GET", "/tenants/{tenant}/report"),
        ("GET", "/tenants/{tenant}/report.csv"),
        ("GET", "/tenants/{tenant}/report.json"),
    ]
}

/// What the public listener serves.
pub fn public_router(state: AppState) -> Router {
    let limit = |what: Limited| from_fn_with_state((state.clone(), what), rate_limit::guard);
    let sign_in = get(home::leave).post(home::sign_in);
    let router = Router::new()
        .route("/", get(home::show))
        .route("/sign-in", sign_in.route_layer(limit(Limited::SignIns)))
        .route("/sign-out", post(home::sign_out))
        .route("/signed-out", get(home::signed_out))
        .route(
            "/oauth/callback/{connection}",
            get(callback::callback).route_layer(limit(Limited::Callbacks)),
        )
        .route(
            "/oauth/jwks/{connection}",
            get(jwks::jwks).route_layer(limit(Limited::KeySets)),
        )
        .route("/tenants/{tenant}", get(tenant::status))
        .route("/tenants/{tenant}/checks", post(tenant::check_again))
        .route(
            "/tenants/{tenant}/connect",
            get(tenant::connect::show).post(tenant::connect::submit),
        )
        .route(
            "/tenants/{tenant}/disconnect",
            get(tenant::disconnect::confirm).post(tenant::disconnect::disconnect),
        )
        .merge(proven_routes())
        .route("/tenants/{tenant}/events", get(tenant::events::events))
        .route(
            "/tenants/{tenant}/grants",
            get(tenant::mend::confirm).post(tenant::mend::grant),
        )
        .route("/tenants/{tenant}/hand-off", post(tenant::mend::hand_off))
        .route("/tenants/{tenant}/report", get(tenant::report::page))
        .route("/repair", get(repair::show))
        .route("/repair/begin", post(repair::begin))
        .route("/repair/done", get(repair::done))
        .route("/tenants/{tenant}/report.csv", get(tenant::report::csv))
        .route("/tenants/{tenant}/report.json", get(tenant::report::json))
        .route(
            "/tenants/{tenant}/authorize",
            get(tenant::authorize).post(tenant::authorize_again),
        )
        .route("/static/{*name}", get(assets::asset))
        .merge(onboarding::routes(&state))
        .merge(staff::routes(&state))
        .merge(support::routes())
        .merge(health_routes())
        .fallback(async || StatusCode::NOT_FOUND)
        .method_not_allowed_fallback(async || StatusCode::METHOD_NOT_ALLOWED);
    let router = layers::refuse_other_sites(router, &state).merge(api::routes(&state));
    layers::around(router, &state).with_state(state)
}

/// What only a Super Administrator may, and the sign-ins that show it.
fn proven_routes() -> Router<AppState> {
    Router::new()
        .route(
            "/tenants/{tenant}/disconnect/verify",
            get(tenant::proof::before_disconnect),
        )
        .route(
            "/tenants/{tenant}/grants/authorize",
            get(tenant::authorize_for_grants),
        )
        .route("/tenants/{tenant}/held", get(tenant::held::show))
        .route("/tenants/{tenant}/held/sign-in", get(tenant::held::choose))
        .route("/tenants/{tenant}/people", get(tenant::people::list))
        .route(
            "/tenants/{tenant}/people/verify",
            get(tenant::proof::before_people),
        )
        .route(
            "/tenants/{tenant}/people/{person}/remove",
            get(tenant::people::confirm).post(tenant::people::remove),
        )
}

/// What the listener for operators serves.
pub fn admin_router(state: AppState, metrics: Option<(MetricsText, Measures)>) -> Router {
    let metrics = metrics.map(|(text, measures)| metrics::routes(text, measures));
    health_routes()
        .merge(metrics.unwrap_or_default())
        .fallback(async || StatusCode::NOT_FOUND)
        .with_state(state)
}

fn health_routes() -> Router<AppState> {
    Router::new()
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
}
