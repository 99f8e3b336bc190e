//! The list of applications and the form that creates one.

use askama::Template;
use axum::response::Response;

use super::{Halt, admit, words_of};
use crate::state::{App, AuthMethod, Person};
use crate::web::{Call, Params, page, see_other};

#[derive(Template)]
#[template(path = "admin_apps.html")]
struct ListPage<'a> {
    org: &'a str,
    apps: &'a [App],
}

pub(super) async fn list(call: Call) -> Result<Response, Halt> {
    admit(&call)?;
    let apps = call.org.state().apps.clone();
    Ok(page(
        200,
        &ListPage {
            org: &call.org.name,
            apps: &apps,
        },
    ))
}

#[derive(Template)]
#[template(path = "admin_new_app.html")]
struct FormPage<'a> {
    org: &'a str,
    people: &'a [Person],
    problem: Option<&'a str>,
    label: &'a str,
    redirect_uris: &'a str,
    jwks_uri: &'a str,
}

pub(super) async fn form(call: Call) -> Result<Response, Halt> {
    admit(&call)?;
    Ok(show_form(&call, 200, None))
}

fn show_form(call: &Call, status: u16, problem: Option<&str>) -> Response {
    let people = call.org.state().people.clone();
    let given = |name| call.form.get(name).unwrap_or_default();
    let form = FormPage {
        org: &call.org.name,
        people: &people,
        problem,
        label: given("label"),
        redirect_uris: given("redirect_uris"),
        jwks_uri: given("jwks_uri"),
    };
    page(status, &form)
}

pub(super) async fn create(call: Call) -> Result<Response, Halt> {
    admit(&call)?;
    let app = match read(&call.form) {
        Ok(app) => app.completed(call.org.now()),
        Err(problem) => return Ok(show_form(&call, 400, Some(problem))),
    };
    let location = format!("/admin/apps/{}", app.client_id);
    call.org.change(|state| state.apps.push(app));
    Ok(see_other(&location))
}

fn read(form: &Params) -> Result<App, &'static str> {
    let label = form
        .get("label")
        .ok_or("Give the app integration a name.")?;
    let redirect_uris = redirect_uris(form)?;
    let (auth_method, jwks_uri) = authentication(form)?;
    let grant_types: Vec<String> = form.all("grant_types").map(str::to_owned).collect();
    if !grant_types
        .iter()
        .any(|grant_type| grant_type == "authorization_code")
    {
        return Err("A web application needs the Authorization Code grant type.");
    }
    Ok(App {
        label: label.to_owned(),
        redirect_uris,
        auth_method,
        jwks_uri,
        grant_types,
        everyone: form.get("assignment") == Some("everyone"),
        assigned: form.all("assigned").map(str::to_owned).collect(),
        ..App::default()
    })
}

/// Sign-in redirect addresses, one on each line.
pub(super) fn redirect_uris(form: &Params) -> Result<Vec<String>, &'static str> {
    let uris = words_of(form.get("redirect_uris"));
    if uris.is_empty() {
        return Err("Enter at least one sign-in redirect URI.");
    }
    let absolute = |uri: &String| url::Url::parse(uri).is_ok();
    let all = uris.iter().all(absolute);
    all.then_some(uris)
        .ok_or("A sign-in redirect URI must be a complete address.")
}

pub(super) fn authentication(form: &Params) -> Result<(AuthMethod, Option<String>), &'static str> {
    match form.get("client_authentication") {
        Some("public_key") => match form.get("jwks_uri") {
            Some(uri) => Ok((AuthMethod::PrivateKeyJwt, Some(uri.to_owned()))),
            None => Err("Enter the URL of the public keys."),
        },
        Some("client_secret_post") => Ok((AuthMethod::ClientSecretPost, None)),
        _ => Ok((AuthMethod::ClientSecretBasic, None)),
    }
}
