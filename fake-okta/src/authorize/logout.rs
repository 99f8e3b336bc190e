//! Signing out at the request of a client.

use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::ids;
use crate::web::{Call, Params, error_page, see_other};
use crate::words;

/// Ends the browser's session and returns to a registered address, if one was named.
pub(crate) async fn logout(call: Call) -> Response {
    let parameters = if call.method == Method::POST {
        &call.form
    } else {
        &call.query
    };
    let Some(client_id) = parameters.get("id_token_hint").and_then(audience) else {
        return error_page(&call.org, 400, words::LOGOUT_HINT);
    };
    let Some(back) = parameters.get("post_logout_redirect_uri") else {
        end_session(&call);
        return see_other("/");
    };
    let registered = call.org.state().app(&client_id).is_some_and(|app| {
        app.post_logout_redirect_uris
            .iter()
            .any(|known| known == back)
    });
    if !registered {
        return error_page(&call.org, 400, words::LOGOUT_UNREGISTERED);
    }
    end_session(&call);
    let location = match parameters.get("state") {
        Some(state) => {
            let state = Params(vec![("state".to_owned(), state.to_owned())]);
            format!("{back}?{}", state.encoded())
        }
        None => back.to_owned(),
    };
    (StatusCode::FOUND, [(header::LOCATION, location)]).into_response()
}

/// Whom an ID token was issued to. It is a hint: whether it has expired, or who signed it, does not
/// matter to what a signed-out browser may see.
fn audience(id_token: &str) -> Option<String> {
    let payload = ids::from_b64url(id_token.split('.').nth(1)?)?;
    let claims: serde_json::Value = serde_json::from_slice(&payload).ok()?;
    Some(claims.get("aud")?.as_str()?.to_owned())
}

fn end_session(call: &Call) {
    if let Some(session) = call.session_id() {
        call.org.change(|state| state.sessions.remove(&session));
    }
}
