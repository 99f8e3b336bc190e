//! Introspection and revocation of a client's own tokens.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::client::authenticate;
use crate::org::Org;
use crate::state::App;
use crate::web::{Call, Problem};
use crate::words;

/// `POST /oauth2/v1/introspect`
pub(crate) async fn introspect(call: Call) -> Result<Response, Problem> {
    let app = authenticate(&call).await?;
    let token = call.form.get("token").ok_or(words::NO_TOKEN)?;
    let found = access(&call.org, &app, token).or_else(|| refresh(&call.org, &app, token));
    let body = found.unwrap_or_else(|| json!({"active": false}));
    Ok(axum::Json(body).into_response())
}

fn access(org: &Org, app: &App, value: &str) -> Option<Value> {
    let state = org.state();
    let token = state.live_access(value, org.now())?;
    if token.client_id != app.client_id {
        return None;
    }
    let person = token.person_id.as_deref().and_then(|id| state.person(id));
    let mut body = json!({
        "active": true,
        "token_type": "Bearer",
        "scope": token.scopes.join(" "),
        "client_id": token.client_id,
        "sub": token.client_id,
        "iat": token.issued_at,
        "exp": token.expires_at,
        "iss": org.origin,
        "aud": org.origin,
        "jti": crate::ids::derived_id("AT.", value),
    });
    if let Some(person) = person {
        body["sub"] = json!(person.login);
        body["username"] = json!(person.login);
        body["uid"] = json!(person.id);
    }
    Some(body)
}

fn refresh(org: &Org, app: &App, value: &str) -> Option<Value> {
    let state = org.state();
    let token = state.live_refresh(value, org.now())?;
    if token.client_id != app.client_id || token.superseded_at.is_some() {
        return None;
    }
    let person = state.person(&token.person_id)?;
    Some(json!({
        "active": true,
        "token_type": "refresh_token",
        "scope": token.scopes.join(" "),
        "client_id": token.client_id,
        "sub": person.login,
        "username": person.login,
        "uid": person.id,
        "iat": token.issued_at,
        "exp": token.expires_at,
        "iss": org.origin,
        "aud": org.origin,
        "jti": crate::ids::derived_id("oar", value),
    }))
}

/// `POST /oauth2/v1/revoke`: 200 whatever the token was. A refresh token takes its access tokens
/// with it; an access token goes alone.
pub(crate) async fn revoke(call: Call) -> Result<Response, Problem> {
    let app = authenticate(&call).await?;
    let value = call.form.get("token").ok_or(words::NO_TOKEN)?.to_owned();
    call.org.change(|state| {
        let own_refresh = state.refresh_tokens.get(&value);
        let family = own_refresh
            .filter(|token| token.client_id == app.client_id)
            .map(|token| token.family.clone());
        if let Some(family) = family {
            state.revoke_family(&family);
        }
        if let Some(token) = state.access_tokens.get_mut(&value)
            && token.client_id == app.client_id
        {
            token.revoked = true;
        }
    });
    Ok(StatusCode::OK.into_response())
}
