//! The authorization endpoint and the browser's side of signing in and out.

mod answer;
mod decide;
mod logout;
mod request;
mod sign_in;

use axum::http::Method;
use axum::response::Response;

pub(crate) use logout::logout;
pub(crate) use sign_in::{own_origin_only, sign_in, sign_in_form, sign_in_page, sign_out};

use crate::web::{Call, error_page};
use answer::to_client;
use decide::decide;
use request::{AuthorizationRequest, Refusal};

/// Starts an authorization: refuses, asks for a sign-in, or answers the client at once.
pub(crate) async fn authorize(call: Call) -> Response {
    let parameters = if call.method == Method::POST {
        &call.form
    } else {
        &call.query
    };
    let request = match AuthorizationRequest::check(&call.org, parameters) {
        Ok(request) => request,
        Err(refusal) => return refused(&call, refusal),
    };
    let session = call.signed_in();
    let fresh_enough = session
        .as_ref()
        .is_some_and(|(_, since)| request.accepts_session(*since, call.org.now()));
    match session {
        Some((person, since)) if fresh_enough => to_client(
            &call.org,
            &request.reply,
            decide(&call.org, &request, &person, since),
        ),
        _ if request.prompt_none() => to_client(
            &call.org,
            &request.reply,
            Err(crate::words::LOGIN_REQUIRED.into()),
        ),
        _ => {
            let again = format!("/oauth2/v1/authorize?{}", parameters.encoded());
            sign_in_form(&call.org, 200, &again, request.login_hint(), None)
        }
    }
}

/// Answers an authorization request by a refusal that was found in its parameters.
fn refused(call: &Call, refusal: Refusal) -> Response {
    match refusal {
        Refusal::Page(text) => error_page(&call.org, 400, &text),
        Refusal::ToClient(reason) => to_client(&call.org, &reason.0, Err(reason.1)),
    }
}
