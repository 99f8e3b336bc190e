//! App integrations and the administrator roles of service apps.

use serde_json::{Value, json};

use super::grants::find_app;
use super::{Context, Reply};
use crate::clock::iso;
use crate::ids;
use crate::state::{App, ApplicationType, AuthMethod, Role, Status};
use crate::web::Problem;

/// Everybody may make the call, and most see nothing: 200 with an empty list.
pub(super) fn list(context: &Context<'_>) -> Result<Reply, Problem> {
    let state = context.call.org.state();
    let sees = context
        .caller
        .is_any_of(&[Role::SuperAdmin, Role::AppAdmin, Role::ReadOnlyAdmin]);
    context.page(state.apps.iter().filter(|_| sees).map(app))
}

pub(super) fn one(context: &Context<'_>) -> Result<Reply, Problem> {
    let state = context.call.org.state();
    Ok(Reply::ok(app(find_app(&state, context.part(0))?)))
}

pub(super) fn create(context: &Context<'_>) -> Result<Reply, Problem> {
    let org = &context.call.org;
    let new = from_body(&context.json()?)?.completed(org.now());
    org.change(|state| state.apps.push(new.clone()));
    Ok(Reply::ok(app(&new)))
}

fn from_body(body: &Value) -> Result<App, Problem> {
    if body["name"] != "oidc_client" || body["signOnMode"] != "OPENID_CONNECT" {
        return Err(Problem::invalid(
            "name",
            "name: Only 'oidc_client' can be created here.",
        ));
    }
    let client = &body["settings"]["oauthClient"];
    let credentials = &body["credentials"]["oauthClient"];
    let method = &credentials["token_endpoint_auth_method"];
    let auth_method: AuthMethod = serde_json::from_value(method.clone())
        .map_err(|_| Problem::invalid("token_endpoint_auth_method", "Unknown method."))?;
    let service = client["application_type"] == "service";
    let present = |value: &Value| (!value.is_null()).then(|| value.clone());
    Ok(App {
        label: body["label"].as_str().unwrap_or("Unnamed").to_owned(),
        application_type: if service {
            ApplicationType::Service
        } else {
            ApplicationType::Web
        },
        auth_method,
        grant_types: strings(&client["grant_types"]),
        redirect_uris: strings(&client["redirect_uris"]),
        jwks: present(&client["jwks"]),
        jwks_uri: client["jwks_uri"].as_str().map(str::to_owned),
        dpop_bound: client["dpop_bound_access_tokens"] == true,
        ..App::default()
    })
}

fn strings(list: &Value) -> Vec<String> {
    let list = list.as_array().into_iter().flatten();
    list.filter_map(Value::as_str).map(str::to_owned).collect()
}

pub(super) fn remove(context: &Context<'_>) -> Result<Reply, Problem> {
    context.call.org.change(|state| {
        let app = find_app(state, context.part(0))?;
        if app.is_active() {
            let summary = "Operation failed because the app is active.";
            return Err(Problem::api(403, "E0000056", summary));
        }
        state.remove_app(context.part(0));
        Ok(Reply::no_content())
    })
}

pub(super) fn lifecycle(context: &Context<'_>) -> Result<Reply, Problem> {
    let status = match context.part(1) {
        "activate" => Status::Active,
        "deactivate" => Status::Inactive,
        other => return Err(Problem::not_found(other, "Lifecycle")),
    };
    context.call.org.change(|state| {
        find_app(state, context.part(0))?;
        state.set_app_status(context.part(0), status);
        Ok(Reply::ok(json!({})))
    })
}

pub(super) fn clients(context: &Context<'_>) -> Result<Reply, Problem> {
    let state = context.call.org.state();
    let row = |app: &App| {
        json!({
            "client_id": app.client_id,
            "client_name": app.label,
            "application_type": app.application_type,
            "grant_types": app.grant_types,
            "redirect_uris": app.redirect_uris,
            "token_endpoint_auth_method": app.auth_method.name(),
        })
    };
    context.page(state.apps.iter().map(row))
}

pub(super) fn roles(context: &Context<'_>) -> Result<Reply, Problem> {
    let state = context.call.org.state();
    let app = find_app(&state, context.part(0))?;
    context.page(app.roles.iter().filter_map(|role| role_row(app, *role)))
}

/// Answers 201, as real organizations do, where the specification says 200.
pub(super) fn add_role(context: &Context<'_>) -> Result<Reply, Problem> {
    let body = context.json()?;
    let role = Role::from_type(body["type"].as_str().unwrap_or_default())
        .ok_or_else(|| Problem::invalid("type", "type: Unknown role."))?;
    context.call.org.change(|state| {
        let app = find_app(state, context.part(0))?;
        if app.application_type != ApplicationType::Service {
            let summary = "Roles can only be granted to service application type.";
            return Err(Problem::api(400, "E0000227", summary));
        }
        if app.roles.contains(&role) {
            let summary = "The role specified is already assigned to the user.";
            return Err(Problem::api(409, "E0000263", summary));
        }
        let app = state.app_mut(context.part(0)).expect("found just now");
        app.roles.push(role);
        Ok(Reply::created(role_row(app, role).unwrap_or_default()))
    })
}

pub(super) fn remove_role(context: &Context<'_>) -> Result<Reply, Problem> {
    context.call.org.change(|state| {
        find_app(state, context.part(0))?;
        let app = state.app_mut(context.part(0)).expect("found just now");
        let client_id = app.client_id.clone();
        app.roles
            .retain(|role| role_id(&client_id, *role) != context.part(1));
        Ok(Reply::no_content())
    })
}

fn role_id(client_id: &str, role: Role) -> String {
    ids::derived_id("irb", &format!("{client_id} {role:?}"))
}

fn role_row(app: &App, role: Role) -> Option<Value> {
    let (kind, label) = role.names()?;
    Some(json!({
        "id": role_id(&app.client_id, role),
        "label": label,
        "type": kind,
        "status": "ACTIVE",
        "assignmentType": "CLIENT",
    }))
}

fn app(app: &App) -> Value {
    json!({
        "id": app.client_id,
        "name": "oidc_client",
        "label": app.label,
        "status": if app.is_active() { "ACTIVE" } else { "INACTIVE" },
        "signOnMode": "OPENID_CONNECT",
        "created": iso(app.created),
        "credentials": {"oauthClient": {
            "client_id": app.client_id,
            "client_secret": app.client_secret,
            "token_endpoint_auth_method": app.auth_method.name(),
            "pkce_required": app.pkce_required,
        }},
        "settings": {"oauthClient": {
            "application_type": app.application_type,
            "grant_types": app.grant_types,
            "redirect_uris": app.redirect_uris,
            "jwks_uri": app.jwks_uri,
            "jwks": app.jwks,
            "consent_method": app.consent_method,
            "issuer_mode": "ORG_URL",
            "dpop_bound_access_tokens": app.dpop_bound,
        }},
    })
}
