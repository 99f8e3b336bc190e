//! `/healthz` and `/readyz`: alive, and able to work.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use crate::flows::Health;

/// The process answers. It says nothing of its dependencies: a restart would not mend those.
pub(super) async fn alive() -> Response {
    (
        [(header::CACHE_CONTROL, "no-store")],
        Json(json!({ "status": "ok" })),
    )
        .into_response()
}

/// Each dependency by name, asked now.
pub(super) async fn ready(State(health): State<Health>) -> Response {
    let readiness = health.readiness().await;
    let mut dependencies = Map::new();
    for dependency in &readiness.dependencies {
        let micros = u64::try_from(dependency.took.as_micros()).unwrap_or(u64::MAX);
        let mut entry = json!({
            "status": if dependency.trouble.is_none() { "ok" } else { "down" },
            "latency_us": micros,
        });
        if let Some(trouble) = &dependency.trouble {
            entry["detail"] = Value::from(trouble.as_str());
        }
        dependencies.insert(dependency.name.to_owned(), entry);
    }
    let (status, word) = if readiness.is_ready() {
        (StatusCode::OK, "ready")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not_ready")
    };
    let body = Json(json!({ "status": word, "dependencies": dependencies }));
    (status, [(header::CACHE_CONTROL, "no-store")], body).into_response()
}
