//! The part of the management API that a connected service calls. One table says, for each call,
//! which scope the token needs and which administrator roles suffice; the checks are made here, in
//! Okta's order: token, feature, scope, role, and only then the thing itself.

mod apps;
mod caller;
mod grants;
mod people;
mod plain;
mod table;

use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use crate::state::{Edition, OrgState};
use crate::web::{Call, Problem};
use caller::Caller;
use table::{Endpoint, TABLE};

/// What a call answers.
pub(super) struct Reply {
    status: StatusCode,
    body: Option<Value>,
}

impl Reply {
    fn ok(body: Value) -> Self {
        Self {
            status: StatusCode::OK,
            body: Some(body),
        }
    }

    fn created(body: Value) -> Self {
        Self {
            status: StatusCode::CREATED,
            body: Some(body),
        }
    }

    fn no_content() -> Self {
        Self {
            status: StatusCode::NO_CONTENT,
            body: None,
        }
    }
}

/// What a call may use: the request, who makes it, and the variable parts of its path.
pub(super) struct Context<'a> {
    call: &'a Call,
    caller: &'a Caller,
    parts: Vec<&'a str>,
}

impl Context<'_> {
    fn part(&self, number: usize) -> &str {
        self.parts.get(number).copied().unwrap_or_default()
    }

    /// The JSON body.
    fn json(&self) -> Result<Value, Problem> {
        serde_json::from_slice(&self.call.body)
            .map_err(|_| Problem::api(400, "E0000003", "The request body was not well-formed."))
    }

    /// At most as many rows as the request's `limit`.
    fn page(&self, rows: impl Iterator<Item = Value>) -> Reply {
        let limit = self
            .call
            .query
            .get("limit")
            .and_then(|limit| limit.parse().ok());
        Reply::ok(rows.take(limit.unwrap_or(200)).collect())
    }
}

/// Any path under `/api/` and `/oauth2/v1/clients`.
pub(crate) async fn dispatch(call: Call) -> Result<Response, Problem> {
    let (endpoint, parts) = find(&call)?;
    let caller = caller::identify(&call, endpoint.scope)?;
    check_available(&call.org.state(), &call.path, endpoint)?;
    caller.check_scope(&call, endpoint.scope)?;
    caller.check_role(endpoint.roles)?;
    let context = Context {
        call: &call,
        caller: &caller,
        parts,
    };
    let reply = (endpoint.answer)(&context)?;
    let mut response = match reply.body {
        Some(body) => (reply.status, axum::Json(body)).into_response(),
        None => reply.status.into_response(),
    };
    let no_store = HeaderValue::from_static("no-cache, no-store");
    response.headers_mut().insert("cache-control", no_store);
    Ok(response)
}

/// The table's row for a request, and the variable parts of its path.
fn find(call: &Call) -> Result<(&'static Endpoint, Vec<&str>), Problem> {
    let on_path = TABLE
        .iter()
        .filter_map(|row| Some((row, row.match_path(&call.path)?)));
    let mut on_path = on_path.peekable();
    if on_path.peek().is_none() {
        return Err(Problem::api(
            404,
            "E0000008",
            "The requested path was not found",
        ));
    }
    on_path
        .find(|(row, _)| row.method == call.method.as_str())
        .ok_or_else(|| {
            let summary = "The endpoint does not support the provided HTTP method";
            Problem::api(405, "E0000022", summary)
        })
}

/// Features that the organization's edition or licence does not have answer 401.
fn check_available(state: &OrgState, path: &str, endpoint: &Endpoint) -> Result<(), Problem> {
    let unlicensed = state
        .unlicensed
        .iter()
        .any(|prefix| path.starts_with(prefix.as_str()));
    let wrong_edition = endpoint.idx_only && state.edition == Edition::V1;
    if unlicensed || wrong_edition {
        let summary = "You do not have permission to access the feature you are requesting";
        return Err(Problem::api(401, "E0000015", summary));
    }
    Ok(())
}
