//! Many organizations behind one listener, told apart by the `Host` header.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use tower::ServiceExt;

use super::{Problem, router};
use crate::org::Org;

/// The organizations by host and port. Each one's routes are made when it is first asked.
struct Hosts(HashMap<String, (Arc<Org>, OnceLock<Router>)>);

pub(crate) fn by_host(organizations: Vec<Arc<Org>>) -> Router {
    let hosts = organizations.into_iter().map(|org| {
        let host = org.origin.trim_start_matches("http://").to_owned();
        (host, (org, OnceLock::new()))
    });
    let hosts = Arc::new(Hosts(hosts.collect()));
    Router::new().fallback(dispatch).with_state(hosts)
}

async fn dispatch(State(hosts): State<Arc<Hosts>>, request: Request) -> Response {
    let host = request.headers().get(header::HOST);
    let host = host.and_then(|host| host.to_str().ok()).unwrap_or_default();
    let Some((org, routes)) = hosts.0.get(&host.to_ascii_lowercase()) else {
        return Problem::api(404, "E0000007", "Not found: no such organization").into_response();
    };
    let routes = routes.get_or_init(|| router(Arc::clone(org))).clone();
    routes.oneshot(request).await.into_response()
}
