//! `authorization_code`: a code for tokens, once.

use serde_json::Value;

use super::issue::{SignIn, response};
use crate::ids;
use crate::state::{App, Code};
use crate::web::{Call, Params, Problem};
use crate::words;

/// Exchanges the code. A second use revokes what the first one gave.
pub(super) fn exchange(call: &Call, app: &App) -> Result<Value, Problem> {
    let value = call.form.get("code").ok_or_else(|| missing("code"))?;
    let now = call.org.now();
    let code = claim(call, value)?;
    if code.client_id != app.client_id {
        return Err(words::CODE_OF_ANOTHER.into());
    }
    let redirect_uri = call
        .form
        .get("redirect_uri")
        .ok_or_else(|| missing("redirect_uri"))?;
    if redirect_uri != code.redirect_uri {
        return Err(words::REDIRECT_DIFFERS.into());
    }
    check_verifier(&call.form, &code)?;
    let person = call
        .org
        .state()
        .person(&code.person_id)
        .cloned()
        .ok_or(words::CODE_INVALID)?;
    let (access, refresh) = call.org.change(|state| {
        if let Some(code) = state.codes.get_mut(value) {
            code.used = true;
        }
        let person_id = Some(code.person_id.as_str());
        let access =
            state.issue_access_token(&app.client_id, person_id, &code.scopes, &code.family, now);
        let offline = code.scopes.iter().any(|scope| scope == "offline_access");
        let refresh = offline.then(|| state.issue_refresh_token(&code, now));
        (access, refresh)
    });
    let sign_in = SignIn {
        person: &person,
        auth_time: code.auth_time,
        nonce: code.nonce.as_deref(),
    };
    Ok(response(
        &call.org,
        app,
        (&access, refresh.as_deref()),
        &code.scopes,
        &sign_in,
    ))
}

/// The code, if it can still be used.
fn claim(call: &Call, value: &str) -> Result<Code, Problem> {
    let now = call.org.now();
    call.org.change(|state| {
        let code = state.codes.get(value).cloned().ok_or(words::CODE_INVALID)?;
        if code.used {
            state.revoke_family(&code.family);
        }
        if code.used || code.expires_at <= now {
            return Err(words::CODE_INVALID.into());
        }
        Ok(code)
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
