//! An application's General page: identifier, secret, addresses and state.

use askama::Template;
use axum::response::Response;

use super::apps::{authentication, redirect_uris};
use super::{Halt, find_app};
use crate::state::{App, AuthMethod, Status};
use crate::web::{Call, page, see_other};

#[derive(Template)]
#[template(path = "admin_app.html")]
struct GeneralPage<'a> {
    org: &'a str,
    app: &'a App,
    tab: &'a str,
    redirect_uris: String,
    uses_key: bool,
    posts_secret: bool,
    problem: Option<&'a str>,
}

fn general(call: &Call, app: &App, status: u16, problem: Option<&str>) -> Response {
    let general = GeneralPage {
        org: &call.org.name,
        app,
        tab: "general",
        redirect_uris: app.redirect_uris.join("\n"),
        uses_key: app.auth_method == AuthMethod::PrivateKeyJwt,
        posts_secret: app.auth_method == AuthMethod::ClientSecretPost,
        problem,
    };
    page(status, &general)
}

pub(super) async fn show(call: Call) -> Result<Response, Halt> {
    let app = find_app(&call)?;
    Ok(general(&call, &app, 200, None))
}

pub(super) async fn save(call: Call) -> Result<Response, Halt> {
    let app = find_app(&call)?;
    let read = redirect_uris(&call.form)
        .and_then(|uris| authentication(&call.form).map(|method| (uris, method)));
    let (redirect_uris, (auth_method, jwks_uri)) = match read {
        Ok(read) => read,
        Err(problem) => return Ok(general(&call, &app, 400, Some(problem))),
    };
    let grant_types: Vec<String> = call.form.all("grant_types").map(str::to_owned).collect();
    change(&call, &app, |app| {
        app.redirect_uris = redirect_uris;
        app.auth_method = auth_method;
        app.jwks_uri = jwks_uri;
        app.grant_types = grant_types;
        app.settle_secret();
    });
    Ok(back(&app))
}

pub(super) async fn new_secret(call: Call) -> Result<Response, Halt> {
    let app = find_app(&call)?;
    change(&call, &app, |app| {
        app.client_secret = None;
        app.settle_secret();
    });
    Ok(back(&app))
}

pub(super) async fn set_status(call: Call) -> Result<Response, Halt> {
    let app = find_app(&call)?;
    let status = match call.form.get("action") {
        Some("deactivate") => Status::Inactive,
        _ => Status::Active,
    };
    call.org
        .change(|state| state.set_app_status(&app.client_id, status));
    Ok(back(&app))
}

fn change(call: &Call, app: &App, change: impl FnOnce(&mut App)) {
    call.org.change(|state| {
        if let Some(app) = state.app_mut(&app.client_id) {
            change(app);
        }
    });
}

fn back(app: &App) -> Response {
    see_other(&format!("/admin/apps/{}", app.client_id))
}
