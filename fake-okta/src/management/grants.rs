//! An app's grants collection.

use serde_json::{Value, json};

use super::{Context, Reply};
use crate::clock::iso;
use crate::org::Org;
use crate::scopes;
use crate::state::{App, OrgState};
use crate::web::Problem;

pub(super) fn list(context: &Context<'_>) -> Result<Reply, Problem> {
    let state = context.call.org.state();
    let app = find_app(&state, context.part(0))?;
    let org = &context.call.org;
    let scopes = app.granted_scopes.iter();
    context.page(scopes.map(|scope| grant(org, app, scope)))
}

pub(super) fn one(context: &Context<'_>) -> Result<Reply, Problem> {
    let state = context.call.org.state();
    let app = find_app(&state, context.part(0))?;
    let scope = granted_scope(app, context.part(1))?;
    Ok(Reply::ok(grant(&context.call.org, app, scope)))
}

/// Grants one scope; granting it again answers the same grant.
pub(super) fn create(context: &Context<'_>) -> Result<Reply, Problem> {
    let body = context.json()?;
    let org = &context.call.org;
    let scope = body["scopeId"].as_str().unwrap_or_default().to_owned();
    if body["issuer"].as_str() != Some(&org.origin) {
        return Err(Problem::invalid("issuer", "issuer: The issuer is invalid."));
    }
    if !scopes::is_api(&scope) || !scopes::is_known(&scope) {
        return Err(Problem::invalid(
            "scopeId",
            "scopeId: The scope is invalid.",
        ));
    }
    let app = org.change(|state| {
        find_app(state, context.part(0))?;
        let app = state.app_mut(context.part(0)).expect("found just now");
        if !app.has_grant(&scope) {
            app.granted_scopes.push(scope.clone());
        }
        Ok::<_, Problem>(app.clone())
    })?;
    Ok(Reply::created(grant(org, &app, &scope)))
}

pub(super) fn remove(context: &Context<'_>) -> Result<Reply, Problem> {
    context.call.org.change(|state| {
        let app = find_app(state, context.part(0))?;
        let scope = granted_scope(app, context.part(1))?.to_owned();
        let app = state.app_mut(context.part(0)).expect("found just now");
        app.granted_scopes.retain(|granted| *granted != scope);
        Ok(Reply::no_content())
    })
}

pub(super) fn find_app<'a>(state: &'a OrgState, id: &str) -> Result<&'a App, Problem> {
    state
        .app(id)
        .ok_or_else(|| Problem::not_found(id, "AppInstance"))
}

fn granted_scope<'a>(app: &'a App, grant_id: &str) -> Result<&'a str, Problem> {
    let mut scopes = app.granted_scopes.iter();
    let found = scopes.find(|scope| app.grant_id(scope) == grant_id);
    found
        .map(String::as_str)
        .ok_or_else(|| Problem::not_found(grant_id, "OAuth2ScopeConsentGrant"))
}

fn grant(org: &Org, app: &App, scope: &str) -> Value {
    json!({
        "id": app.grant_id(scope),
        "status": "ACTIVE",
        "created": iso(app.created),
        "lastUpdated": iso(app.created),
        "issuer": org.origin,
        "clientId": app.client_id,
        "scopeId": scope,
        "source": "ADMIN",
    })
}
