//! `private_key_jwt`: a client that signs its requests. The keys come from the app, or are fetched
//! from its `jwks_uri` at every request (how long Okta caches them is not documented).

use jsonwebtoken::jwk::{Jwk, JwkSet};
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation};
use serde_json::Value;

use super::client::active_app;
use crate::state::{App, AuthMethod};
use crate::web::{Call, Problem};
use crate::words;

const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const LONGEST: i64 = 3600;

/// The app that signed the assertion.
pub(super) async fn verify(call: &Call, jwt: &str) -> Result<App, Problem> {
    if call.form.get("client_assertion_type") != Some(TYPE) {
        return Err(words::ASSERTION_TYPE.into());
    }
    let (header, claims) = parse(jwt)?;
    let app = claimed_app(call, &claims)?;
    check_claims(call, &claims)?;
    let keys = key_set(call, &app).await?;
    check_signature(jwt, &header, &keys)?;
    use_once(call, &app, &claims)?;
    Ok(app)
}

fn parse(jwt: &str) -> Result<(Header, Value), Problem> {
    // A header that names an algorithm which the library does not know fails to parse too.
    let header = jsonwebtoken::decode_header(jwt).map_err(|_| words::ASSERTION_UNREADABLE)?;
    let claims: Value = jsonwebtoken::dangerous::insecure_decode_claims(jwt)
        .map_err(|_| words::ASSERTION_UNREADABLE)?;
    let asymmetric = [
        Algorithm::RS256,
        Algorithm::RS384,
        Algorithm::RS512,
        Algorithm::ES256,
        Algorithm::ES384,
    ];
    if !asymmetric.contains(&header.alg) {
        return Err(words::ASSERTION_ALGORITHM.into());
    }
    Ok((header, claims))
}

/// The app that the assertion claims to come from, before anything is proven.
fn claimed_app(call: &Call, claims: &Value) -> Result<App, Problem> {
    let issuer = claims
        .get("iss")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let app = active_app(call, issuer).ok_or(words::ASSERTION_ISSUER)?;
    if claims.get("sub").and_then(Value::as_str) != Some(issuer) {
        return Err(words::ASSERTION_SUBJECT.into());
    }
    let differs = call
        .form
        .get("client_id")
        .is_some_and(|also| also != issuer);
    if differs || app.auth_method != AuthMethod::PrivateKeyJwt {
        return Err(words::CLIENT_AUTH.into());
    }
    Ok(app)
}

fn check_claims(call: &Call, claims: &Value) -> Result<(), Problem> {
    let endpoints = [call.org.url(&call.path), call.org.url("/oauth2/v1/token")];
    let meant = |audience: &Value| {
        audience
            .as_str()
            .is_some_and(|audience| endpoints.iter().any(|one| one == audience))
    };
    let for_us = match claims.get("aud") {
        Some(Value::Array(several)) => several.iter().any(meant),
        Some(one) => meant(one),
        None => false,
    };
    if !for_us {
        return Err(words::ASSERTION_AUDIENCE.into());
    }
    let now = call.org.now();
    let expiry = claims
        .get("exp")
        .and_then(Value::as_i64)
        .ok_or(words::ASSERTION_NO_EXPIRY)?;
    if expiry <= now {
        return Err(words::ASSERTION_EXPIRED.into());
    }
    if expiry > now + LONGEST {
        return Err(words::ASSERTION_TOO_LONG.into());
    }
    let issued = claims.get("iat").and_then(Value::as_i64);
    if issued.is_some_and(|issued| issued > now + 60) {
        return Err(words::ASSERTION_FROM_FUTURE.into());
    }
    Ok(())
}

async fn key_set(call: &Call, app: &App) -> Result<JwkSet, Problem> {
    let value = match (&app.jwks_uri, &app.jwks) {
        (Some(uri), _) => fetch(&call.org.http, uri)
            .await
            .ok_or(words::JWKS_URI_ERROR)?,
        (None, Some(keys)) => keys.clone(),
        (None, None) => return Err(words::JWKS_MISSING.into()),
    };
    let keys: JwkSet = serde_json::from_value(value).map_err(|_| words::JWKS_INVALID)?;
    if keys.keys.is_empty() {
        return Err(words::JWKS_URI_EMPTY.into());
    }
    Ok(keys)
}

async fn fetch(http: &reqwest::Client, uri: &str) -> Option<Value> {
    let response = http.get(uri).send().await.ok()?;
    if !response.status().is_success() {
        return None;
    }
    response.json().await.ok()
}

fn check_signature(jwt: &str, header: &Header, keys: &JwkSet) -> Result<(), Problem> {
    let kid = header.kid.as_deref().ok_or(words::ASSERTION_KID)?;
    let key: &Jwk = keys.find(kid).ok_or(words::ASSERTION_KID)?;
    let key = DecodingKey::from_jwk(key).map_err(|_| words::JWKS_INVALID)?;
    // The claims are checked above, by the fake's own clock.
    let mut rules = Validation::new(header.alg);
    rules.validate_exp = false;
    rules.validate_aud = false;
    rules.required_spec_claims.clear();
    jsonwebtoken::decode::<Value>(jwt, &key, &rules)
        .map(|_| ())
        .map_err(|_| words::ASSERTION_SIGNATURE.into())
}

/// An assertion with an identifier can be used once.
fn use_once(call: &Call, app: &App, claims: &Value) -> Result<(), Problem> {
    let Some(id) = claims.get("jti").and_then(Value::as_str) else {
        return Ok(());
    };
    let used = format!("{} {id}", app.client_id);
    let first = call.org.change(|state| state.used_assertions.insert(used));
    first
        .then_some(())
        .ok_or_else(|| words::ASSERTION_REUSED.into())
}
