//! What lies around every handler, outermost first: see [`around`].

use std::any::Any;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{FromRequestParts, MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;
use tracing::Instrument;

use super::api::{self, ApiProblem};
use super::error::{Cause, PageError};
use super::metrics::count;
use super::pages::ErrorPage;
use super::problem::Problem;
use super::staff;
use super::state::{AppState, Site};
use super::when::when;
use crate::domain::clock::SharedClock;
use crate::domain::id::ReferenceId;

/// No form of ours is larger, a pasted key included.
pub(super) const LARGEST_BODY: usize = 64 * 1024;
/// Longer than the longest conversation with Okta that a page waits for. What spends something goes
/// on in a task of its own.
const LONGEST_ANSWER: Duration = Duration::from_mins(1);

/// The id that an answer, its log lines and its error page share.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reference(pub ReferenceId);

impl<S: Sync> FromRequestParts<S> for Reference {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let found = parts.extensions.get::<Self>().copied();
        Ok(found.unwrap_or_else(|| Self(ReferenceId::new())))
    }
}

/// Refuses what another site sends (Fetch Metadata, Origin), so that forms need no tokens. Pages only:
/// a call of the API carries a key, which no browser sends by itself, and its cookies count for nothing.
pub(super) fn refuse_other_sites(router: Router<AppState>, state: &AppState) -> Router<AppState> {
    let own_origin = state.site.public_url.origin().ascii_serialization();
    let csrf = CsrfLayer::new()
        .add_trusted_origin(&own_origin)
        .unwrap_or_default();
    let own_origin: Arc<str> = own_origin.into();
    let only_ours = from_fn(move |request, next| only_ours(Arc::clone(&own_origin), request, next));
    router.layer(csrf).layer(only_ours)
}

/// Without Fetch Metadata, `Origin` has to be ours as a whole. The layer above compares hosts alone, and
/// `http://` at the same host is whoever sits between that browser and us.
async fn only_ours(own: Arc<str>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let is_foreign = headers
        .get(header::ORIGIN)
        .is_some_and(|origin| origin.as_bytes() != own.as_bytes());
    let is_vouched_for = headers.contains_key("sec-fetch-site");
    if is_foreign && !is_vouched_for && !request.method().is_safe() {
        return StatusCode::FORBIDDEN.into_response();
    }
    next.run(request).await
}

/// Puts everything around `router`. Read from the top: the first line sees a request first and its
/// answer last.
pub(super) fn around(router: Router<AppState>, state: &AppState) -> Router<AppState> {
    let layers = ServiceBuilder::new()
        .layer(from_fn(count))
        .layer(from_fn(log))
        .layer(from_fn_with_state(state.clone(), harden))
        .layer(from_fn_with_state(state.clone(), render_errors))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            LONGEST_ANSWER,
        ))
        .layer(RequestBodyLimitLayer::new(LARGEST_BODY));
    router.layer(layers)
}

/// One line per request: method and matched route, never the address, whose query may hold a code.
async fn log(mut request: Request, next: Next) -> Response {
    let reference = Reference(ReferenceId::new());
    request.extensions_mut().insert(reference);
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("unmatched", MatchedPath::as_str)
        .to_owned();
    let span =
        tracing::info_span!("request", method = %request.method(), route, reference = %reference.0);
    let began = Instant::now();
    async move {
        let mut response = next.run(request).await;
        let status = response.status().as_u16();
        let took_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        let cause = response
            .extensions()
            .get::<Cause>()
            .map(|Cause(cause)| chain(cause.as_ref()));
        match (&cause, status) {
            (Some(cause), 500..) => {
                tracing::error!(status, took_ms, %cause, "answered with an error");
            }
            (Some(cause), _) => tracing::warn!(status, took_ms, %cause, "answered with an error"),
            _ => tracing::info!(status, took_ms, "answered"),
        }
        if let Ok(value) = HeaderValue::from_str(&reference.0.to_string()) {
            response
                .headers_mut()
                .insert(HeaderName::from_static("x-request-id"), value);
        }
        response
    }
    .instrument(span)
    .await
}

