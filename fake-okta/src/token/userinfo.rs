//! Claims about the person behind an access token. Its errors are in a header only.

use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::issue::person_claims;
use crate::web::{Call, Problem};

/// `/oauth2/v1/userinfo`
pub(crate) async fn userinfo(call: Call) -> Result<Response, Problem> {
    let refuse = |status, error: &str, description: &str| {
        let challenge = format!(
            "Bearer realm=\"{}\", error=\"{error}\", error_description=\"{description}\"",
            call.org.origin
        );
        Problem::Challenge { status, challenge }
    };
    let Some(value) = call.authorization("bearer") else {
        return Err(refuse(
            401,
            "invalid_request",
            "The access token is missing.",
        ));
    };
    let state = call.org.state();
    let invalid = || refuse(401, "invalid_token", "The access token is invalid.");
    let token = state
        .live_access(value, call.org.now())
        .ok_or_else(invalid)?;
    if !token.scopes.iter().any(|scope| scope == "openid") {
        let description = "The access token must provide access to at least one of these scopes - \
                           profile, openid, email, address, phone";
        return Err(refuse(403, "insufficient_scope", description));
    }
    let person = token.person_id.as_deref().and_then(|id| state.person(id));
    let person = person.ok_or_else(invalid)?;
    let app = state.app(&token.client_id).ok_or_else(invalid)?;
    let mut claims = person_claims(person, app, &token.scopes);
    claims.insert("sub".to_owned(), json!(person.id));
    Ok(axum::Json(Value::Object(claims)).into_response())
}
