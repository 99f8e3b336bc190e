//! Signing out at the request of a client.

use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::web::{Call, Params, error_page, see_other};
use crate::words;

/// Ends the browser's session and returns to a registered address, if one was named.
pub(crate) async fn logout(call: Call) -> Response {
    let parameters = if call.method == Method::POST {
        &call.form
    } else {
        &call.query
    };
    let Some(back) = parameters.get("post_logout_redirect_uri") else {
        end_session(&call);
        return see_other("/");
    };
    let registered = call.org.state().apps.iter().any(|app| {
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

fn end_session(call: &Call) {
    if let Some(session) = call.session_id() {
        call.org.change(|state| state.sessions.remove(&session));
    }
}
