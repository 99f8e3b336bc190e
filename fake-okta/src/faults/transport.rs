//! Faults of the transport: answers in place of the real one, and real answers reshaped.

use std::io::Write;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde_json::Value;

use super::Effect;
use crate::org::Org;
use crate::web::Problem;

/// The answer that an effect gives in place of the real one, if it does.
pub(crate) fn answer_instead(org: &Org, effect: &Effect) -> Option<Response> {
    Some(match effect {
        Effect::Answer {
            status,
            headers,
            body,
        } => chosen(*status, headers, body),
        Effect::HtmlPage => (
            [(header::CONTENT_TYPE, "text/html;charset=utf-8")],
            "<!DOCTYPE html><html lang=\"en\"><title>Okta</title><h1>Unexpected page</h1></html>",
        )
            .into_response(),
        Effect::RateLimited {
            reset_in,
            concurrency,
        } => rate_limited(
            if *concurrency { 0 } else { 600 },
            org.clock.now() + reset_in,
        ),
        Effect::ServerError => {
            Problem::api(500, "E0000009", "Internal Server Error").into_response()
        }
        Effect::Redirect { to } => {
            (StatusCode::FOUND, [(header::LOCATION, to.clone())]).into_response()
        }
        Effect::Oversized { bytes } => json(format!("{{\"padding\":\"{}\"}}", "x".repeat(*bytes))),
        Effect::GzipBomb { megabytes } => gzip_bomb(*megabytes),
        _ => return None,
    })
}

fn json(body: impl Into<Body>) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], body.into()).into_response()
}

fn chosen(status: u16, headers: &[(String, String)], body: &str) -> Response {
    let mut response = Response::new(Body::from(body.to_owned()));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::IM_A_TEAPOT);
    for (name, value) in headers {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
            response.headers_mut().append(name, value);
        }
    }
    response
}

/// 429 with Okta's body. A limit of 0 is how it tells too many requests at a time.
pub(crate) fn rate_limited(limit: u32, reset: i64) -> Response {
    let summary = "API call exceeded rate limit due to too many requests.";
    let mut response = Problem::api(429, "E0000047", summary).into_response();
    let headers = response.headers_mut();
    headers.insert("x-rate-limit-limit", HeaderValue::from(limit));
    headers.insert("x-rate-limit-remaining", HeaderValue::from_static("0"));
    headers.insert("x-rate-limit-reset", HeaderValue::from(reset));
    response
}

fn gzip_bomb(megabytes: usize) -> Response {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let zeros = vec![b' '; 1 << 20];
    for _ in 0..megabytes {
        writer.write_all(&zeros).expect("writing to memory works");
    }
    let body = writer.finish().expect("writing to memory works");
    let mut response = json(body);
    response
        .headers_mut()
        .insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    response
}

/// Changes a real answer as an effect says.
pub(crate) async fn reshape(response: Response, effect: &Effect) -> Response {
    match effect {
        Effect::LateAnswer { ms } => {
            tokio::time::sleep(Duration::from_millis(*ms)).await;
            response
        }
        Effect::SetField { field, value } => {
            edit(response, |fields| {
                fields.insert(field.clone(), value.clone());
            })
            .await
        }
        Effect::DropField { field } => {
            edit(response, |fields| {
                fields.remove(field);
            })
            .await
        }
        Effect::Cut { after } => in_pieces(response, |body| cut(&body, *after)).await,
        Effect::Drip { chunk, every_ms } => {
            in_pieces(response, |body| drip(body, (*chunk).max(1), *every_ms)).await
        }
        _ => response,
    }
}

async fn edit(
    response: Response,
    change: impl FnOnce(&mut serde_json::Map<String, Value>),
) -> Response {
    let (mut parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let Ok(Value::Object(mut fields)) = serde_json::from_slice(&bytes) else {
        return Response::from_parts(parts, Body::from(bytes));
    };
    change(&mut fields);
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(Value::Object(fields).to_string()))
}

async fn in_pieces(response: Response, send: impl FnOnce(Bytes) -> Body) -> Response {
    let (mut parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
    // The length of the whole answer is announced, so that a client can tell that it was cut.
    parts
        .headers
        .insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len()));
    Response::from_parts(parts, send(bytes))
}

/// Waits between the beginning and the break, or the server would drop both unsent.
fn cut(body: &Bytes, after: usize) -> Body {
    let beginning = body.slice(..after.min(body.len().saturating_sub(1)));
    Body::from_stream(stream::unfold(Some(beginning), |beginning| async move {
        if let Some(beginning) = beginning {
            return Some((Ok(beginning), None));
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        let broken = std::io::Error::other("the fault desk closed the connection");
        Some((Err(broken), None))
    }))
}

fn drip(body: Bytes, chunk: usize, every_ms: u64) -> Body {
    Body::from_stream(stream::unfold(body, move |mut rest| async move {
        if rest.is_empty() {
            return None;
        }
        tokio::time::sleep(Duration::from_millis(every_ms)).await;
        let piece = rest.split_to(chunk.min(rest.len()));
        Some((Ok::<_, std::io::Error>(piece), rest))
    }))
}
