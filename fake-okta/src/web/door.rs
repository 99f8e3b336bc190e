//! The door: every request passes here to be logged, to meet the faults that are set for it, and to
//! get the headers that Okta puts on everything.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine;

use super::call::{Params, is_form};
use crate::clock::http_date;
use crate::faults::{Effect, answer_instead, reshape};
use crate::ids;
use crate::log::RequestRecord;
use crate::org::Org;

const MOST_BYTES: usize = 1 << 20;
const LIMIT: u32 = 600;
const WINDOW: i64 = 60;

/// Calls per path in the current window. The fake reports them and leaves refusing to the fault desk.
#[derive(Debug, Default)]
pub(crate) struct Counters(Mutex<BTreeMap<String, (i64, u32)>>);

impl Counters {
    /// What is left for a path, and when its window ends.
    fn count(&self, path: &str, now: i64) -> (u32, i64) {
        let mut counters = self.0.lock().expect("no holder of the lock panics");
        let entry = counters.entry(path.to_owned()).or_insert((now, 0));
        if now >= entry.0 + WINDOW {
            *entry = (now, 0);
        }
        entry.1 += 1;
        (LIMIT.saturating_sub(entry.1), entry.0 + WINDOW)
    }
}

pub(crate) async fn door(
    State((org, counters)): State<(Arc<Org>, Arc<Counters>)>,
    request: Request,
    next: Next,
) -> Response {
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
    let number = org.log.arrived(record(&org, &parts, &body));
    let effects = org.faults.at_the_door(&method, &path);
    let request = Request::from_parts(parts, Body::from(body));
    let mut response = answer(&org, request, next, &effects).await;
    okta_headers(&org, &counters, &path, response.headers_mut());
    for effect in &effects {
        response = reshape(response, effect).await;
    }
    org.log.answered(number, response.status().as_u16());
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
        None => next.run(request).await,
    }
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
        status: 0,
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
fn okta_headers(org: &Org, counters: &Counters, path: &str, headers: &mut HeaderMap) {
    let now = org.now();
    let (remaining, reset) = counters.count(path, now);
    let values = [
        ("x-okta-request-id", ids::random(28)),
        ("x-rate-limit-limit", LIMIT.to_string()),
        ("x-rate-limit-remaining", remaining.to_string()),
        ("x-rate-limit-reset", reset.to_string()),
        ("date", http_date(now)),
    ];
    for (name, value) in values {
        if !headers.contains_key(name) {
            let value = HeaderValue::from_str(&value).expect("digits and letters");
            headers.insert(name, value);
        }
    }
}
