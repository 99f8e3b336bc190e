//! `authorization_code`: a code for tokens, once.

use serde_json::Value;

use super::issue::{SignIn, response};
use crate::ids;
use crate::state::{App, Code, OrgState, Person};
use crate::web::{Call, Params, Problem};
use crate::words;

/// What a code was spent for.
struct Spent {
    code: Code,
    person: Person,
    access_token: String,
    refresh_token: Option<String>,
}

/// Exchanges the code. A second use revokes what the first one gave.
pub(super) fn exchange(call: &Call, app: &App) -> Result<Value, Problem> {
    let now = call.org.now();
    let spent = call
        .org
        .change(|state| spend(state, &call.form, app, now))?;
    let sign_in = SignIn {
        person: &spent.person,
        auth_time: spent.code.auth_time,
        nonce: spent.code.nonce.as_deref(),
    };
    let tokens = (spent.access_token.as_str(), spent.refresh_token.as_deref());
    Ok(response(
        &call.org,
        app,
        tokens,
        &spent.code.scopes,
        &sign_in,
    ))
}

/// Checks and spends the code under one lock, so that two requests at once can't both have it. A
/// request that fails the checks leaves the code usable.
fn spend(state: &mut OrgState, form: &Params, app: &App, now: i64) -> Result<Spent, Problem> {
    let value = form.get("code").ok_or_else(|| missing("code"))?;
    let code = state.codes.get(value).cloned().ok_or(words::CODE_INVALID)?;
    if code.client_id != app.client_id {
        return Err(words::CODE_OF_ANOTHER.into());
    }
    if code.used {
        state.revoke_family(&code.family);
    }
    let standing = state.in_good_standing(&app.client_id, Some(&code.person_id));
    if code.used || code.expires_at <= now || !standing {
        return Err(words::CODE_INVALID.into());
    }
    let redirect_uri = form.get("redirect_uri");
    if redirect_uri.ok_or_else(|| missing("redirect_uri"))? != code.redirect_uri {
        return Err(words::REDIRECT_DIFFERS.into());
    }
    check_verifier(form, &code)?;
    let person = state
        .person(&code.person_id)
        .cloned()
        .ok_or(words::CODE_INVALID)?;
    if let Some(code) = state.codes.get_mut(value) {
        code.used = true;
    }
    let access_token = state.issue_access_token(
        &app.client_id,
        Some(&person.id),
        &code.scopes,
        &code.family,
        now,
    );
    let offline = code.scopes.iter().any(|scope| scope == "offline_access");
    let refresh_token = offline.then(|| state.issue_refresh_token(&code, now));
    Ok(Spent {
        code,
        person,
        access_token,
        refresh_token,
    })
}

fn check_verifier(form: &Params, code: &Code) -> Result<(), Problem> {
    match (form.get("code_verifier"), &code.challenge) {
        (None, None) => Ok(()),
        (Some(_), None) => Err(words::PKCE_NO_CHALLENGE.into()),
        (None, Some(_)) => Err(words::PKCE_NO_VERIFIER.into()),
        (Some(verifier), Some(challenge)) => {
            let matches = ids::b64url(&ids::sha256(verifier.as_bytes())) == *challenge;
            let long_enough = (43..=128).contains(&verifier.len());
            (matches && long_enough)
                .then_some(())
                .ok_or_else(|| words::PKCE_FAILED.into())
        }
    }
}

pub(super) fn missing(name: &str) -> Problem {
    let description = format!("The required parameter '{name}' is missing.");
    Problem::oauth(400, "invalid_request", description)
}
