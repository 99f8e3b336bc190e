//! A small Admin Console: the steps that a customer's super administrator walks to connect a
//! service, as plain forms with stable names.

mod app_page;
mod apps;
mod assignments;
mod scopes_page;

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

use crate::authorize::own_origin_only;
use crate::org::Org;
use crate::state::{App, Person, Role};
use crate::web::{Call, Params, error_page, page, see_other};

pub(crate) fn router() -> Router<Arc<Org>> {
    Router::new()
        .route("/admin", get(apps::list))
        .route("/admin/apps", get(apps::list).post(apps::create))
        .route("/admin/apps/new", get(apps::form))
        .route("/admin/apps/{id}", get(app_page::show).post(app_page::save))
        .route("/admin/apps/{id}/secret", post(app_page::new_secret))
        .route("/admin/apps/{id}/status", post(app_page::set_status))
        .route(
            "/admin/apps/{id}/scopes",
            get(scopes_page::show).post(scopes_page::change),
        )
        .route(
            "/admin/apps/{id}/assignments",
            get(assignments::show).post(assignments::change),
        )
}

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage<'a> {
    org: &'a str,
    person: Option<&'a Person>,
    is_super_admin: bool,
}

/// `/`: who is signed in, and where to go.
pub(crate) async fn home(call: Call) -> Response {
    let person = call.signed_in().map(|(person, _)| person);
    let is_super_admin = person.as_ref().is_some_and(is_super_admin);
    let home = HomePage {
        org: &call.org.name,
        person: person.as_ref(),
        is_super_admin,
    };
    page(200, &home)
}

fn is_super_admin(person: &Person) -> bool {
    person.role == Role::SuperAdmin
}

#[derive(Template)]
#[template(path = "admin_refused.html")]
struct Refused<'a> {
    org: &'a str,
    login: &'a str,
}

/// The answer to a request that goes no further.
#[derive(Debug)]
struct Halt(Box<Response>);

impl From<Response> for Halt {
    fn from(response: Response) -> Self {
        Self(Box::new(response))
    }
}

impl IntoResponse for Halt {
    fn into_response(self) -> Response {
        *self.0
    }
}

/// Lets super administrators in; everyone else gets a page to sign in on or to learn why not.
fn admit(call: &Call) -> Result<(), Halt> {
    if call.method == axum::http::Method::POST
        && let Some(refusal) = own_origin_only(call)
    {
        return Err(refusal.into());
    }
    let Some((person, _)) = call.signed_in() else {
        let next = if call.method == axum::http::Method::GET {
            &call.path
        } else {
            "/admin"
        };
        let next = Params(vec![("next".to_owned(), next.to_owned())]);
        return Err(see_other(&format!("/login?{}", next.encoded())).into());
    };
    if is_super_admin(&person) {
        return Ok(());
    }
    let refused = Refused {
        org: &call.org.name,
        login: &person.login,
    };
    Err(page(403, &refused).into())
}

/// The app that a page is about.
fn find_app(call: &Call) -> Result<App, Halt> {
    admit(call)?;
    let id = call.path.split('/').nth(3).unwrap_or_default();
    let app = call.org.state().app(id).cloned();
    app.ok_or_else(|| error_page(&call.org, 404, "There is no such application.").into())
}

/// Lines or words of a text field.
fn words_of(text: Option<&str>) -> Vec<String> {
    text.unwrap_or_default()
        .split([' ', ',', '\n', '\r', '\t'])
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}
