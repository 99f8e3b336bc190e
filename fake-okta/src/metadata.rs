//! What an organization publishes about itself without being asked who asks: the metadata documents
//! and its keys.

use axum::Json;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use crate::faults::bend_discovery;
use crate::org::Org;
use crate::scopes;
use crate::state::Edition;
use crate::web::{Call, Problem};

pub(crate) async fn openid_configuration(call: Call) -> Result<Response, Problem> {
    known_client(&call)?;
    let mut document = server_metadata(&call.org);
    let more = json!({
        "userinfo_endpoint": call.org.url("/oauth2/v1/userinfo"),
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "claims_supported": ["iss", "ver", "sub", "aud", "iat", "exp", "jti", "auth_time", "amr",
            "nonce", "name", "given_name", "family_name", "email", "preferred_username", "at_hash"],
    });
    if let Value::Object(more) = more {
        document.extend(more);
    }
    Ok(published(&call, document))
}

pub(crate) async fn authorization_server(call: Call) -> Result<Response, Problem> {
    known_client(&call)?;
    let document = server_metadata(&call.org);
    Ok(published(&call, document))
}

pub(crate) async fn organization(call: Call) -> Response {
    let (id, pipeline) = {
        let state = call.org.state();
        (state.id.clone(), state.edition)
    };
    let document = json!({
        "id": id,
        "cell": "fake1",
        "_links": {"organization": {"href": call.org.origin}},
        "pipeline": if pipeline == Edition::Idx { "idx" } else { "v1" },
        "settings": {"analyticsCollectionEnabled": false, "bugReportingEnabled": false},
    });
    let Value::Object(document) = document else {
        unreachable!("the literal is an object")
    };
    published(&call, document)
}

pub(crate) async fn keys(call: Call) -> Response {
    let keys = call.org.published_keys();
    let keys: Vec<Value> = keys.iter().map(|key| key.jwk()).collect();
    Json(json!({ "keys": keys })).into_response()
}

/// Answers a document after the faults that are set for it.
fn published(call: &Call, mut document: Map<String, Value>) -> Response {
    for fault in call.org.faults.discovery(&call.path) {
        bend_discovery(&mut document, &fault, &call.org.origin);
    }
    Json(Value::Object(document)).into_response()
}

/// The optional `client_id` must be one of ours.
fn known_client(call: &Call) -> Result<(), Problem> {
    let Some(client_id) = call.query.get("client_id") else {
        return Ok(());
    };
    let known = call.org.state().app(client_id).is_some();
    let summary = "Invalid value for `client_id` parameter";
    known
        .then_some(())
        .ok_or_else(|| Problem::api(400, "invalid_client", summary))
}

fn server_metadata(org: &Org) -> Map<String, Value> {
    let methods = json!([
        "client_secret_basic",
        "client_secret_post",
        "client_secret_jwt",
        "private_key_jwt",
        "none"
    ]);
    let document = json!({
        "issuer": org.origin,
        "authorization_endpoint": org.url("/oauth2/v1/authorize"),
        "token_endpoint": org.url("/oauth2/v1/token"),
        "registration_endpoint": org.url("/oauth2/v1/clients"),
        "jwks_uri": org.url("/oauth2/v1/keys"),
        "introspection_endpoint": org.url("/oauth2/v1/introspect"),
        "revocation_endpoint": org.url("/oauth2/v1/revoke"),
        "end_session_endpoint": org.url("/oauth2/v1/logout"),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "fragment", "form_post", "okta_post_message"],
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "scopes_supported": scopes::advertised(),
        "token_endpoint_auth_methods_supported": methods,
        "introspection_endpoint_auth_methods_supported": methods,
        "revocation_endpoint_auth_methods_supported": methods,
        "code_challenge_methods_supported": ["S256"],
        "request_parameter_supported": false,
        "dpop_signing_alg_values_supported":
            ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"],
    });
    match document {
        Value::Object(document) => document,
        _ => unreachable!("the literal is an object"),
    }
}
