//! `client_credentials`: a service app's own token, without a person and without a refresh token.

use serde_json::{Value, json};

use crate::ids;
use crate::scopes;
use crate::state::{App, ApplicationType, AuthMethod};
use crate::web::{Call, Problem};
use crate::words;

/// Only service apps, and only with a signed assertion unless the app is an API service integration.
pub(super) fn may_use(app: &App) -> Result<(), Problem> {
    if app.application_type != ApplicationType::Service {
        return Err(words::NOT_A_SERVICE.into());
    }
    if app.auth_method != AuthMethod::PrivateKeyJwt && !app.api_service_integration {
        return Err(words::SECRET_FOR_SERVICE.into());
    }
    Ok(())
}

pub(super) fn issue(call: &Call, app: &App) -> Result<Value, Problem> {
    let asked = call.form.get("scope").unwrap_or_default();
    let asked: Vec<String> = asked.split_whitespace().map(str::to_owned).collect();
    if asked.is_empty() {
        return Err(words::NO_SCOPES.into());
    }
    if !asked.iter().all(|scope| scopes::is_known(scope)) {
        return Err(words::SCOPE_UNKNOWN.into());
    }
    if asked.iter().any(|scope| !scopes::is_api(scope)) {
        return Err(words::OPENID_FOR_SERVICE.into());
    }
    let kept: Vec<String> = asked
        .into_iter()
        .filter(|scope| app.has_grant(scope))
        .collect();
    if kept.is_empty() {
        return Err(words::NO_SCOPES_GRANTED.into());
    }
    let now = call.org.now();
    let family = ids::random(20);
    let access = call
        .org
        .change(|state| state.issue_access_token(&app.client_id, None, &kept, &family, now));
    Ok(json!({
        "token_type": "Bearer",
        "expires_in": 3600,
        "access_token": access,
        "scope": kept.join(" "),
    }))
}
