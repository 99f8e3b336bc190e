//! `Idempotency-Key`: a request that is sent again, because its answer got lost, is made once and gets
//! the same answer again.

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use super::super::state::AppState;
use super::auth::authenticate;
use super::problem::{ApiProblem, Kind};
use crate::domain::id::TenantId;
use crate::flows::{Idempotency, Pending, Turn, disclose};

const HEADER: HeaderName = HeaderName::from_static("idempotency-key");
/// Marks an answer that was given before.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
const LONGEST_KEY: usize = 255;
/// No answer of ours that makes something is larger.
const LARGEST_ANSWER: usize = 64 * 1024;

/// The header, as the document describes it.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "read by the layer; here it is described")]
pub(super) struct IdempotencyHeader {
    /// A name for this request, such as a UUID: sent again with the same name within 24 hours, it is
    /// not made again but answered again. Another request needs another name.
    #[param(
        rename = "Idempotency-Key",
        required = false,
        nullable = false,
        min_length = 1,
        max_length = 255,
        pattern = "^[!-~]+$"
    )]
    key: Option<String>,
}

/// The name of what a request under a key makes; the same when it is sent again.
#[derive(Debug, Clone, Copy)]
pub(super) struct MadeAs(pub TenantId);

/// An answer as it is kept, sealed.
#[derive(Serialize, Deserialize)]
struct Kept {
    status: u16,
    location: Option<String>,
    body: String,
}

/// The layer around calls that make something.
pub(super) async fn once(State(state): State<AppState>, request: Request, next: Next) -> Response {
    if request.method() != Method::POST || !request.headers().contains_key(HEADER) {
        return next.run(request).await;
    }
    match take_turn(&state, request, next).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    }
}

async fn take_turn(state: &AppState, request: Request, next: Next) -> Result<Response, ApiProblem> {
    let (mut parts, body) = request.into_parts();
    let caller = authenticate(&mut parts, state).await?;
    let key = read_key(&parts.headers)?;
    let body = to_bytes(body, super::super::layers::LARGEST_BODY).await;
    let body = body.map_err(|_| ApiProblem::of_status(StatusCode::PAYLOAD_TOO_LARGE))?;
    let call = format!("{} {}\n", parts.method, parts.uri.path());
    let whole = [call.as_bytes(), &body].concat();
    match state.idempotency.begin(caller.id, &key, &whole).await? {
        Turn::First(pending) => {
            parts.extensions.insert(MadeAs(pending.names()));
            let request = Request::from_parts(parts, Body::from(body));
            make(&state.idempotency, pending, request, next).await
        }
        Turn::Again(answer) => again(&answer),
        Turn::Differs => Err(ApiProblem::new(
            Kind::KeyReused,
            "The Idempotency-Key was used for another request. Take a new one for each request, and keep it only to repeat that request unchanged.",
        )),
        Turn::Running => Err(ApiProblem::new(
            Kind::StillRunning,
            "Wait for the answer to the first request, or send this one again in a moment.",
        )
        .retry_after(1)),
    }
}

/// In a task of its own: a caller that hangs up must not leave the request half made and unanswered.
async fn make(
    idempotency: &Idempotency,
    pending: Pending,
    request: Request,
    next: Next,
) -> Result<Response, ApiProblem> {
    let flow = idempotency.clone();
    let work = async move {
        let response = next.run(request).await;
        if response.status().is_success() {
            keep(&flow, pending, response).await
        } else {
            let ended = if response.status().is_server_error() {
                // It may have been made all the same: sent again, it is the same one.
                flow.set_aside(pending).await
            } else {
                flow.give_up(pending).await
            };
            if let Err(error) = ended {
                tracing::warn!(%error, "a refused request keeps its idempotency key for some minutes");
            }
            response
        }
    };
    Ok(idempotency.finish(work).await?)
}

async fn keep(flow: &Idempotency, pending: Pending, response: Response) -> Response {
    let (parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, LARGEST_ANSWER).await else {
        return ApiProblem::of_status(StatusCode::INTERNAL_SERVER_ERROR).into_response();
    };
    let location = parts.headers.get(header::LOCATION);
    let kept = Kept {
        status: parts.status.as_u16(),
        location: location
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned),
        body: String::from_utf8_lossy(&bytes).into_owned(),
    };
    let answer = SecretString::from(serde_json::to_string(&kept).unwrap_or_default());
    if let Err(error) = flow.keep(pending, &answer).await {
        // It was made, which the caller should hear; only a repetition will not be recognized.
        tracing::warn!(%error, "the answer to a request with an idempotency key was not kept");
    }
    Response::from_parts(parts, Body::from(bytes))
}

fn again(answer: &SecretString) -> Result<Response, ApiProblem> {
    let broken = || ApiProblem::of_status(StatusCode::INTERNAL_SERVER_ERROR);
    let kept: Kept = serde_json::from_str(disclose(answer)).map_err(|_| broken())?;
    let mut headers = HeaderMap::new();
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    if !kept.body.is_empty() {
        let json = HeaderValue::from_static("application/json");
        headers.insert(header::CONTENT_TYPE, json);
    }
    if let Some(location) = kept.location {
        let location = HeaderValue::try_from(location).map_err(|_| broken())?;
        headers.insert(header::LOCATION, location);
    }
    let status = StatusCode::from_u16(kept.status).map_err(|_| broken())?;
    Ok((status, headers, kept.body).into_response())
}

fn read_key(headers: &HeaderMap) -> Result<String, ApiProblem> {
    let mut values = headers.get_all(HEADER).iter();
    let text = values.next().and_then(|value| value.to_str().ok());
    let is_fit = |text: &&str| {
        (1..=LONGEST_KEY).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
    };
    match (text.filter(is_fit), values.next()) {
        (Some(key), None) => Ok(key.to_owned()),
        _ => Err(ApiProblem::new(
            Kind::Malformed,
            "Idempotency-Key: one header of 1 to 255 visible ASCII characters, such as a UUID.",
        )),
    }
}
