//! The sign-in page: user name and password, and the browser session that they open. One page
//! serves authorization requests and the Admin Console; the form carries where to go next.

use askama::Template;
use axum::http::{HeaderValue, header};
use axum::response::Response;

use super::request::AuthorizationRequest;
use super::{decide, refused, to_client};
use crate::org::Org;
use crate::state::{Person, PersonStatus};
use crate::web::{Call, Params, error_page, page, see_other};
use crate::words;

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage<'a> {
    org: &'a str,
    next: &'a str,
    login: &'a str,
    problem: Option<&'a str>,
    may_cancel: bool,
}

/// The form; `next` is the local address that asked for it.
pub(crate) fn sign_in_form(
    org: &Org,
    status: u16,
    next: &str,
    login: &str,
    problem: Option<&str>,
) -> Response {
    let may_cancel = authorization_query(next).is_some();
    page(
        status,
        &SignInPage {
            org: &org.name,
            next,
            login,
            problem,
            may_cancel,
        },
    )
}

/// `GET /login?next=…`
pub(crate) async fn sign_in_page(call: Call) -> Response {
    let next = local(call.query.get("next"));
    sign_in_form(&call.org, 200, next, "", None)
}

/// `POST /login`: signs in and goes on, or cancels.
pub(crate) async fn sign_in(call: Call) -> Response {
    if let Some(refusal) = own_origin_only(&call) {
        return refusal;
    }
    let next = local(call.form.get("next"));
    if call.form.get("action") == Some("cancel") {
        return cancel(&call, next);
    }
    let login = call.form.get("username").unwrap_or_default();
    let password = call.form.get("password").unwrap_or_default();
    let Some(person) = authenticate(&call.org, login, password) else {
        return sign_in_form(&call.org, 401, next, login, Some("Unable to sign in"));
    };
    let now = call.org.now();
    let session = call.org.change(|state| state.open_session(&person.id, now));
    let mut response = go_on(&call, next, &person);
    let cookie = format!(
        "{}={session}; Path=/; HttpOnly; SameSite=Lax",
        call.cookie_name()
    );
    let cookie = HeaderValue::from_str(&cookie).expect("letters, digits and punctuation");
    response.headers_mut().append(header::SET_COOKIE, cookie);
    response
}

/// `POST /login/signout`
pub(crate) async fn sign_out(call: Call) -> Response {
    if let Some(refusal) = own_origin_only(&call) {
        return refusal;
    }
    if let Some(session) = call.session_id() {
        call.org.change(|state| state.sessions.remove(&session));
    }
    see_other("/")
}

/// A form of another site must not act here.
pub(crate) fn own_origin_only(call: &Call) -> Option<Response> {
    let foreign = call
        .header("origin")
        .is_some_and(|origin| origin != call.org.origin && origin != "null");
    foreign.then(|| error_page(&call.org, 403, "This form was sent from another site."))
}

/// Okta gives one answer for a wrong name, a wrong password and a person who may not sign in.
fn authenticate(org: &Org, login: &str, password: &str) -> Option<Person> {
    let state = org.state();
    let person = state.person_by_login(login)?;
    (person.password == password && person.status == PersonStatus::Active).then(|| person.clone())
}

fn go_on(call: &Call, next: &str, person: &Person) -> Response {
    let Some(query) = authorization_query(next) else {
        return see_other(next);
    };
    match AuthorizationRequest::check(&call.org, &Params::parse(query)) {
        Err(refusal) => refused(call, refusal),
        Ok(request) => {
            let outcome = decide(&call.org, &request, person, call.org.now());
            to_client(&call.org, &request.reply, outcome)
        }
    }
}

fn cancel(call: &Call, next: &str) -> Response {
    let query = authorization_query(next).unwrap_or_default();
    match AuthorizationRequest::check(&call.org, &Params::parse(query)) {
        Err(_) => see_other("/"),
        Ok(request) => to_client(&call.org, &request.reply, Err(words::ACCESS_DENIED.into())),
    }
}

fn authorization_query(next: &str) -> Option<&str> {
    next.strip_prefix("/oauth2/v1/authorize?")
}

/// Only addresses of this organization.
fn local(next: Option<&str>) -> &str {
    next.filter(|next| next.starts_with('/') && !next.starts_with("//") && !next.contains('\\'))
        .unwrap_or("/")
}
