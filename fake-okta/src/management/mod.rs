//! The part of the management API that a connected service calls. One table says, for each call,
//! which scope the token needs and which administrator roles suffice; the checks are made here, in
//! Okta's order: token, feature, scope, role, and only then the thing itself.

mod apps;
mod caller;
mod grants;
mod page;
mod people;
mod plain;
mod table;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use crate::state::{Edition, OrgState, OverrideAnswer};
use crate::web::{Call, Problem};
use caller::Caller;
use table::{Endpoint, TABLE};

/// What a call answers.
pub(super) struct Reply {
    status: StatusCode,
    body: Option<Value>,
    /// `Link` headers.
    links: Vec<String>,
}

impl Reply {
    fn ok(body: Value) -> Self {
        Self::new(StatusCode::OK, Some(body))
    }

    fn created(body: Value) -> Self {
        Self::new(StatusCode::CREATED, Some(body))
    }

    fn no_content() -> Self {
        Self::new(StatusCode::NO_CONTENT, None)
    }

    fn new(status: StatusCode, body: Option<Value>) -> Self {
        Self {
            status,
            body,
            links: Vec::new(),
        }
    }

    /// The same for somebody who sees none of a list.
    fn emptied(mut self) -> Self {
        if let Some(Value::Array(rows)) = &mut self.body {
            rows.clear();
            self.links.clear();
        }
        self
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let mut response = match self.body {
            Some(body) => (self.status, axum::Json(body)).into_response(),
            None => self.status.into_response(),
        };
        let headers = response.headers_mut();
        headers.insert(
            header::CACHE_CONTROL,
            HeaderValue::from_static("no-cache, no-store"),
        );
        for link in &self.links {
            let link = HeaderValue::from_str(link).expect("an address of letters and digits");
            headers.append(header::LINK, link);
        }
        response
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
}

/// Any path under `/api/` and `/oauth2/v1/clients`.
pub(crate) async fn dispatch(call: Call) -> Result<Response, Problem> {
    let (endpoint, parts) = find(&call)?;
    let caller = caller::identify(&call, endpoint.scope)?;
    let override_answer = overridden(&call, &caller);
    if override_answer == Some(OverrideAnswer::TokenRefused) {
        return Err(Problem::api(403, "E0000005", "Invalid session"));
    }
    check_available(&call.org.state(), &call.path, endpoint)?;
    caller.check_scope(&call, endpoint.scope)?;
    caller.check_role(endpoint.roles)?;
    if override_answer == Some(OverrideAnswer::RoleRefused) {
        return Err(Problem::forbidden());
    }
    let context = Context {
        call: &call,
        caller: &caller,
        parts,
    };
    let reply = (endpoint.answer)(&context)?;
    Ok(match override_answer {
        Some(OverrideAnswer::EmptyForRole) => reply.emptied().into_response(),
        _ => reply.into_response(),
    })
}

/// The answer that a test wants in place of the one that role and token give.
fn overridden(call: &Call, caller: &Caller) -> Option<OverrideAnswer> {
    let state = call.org.state();
    let (client_id, person) = (&caller.token.client_id, &caller.token.person_id);
    let person = person.as_deref().and_then(|id| state.person(id));
    let login = person.map(|person| person.login.as_str());
    let mut overrides = state.overrides.iter();
    let found = overrides.find(|one| one.applies(&call.path, client_id, login));
    found.map(|one| one.answer)
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
