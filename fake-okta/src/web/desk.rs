//! The fault desk over HTTP, under `/__fake/`: for the demo, browser tests and other processes. It
//! asks for nothing, because the fake listens on the loopback address only.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::faults::Fault;
use crate::org::Org;
use crate::state::Override;

pub(super) fn router() -> Router<Arc<Org>> {
    Router::new()
        .route("/faults", get(list).post(add).delete(clear))
        .route("/faults/{number}", delete(remove))
        .route("/overrides", post(add_override).delete(clear_overrides))
        .route("/limits", post(limit).delete(lift_limits))
        .route("/requests", get(requests).delete(forget_requests))
        .route("/clock", get(clock).post(advance))
        .route("/rotate-keys", post(rotate_keys))
        .route("/state", get(state))
}

async fn list(State(org): State<Arc<Org>>) -> Json<Value> {
    let faults = org.faults.list();
    let faults: Vec<Value> = faults
        .iter()
        .map(|(number, fault)| json!({"number": number, "fault": fault}))
        .collect();
    Json(json!({ "faults": faults }))
}

async fn add(State(org): State<Arc<Org>>, Json(fault): Json<Fault>) -> Response {
    let number = org.faults.add(fault);
    (StatusCode::CREATED, Json(json!({ "number": number }))).into_response()
}

async fn clear(State(org): State<Arc<Org>>) -> StatusCode {
    org.faults.clear();
    StatusCode::NO_CONTENT
}

async fn remove(State(org): State<Arc<Org>>, Path(number): Path<u64>) -> StatusCode {
    org.faults.remove(number);
    StatusCode::NO_CONTENT
}

async fn add_override(State(org): State<Arc<Org>>, Json(new): Json<Override>) -> StatusCode {
    org.change(|state| state.overrides.push(new));
    StatusCode::CREATED
}

async fn clear_overrides(State(org): State<Arc<Org>>) -> StatusCode {
    org.change(|state| state.overrides.clear());
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum Limit {
    Bucket {
        path: String,
        per_window: u32,
        seconds: Option<i64>,
    },
    Concurrency {
        concurrency: usize,
    },
}

async fn limit(State(org): State<Arc<Org>>, Json(limit): Json<Limit>) -> StatusCode {
    match limit {
        Limit::Bucket {
            path,
            per_window,
            seconds,
        } => org.limits.limit(&path, per_window, seconds),
        Limit::Concurrency { concurrency } => org.limits.limit_concurrency(concurrency),
    }
    StatusCode::CREATED
}

async fn lift_limits(State(org): State<Arc<Org>>) -> StatusCode {
    org.limits.lift();
    StatusCode::NO_CONTENT
}

async fn requests(State(org): State<Arc<Org>>) -> Json<Value> {
    Json(json!({ "requests": org.log.all() }))
}

async fn forget_requests(State(org): State<Arc<Org>>) -> StatusCode {
    org.log.clear();
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
struct Advance {
    seconds: i64,
}

async fn clock(State(org): State<Arc<Org>>) -> Json<Value> {
    Json(json!({"now": org.now(), "offset": org.clock.offset()}))
}

async fn advance(state: State<Arc<Org>>, Json(by): Json<Advance>) -> Json<Value> {
    state.clock.advance(by.seconds);
    clock(state).await
}

async fn rotate_keys(State(org): State<Arc<Org>>) -> StatusCode {
    org.change(|state| state.key_generation += 1);
    StatusCode::NO_CONTENT
}

/// Everything, secrets included; they are fake.
async fn state(State(org): State<Arc<Org>>) -> Json<Value> {
    let state = org.state().clone();
    Json(serde_json::to_value(state).expect("the state serializes, as it does for the state file"))
}
