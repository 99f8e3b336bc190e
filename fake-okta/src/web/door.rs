//! The door: every request passes here to be logged, to meet the faults that are set for it, and to
//! get the headers that Okta puts on everything.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine;

use super::call::{Params, is_form};
use crate::clock::http_date;
use crate::faults::{Effect, answer_instead, rate_limited, reshape};
use crate::ids;
use crate::limits::Standing;
use crate::log::RequestRecord;
use crate::org::Org;

const MOST_BYTES: usize = 1 << 20;
/// How soon a request may come back that was one too many at a time; Okta only suggests it.
const CONCURRENCY_PAUSE: i64 = 1;

/// One request on its way through: counted while it is handled, noted when it ends, also when its
/// client goes away before.
struct Turn {
    org: Arc<Org>,
    number: usize,
    is_api: bool,
    is_too_many: bool,
    status: u16,
}

impl Turn {
    fn begin(org: &Arc<Org>, record: RequestRecord) -> Self {
        let is_api = is_api(&record.path);
        Self {
            number: org.log.arrived(record),
            is_too_many: is_api && !org.limits.enter(),
            org: Arc::clone(org),
            is_api,
            status: 0,
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if self.is_api {
            self.org.limits.leave();
        }
        self.org.log.ended(self.number, self.status);
    }
}

/// The management API, which concurrency is counted of.
fn is_api(path: &str) -> bool {
    path.starts_with("/api/") || path.starts_with("/oauth2/v1/clients")
}

pub(crate) async fn door(State(org): State<Arc<Org>>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    if path.starts_with("/__fake/") {
        return next.run(request).await;
    }
    let method = request.method().to_string();
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MOST_BYTES).await else {
        return super::Problem::api(413, "E0000003", "The request body was not well-formed.")
            .into_response();
    };
    let mut turn = Turn::begin(&org, record(&org, &parts, &body));
    let standing = org.limits.count(&path, org.now());
    let effects = org.faults.at_the_door(&method, &path);
    let request = Request::from_parts(parts, Body::from(body));
    let mut response = if turn.is_too_many {
        rate_limited(0, org.now() + CONCURRENCY_PAUSE)
    } else if standing.is_refused {
        rate_limited(standing.limit, standing.reset)
    } else {
        answer(&org, request, next, &effects).await
    };
    okta_headers(&org, standing, response.headers_mut());
    for effect in &effects {
        response = reshape(response, effect).await;
    }
    turn.status = response.status().as_u16();
    response
}

async fn answer(org: &Arc<Org>, request: Request, next: Next, effects: &[Effect]) -> Response {
    for effect in effects {
        if let Effect::Delay { ms } = effect {
            tokio::time::sleep(Duration::from_millis(*ms)).await;
        }
    }
    match effects
        .iter()
        .find_map(|effect| answer_instead(org, effect))
    {
        Some(response) => response,
        None => handled(request, next, effects).await,
    }
}

/// A request that waits in a queue is handled in a task of its own, which its client cannot end.
async fn handled(request: Request, next: Next, effects: &[Effect]) -> Response {
    let queued = effects.iter().find_map(|effect| match effect {
        Effect::Queued { ms } => Some(Duration::from_millis(*ms)),
        _ => None,
    });
    let Some(pause) = queued else {
        return next.run(request).await;
    };
    let work = async move {
        tokio::time::sleep(pause).await;
        next.run(request).await
    };
    let internal =
        |_| super::Problem::api(500, "E0000009", "Internal Server Error").into_response();
    tokio::spawn(work).await.unwrap_or_else(internal)
}

fn record(org: &Org, parts: &axum::http::request::Parts, body: &[u8]) -> RequestRecord {
    let form = if is_form(&parts.headers) {
        Params::parse(&String::from_utf8_lossy(body))
    } else {
        Params::default()
    };
    let query = parts.uri.query().map(str::to_owned);
    let headers = parts.headers.iter().map(|(name, value)| {
        (
            name.to_string(),
            String::from_utf8_lossy(value.as_bytes()).into_owned(),
        )
    });
    RequestRecord {
        at: org.now(),
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        client_id: client_id(&parts.headers, query.as_deref(), &form),
        query,
        headers: headers.collect(),
        form: form.0,
        ..RequestRecord::default()
    }
}

fn client_id(headers: &HeaderMap, query: Option<&str>, form: &Params) -> Option<String> {
    let from_query = || Params::parse(query?).get("client_id").map(str::to_owned);
    let from_basic = || {
        let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
        let decoded = ids::from_b64_standard(value.strip_prefix("Basic ")?)?;
        let text = String::from_utf8(decoded).ok()?;
        Some(text.split_once(':')?.0.to_owned())
    };
    let from_assertion = || {
        let claims = form.get("client_assertion")?.split('.').nth(1)?.to_owned();
        let engine = base64::engine::general_purpose::URL_SAFE_NO_PAD;
        let claims: serde_json::Value =
            serde_json::from_slice(&engine.decode(claims).ok()?).ok()?;
        Some(claims.get("iss")?.as_str()?.to_owned())
    };
    form.get("client_id")
        .map(str::to_owned)
        .or_else(from_query)
        .or_else(from_basic)
        .or_else(from_assertion)
}

/// Puts on what Okta puts on every answer, without replacing what a fault has set.
fn okta_headers(org: &Org, standing: Standing, headers: &mut HeaderMap) {
    let values = [
        ("x-okta-request-id", ids::random(28)),
        ("x-rate-limit-limit", standing.limit.to_string()),
        ("x-rate-limit-remaining", standing.remaining.to_string()),
        ("x-rate-limit-reset", standing.reset.to_string()),
        ("date", http_date(org.now())),
    ];
    for (name, value) in values {
        if !headers.contains_key(name) {
            let value = HeaderValue::from_str(&value).expect("digits and letters");
            headers.insert(name, value);
        }
    }
}
