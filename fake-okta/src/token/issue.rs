//! The body of a successful token response, with the ID token that belongs to it.

use serde_json::{Map, Value, json};

use crate::faults::{Draft, mint};
use crate::ids;
use crate::org::Org;
use crate::state::{App, Person};

/// What the ID token says about the sign-in.
pub(super) struct SignIn<'a> {
    pub person: &'a Person,
    pub auth_time: i64,
    pub nonce: Option<&'a str>,
}

/// `{token_type, expires_in, access_token, scope, refresh_token?, id_token?}`
pub(super) fn response(
    org: &Org,
    app: &App,
    tokens: (&str, Option<&str>),
    scopes: &[String],
    sign_in: &SignIn<'_>,
) -> Value {
    let (access_token, refresh_token) = tokens;
    let mut body = json!({
        "token_type": "Bearer",
        "expires_in": 3600,
        "access_token": access_token,
        "scope": scopes.join(" "),
    });
    if let Some(refresh_token) = refresh_token {
        body["refresh_token"] = json!(refresh_token);
    }
    if scopes.iter().any(|scope| scope == "openid") {
        body["id_token"] = json!(id_token(org, app, access_token, scopes, sign_in));
    }
    body
}

fn id_token(
    org: &Org,
    app: &App,
    access_token: &str,
    scopes: &[String],
    sign_in: &SignIn<'_>,
) -> String {
    let claims = claims(org, app, access_token, scopes, sign_in);
    let generation = org.state().key_generation;
    let draft = Draft {
        origin: &org.origin,
        other_origin: org.other_origin(),
        organization: org.index,
        generation,
        client_secret: app.client_secret.as_deref(),
        now: org.now(),
        claims,
    };
    mint(draft, org.faults.id_token())
}

fn claims(
    org: &Org,
    app: &App,
    access_token: &str,
    scopes: &[String],
    sign_in: &SignIn<'_>,
) -> Map<String, Value> {
    let now = org.now();
    let hash = ids::sha256(access_token.as_bytes());
    let mut claims = Map::new();
    let mut add = |name: &str, value: Value| claims.insert(name.to_owned(), value);
    add("sub", json!(sign_in.person.id));
    add("ver", json!(1));
    add("iss", json!(org.origin));
    add("aud", json!(app.client_id));
    add("iat", json!(now));
    add("exp", json!(now + 3600));
    add("jti", json!(ids::okta_id("ID.")));
    add("amr", json!(["pwd"]));
    add("auth_time", json!(sign_in.auth_time));
    add("at_hash", json!(ids::b64url(&hash[..16])));
    add("fake", json!("fakeokta_id"));
    if let Some(nonce) = sign_in.nonce {
        add("nonce", json!(nonce));
    }
    claims.extend(person_claims(sign_in.person, app, scopes));
    claims
}

/// The claims about a person that the scopes ask for, and the groups that the app's filter lets by.
pub(super) fn person_claims(person: &Person, app: &App, scopes: &[String]) -> Map<String, Value> {
    let mut claims = Map::new();
    let has = |wanted: &str| scopes.iter().any(|scope| scope == wanted);
    let mut add = |name: &str, value: Value| claims.insert(name.to_owned(), value);
    if has("profile") {
        add("name", json!(person.full_name()));
        add("given_name", json!(person.given_name));
        add("family_name", json!(person.family_name));
        add("preferred_username", json!(person.login));
    }
    if has("email") {
        add("email", json!(person.login));
        add("email_verified", json!(true));
    }
    let groups = app.groups_claim.as_ref().filter(|_| has("groups"));
    let groups = groups.map(|claim| claim.of(&person.groups));
    if let Some(groups) = groups.filter(|groups| !groups.is_empty()) {
        add("groups", json!(groups));
    }
    claims
}
