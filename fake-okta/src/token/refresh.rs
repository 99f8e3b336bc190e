//! `refresh_token`: a new access token, and a new refresh token where the app rotates them.

use serde_json::Value;

use super::code::missing;
use super::issue::{SignIn, response};
use crate::scopes;
use crate::state::{App, OrgState, Person, RefreshToken};
use crate::web::{Call, Params, Problem};
use crate::words;

/// Refreshes. Scopes can become fewer, never more; one that the app was granted since needs a new
/// authorization, and one whose grant was revoked is dropped.
pub(super) fn refresh(call: &Call, app: &App) -> Result<Value, Problem> {
    let now = call.org.now();
    let refreshed = call
        .org
        .change(|state| renew(state, &call.form, app, now))?;
    let sign_in = SignIn {
        person: &refreshed.person,
        auth_time: refreshed.auth_time,
        nonce: None,
    };
    let tokens = (
        refreshed.access_token.as_str(),
        Some(refreshed.refresh_token.as_str()),
    );
    Ok(response(
        &call.org,
        app,
        tokens,
        &refreshed.scopes,
        &sign_in,
    ))
}

struct Refreshed {
    person: Person,
    auth_time: i64,
    scopes: Vec<String>,
    access_token: String,
    refresh_token: String,
}

/// Under one lock, so that of two requests at once only one rotates.
fn renew(state: &mut OrgState, form: &Params, app: &App, now: i64) -> Result<Refreshed, Problem> {
    let value = form
        .get("refresh_token")
        .ok_or_else(|| missing("refresh_token"))?;
    let live = state.live_refresh(value, now).cloned();
    let token = live
        .filter(|token| token.client_id == app.client_id)
        .ok_or(words::REFRESH_INVALID)?;
    let person = state
        .person(&token.person_id)
        .cloned()
        .ok_or(words::REFRESH_INVALID)?;
    let scopes = asked_scopes(form.get("scope"), &token, app)?;
    let Some(refresh_token) = state.rotate(value, app.rotation, now) else {
        state.revoke_family(&token.family);
        state.reuse_detections.push(app.client_id.clone());
        return Err(words::REFRESH_INVALID.into());
    };
    let person_id = Some(person.id.as_str());
    let access_token =
        state.issue_access_token(&app.client_id, person_id, &scopes, &token.family, now);
    let auth_time = token.auth_time;
    Ok(Refreshed {
        person,
        auth_time,
        scopes,
        access_token,
        refresh_token,
    })
}

fn asked_scopes(
    asked: Option<&str>,
    token: &RefreshToken,
    app: &App,
) -> Result<Vec<String>, Problem> {
    let scopes: Vec<String> = match asked {
        None => token.scopes.clone(),
        Some(asked) => asked.split_whitespace().map(str::to_owned).collect(),
    };
    if !scopes.iter().all(|scope| scopes::is_known(scope)) {
        return Err(words::SCOPE_UNKNOWN.into());
    }
    let denied: Vec<&str> = scopes
        .iter()
        .filter(|scope| !token.scopes.contains(scope))
        .map(String::as_str)
        .collect();
    if !denied.is_empty() {
        let description = format!(
            "Some of the scopes requested for the refresh request were not granted in the \
             original authorize request. Denied scopes: {}.",
            denied.join(", ")
        );
        return Err(Problem::oauth(400, "access_denied", description));
    }
    still_granted(scopes, app)
}

fn still_granted(scopes: Vec<String>, app: &App) -> Result<Vec<String>, Problem> {
    let asked_api = scopes.iter().any(|scope| scopes::is_api(scope));
    let stays = |scope: &String| !scopes::is_api(scope) || app.has_grant(scope);
    let kept: Vec<String> = scopes.into_iter().filter(stays).collect();
    if asked_api && !kept.iter().any(|scope| scopes::is_api(scope)) {
        return Err(words::NO_SCOPES_GRANTED.into());
    }
    Ok(kept)
}