/// An error with everything that led to it.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.ends_with(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        source = cause.source();
    }
    text
}

/// The headers of every answer.
async fn harden(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    // Nothing inline anywhere, so neither a nonce nor a hash is needed.
    set(
        headers,
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    );
    set(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(headers, header::X_FRAME_OPTIONS, "DENY");
    set(headers, header::REFERRER_POLICY, "no-referrer");
    set(
        headers,
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    );
    set(
        headers,
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    );
    set(
        headers,
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    );
    if state.site.is_https() {
        set(
            headers,
            header::STRICT_TRANSPORT_SECURITY,
            "max-age=31536000",
        );
    }
    // Whoever wants to be kept says so; a tenant's page never is, not even behind the back button.
    if !headers.contains_key(header::CACHE_CONTROL) {
        set(headers, header::CACHE_CONTROL, "no-store");
    }
    response
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.insert(name, HeaderValue::from_static(value));
}

/// Turns every answer that is an error into a page, under `/api` into data, also those that no handler
/// made.
async fn render_errors(
    State(site): State<Arc<Site>>,
    State(clock): State<SharedClock>,
    reference: Reference,
    request: Request,
    next: Next,
) -> Response {
    let is_api = api::is_api(request.uri().path());
    let for_staff = staff::is_theirs(request.uri().path());
    let mut response = next.run(request).await;
    let status = response.status();
    let is_error = status.is_client_error() || status.is_server_error();
    if is_api && is_error {
        return as_data(response, reference);
    }
    let is_finished = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| !kind.as_bytes().starts_with(b"text/plain"));
    let problem = response.extensions_mut().remove::<Problem>();
    if !is_error || (problem.is_none() && is_finished) {
        return response;
    }
    let cause = response.extensions_mut().remove::<Cause>();
    let problem = problem.unwrap_or_else(|| Problem::of_status(status));
    let problem = if for_staff {
        staff::said_to_staff(problem)
    } else {
        problem
    };
    let mut rendered = page(&site, &clock, reference.0, problem, for_staff);
    if let Some(cause) = cause {
        rendered.extensions_mut().insert(cause);
    }
    rendered
}

fn as_data(mut response: Response, reference: Reference) -> Response {
    let status = response.status();
    let problem = response.extensions_mut().remove::<ApiProblem>();
    let problem = problem.unwrap_or_else(|| ApiProblem::of_status(status));
    let mut rendered = api::render(&problem, reference);
    if let Some(allow) = response.headers_mut().remove(header::ALLOW) {
        rendered.headers_mut().insert(header::ALLOW, allow);
    }
    if let Some(cause) = response.extensions_mut().remove::<Cause>() {
        rendered.extensions_mut().insert(cause);
    }
    rendered
}

fn page(
    site: &Site,
    clock: &SharedClock,
    reference: ReferenceId,
    problem: Problem,
    for_staff: bool,
) -> Response {
    let now = clock.now();
    let retry_after = problem.retry_after;
    let page = ErrorPage {
        layout: site.layout(&problem.title),
        title: problem.title,
        what: problem.what,
        why: problem.why,
        steps: problem.steps,
        actions: problem.actions,
        reference: Some(reference.to_string()),
        happened: Some(when(now, now)),
        okta_said: problem.okta_said,
        said_by: problem.said_by.to_owned(),
        for_staff,
    };
    let mut response = (problem.status, page).into_response();
    if let Some(seconds) = retry_after {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// A panic is our mistake. Its message stays out of the answer and, since it may quote anything, out
/// of the log: where it happened is printed by the panic hook.
fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    PageError::status(StatusCode::INTERNAL_SERVER_ERROR).into_response()
}
