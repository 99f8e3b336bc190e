//! The token endpoint and its neighbours. Checks go in Okta's order: who the client is, whether it
//! may use this kind of grant, and only then the grant itself.

mod assertion;
mod client;
mod code;
mod inspect;
mod issue;
mod refresh;
mod service;
mod userinfo;

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

pub(crate) use inspect::{introspect, revoke};
pub(crate) use userinfo::userinfo;

use crate::ids;
use crate::state::App;
use crate::web::{Call, Problem};
use crate::words;
use client::authenticate;

/// `POST /oauth2/v1/token`
pub(crate) async fn token(call: Call) -> Response {
    let mut response = match answer(&call).await {
        Ok(body) => axum::Json(body).into_response(),
        Err(problem) => with_nonce(problem),
    };
    let headers = response.headers_mut();
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("no-cache, no-store"),
    );
    headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    response
}

async fn answer(call: &Call) -> Result<Value, Problem> {
    let app = authenticate(call).await?;
    let grant_type = call.form.get("grant_type").ok_or(words::NO_GRANT_TYPE)?;
    if !matches!(
        grant_type,
        "authorization_code" | "refresh_token" | "client_credentials"
    ) {
        let description = format!(
            "The authorization grant type is not supported by the authorization server. \
             Configured grant types: [{}].",
            app.grant_types.join(", ")
        );
        return Err(Problem::oauth(400, "unsupported_grant_type", description));
    }
    if grant_type == "client_credentials" {
        service::may_use(&app)?;
    }
    if !app.allows(grant_type) {
        return Err(grant_type_refused(&app));
    }
    if app.network_zone_restricted {
        return Err(words::NETWORK_ZONE.into());
    }
    if app.dpop_bound {
        let missing = call.header("dpop").is_none();
        return Err(if missing {
            words::DPOP_MISSING
        } else {
            words::DPOP_NONCE
        }
        .into());
    }
    match grant_type {
        "authorization_code" => code::exchange(call, &app),
        "refresh_token" => refresh::refresh(call, &app),
        _ => service::issue(call, &app),
    }
}

/// The client may not use this kind of grant.
pub(crate) fn grant_type_refused(app: &App) -> Problem {
    let description = format!(
        "The client is not authorized to use the provided grant type. Configured grant types: [{}].",
        app.grant_types.join(", ")
    );
    Problem::oauth(400, "unauthorized_client", description)
}

fn with_nonce(problem: Problem) -> Response {
    let wants_nonce = problem == Problem::from(words::DPOP_NONCE);
    let mut response = problem.into_response();
    if wants_nonce {
        let nonce = HeaderValue::from_str(&ids::random(32)).expect("letters and digits");
        response.headers_mut().insert("dpop-nonce", nonce);
    }
    response
}
