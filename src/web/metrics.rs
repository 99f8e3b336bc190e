//! What is counted of requests, and `/metrics`, which only the listener for operators serves.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use metrics::Unit;

use super::state::AppState;
use crate::flows::Measures;

/// The version of the text format (Prometheus, *Exposition formats*).
const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// What gives the metrics' text when somebody asks.
#[derive(Clone)]
pub struct MetricsText(Arc<dyn Fn() -> String + Send + Sync>);

impl std::fmt::Debug for MetricsText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MetricsText")
    }
}

impl MetricsText {
    pub fn new(render: impl Fn() -> String + Send + Sync + 'static) -> Self {
        Self(Arc::new(render))
    }
}

/// The route, for the listener that only operators reach.
pub(super) fn routes(text: MetricsText, measures: Measures) -> Router<AppState> {
    let router = Router::new().route("/metrics", get(show));
    router.with_state((text, measures))
}

async fn show(State((text, measures)): State<(MetricsText, Measures)>) -> Response {
    measures.take().await;
    let headers = [
        (header::CONTENT_TYPE, TEXT),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, (text.0)()).into_response()
}

/// Says what is counted here, and begins at nought, so that a series is there before its first event.
pub fn describe_metrics() {
    metrics::describe_counter!(
        "grantway_http_requests_total",
        Unit::Count,
        "Answers of the public listener, by method, matched route and class of the status"
    );
    metrics::describe_histogram!(
        "grantway_http_request_duration_seconds",
        Unit::Seconds,
        "Time until the answer's head was ready, by method and matched route"
    );
    metrics::describe_counter!(
        "grantway_http_connections_refused_total",
        Unit::Count,
        "Connections that were turned away because too many are open, of one address or in all"
    );
    for limit in ["in_all", "per_address"] {
        metrics::counter!("grantway_http_connections_refused_total", "limit" => limit).increment(0);
    }
    let (method, route) = ("GET", "/healthz");
    metrics::counter!("grantway_http_requests_total", "method" => method, "route" => route, "status" => "2xx")
        .increment(0);
    let _ = metrics::histogram!("grantway_http_request_duration_seconds", "method" => method, "route" => route);
}

/// Counts an answer and its time.
pub(super) async fn count(request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let began = Instant::now();
    let response = next.run(request).await;
    let route = route.as_ref().map_or("unmatched", MatchedPath::as_str);
    answered(&method, route, response.status(), began.elapsed());
    response
}

/// Counts one answer. The route is the pattern that matched, and a method is one that we know: what a
/// stranger writes into a request never becomes a label.
fn answered(method: &Method, route: &str, status: StatusCode, took: Duration) {
    let (method, route) = (known(method), route.to_owned());
    metrics::counter!(
        "grantway_http_requests_total",
        "method" => method, "route" => route.clone(), "status" => class(status)
    )
    .increment(1);
    metrics::histogram!("grantway_http_request_duration_seconds", "method" => method, "route" => route)
        .record(took);
}

fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

fn class(status: StatusCode) -> &'static str {
    match status.as_u16() {
        100..200 => "1xx",
        200..300 => "2xx",
        300..400 => "3xx",
        400..500 => "4xx",
        _ => "5xx",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_that_somebody_made_up_is_no_label() {
        let made_up = Method::from_bytes(b"TENANT-0193").expect("a method");
        assert_eq!(known(&made_up), "other");
        assert_eq!(known(&Method::DELETE), "DELETE");
    }

    #[test]
    fn statuses_are_counted_by_class() {
        for (status, expected) in [
            (101, "1xx"),
            (204, "2xx"),
            (303, "3xx"),
            (429, "4xx"),
            (503, "5xx"),
        ] {
            let status = StatusCode::from_u16(status).expect("a status");
            assert_eq!(class(status), expected);
        }
    }
}
