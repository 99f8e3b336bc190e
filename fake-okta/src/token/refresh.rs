//! `refresh_token`: a new access token, and a new refresh token where the app rotates them.

use serde_json::Value;

use super::code::missing;
use super::issue::{SignIn, response};
use crate::scopes;
use crate::state::{App, RefreshToken};
use crate::web::{Call, Problem};
use crate::words;

/// Refreshes. Scopes can become fewer, never more; one that the app was granted since needs a new
/// authorization, and one whose grant was revoked is dropped.
pub(super) fn refresh(call: &Call, app: &App) -> Result<Value, Problem> {
    let value = call
        .form
        .get("refresh_token")
        .ok_or_else(|| missing("refresh_token"))?;
    let now = call.org.now();
    let (token, person) = {
        let state = call.org.state();
        let token = state
            .live_refresh(value, now)
            .ok_or(words::REFRESH_INVALID)?;
        if token.client_id != app.client_id {
            return Err(words::REFRESH_INVALID.into());
        }
        let person = state
            .person(&token.person_id)
            .ok_or(words::REFRESH_INVALID)?;
        (token.clone(), person.clone())
    };
    let scopes = asked_scopes(call.form.get("scope"), &token, app)?;
    let next = call.org.change(|state| {
        let next = state.rotate(value, app.rotation, now);
        if next.is_none() {
            state.revoke_family(&token.family);
        }
        next
    });
    let next = next.ok_or(words::REFRESH_INVALID)?;
    let access = call.org.change(|state| {
        let person_id = Some(token.person_id.as_str());
        state.issue_access_token(&app.client_id, person_id, &scopes, &token.family, now)
    });
    let sign_in = SignIn {
        person: &person,
        auth_time: token.auth_time,
        nonce: None,
    };
    Ok(response(
        &call.org,
        app,
        (&access, Some(&next)),
        &scopes,
        &sign_in,
    ))
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
