//! An identity provider that is nothing like Okta: an issuer with a path, endpoints of other names, on
//! two ports, ES256, the client's secret in the body, groups at the userinfo endpoint alone and as one
//! name, `iss` in its answers. Strict, and with nobody to ask: it signs its one person in at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::extract::{Form, OriginalUri, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use grantway::domain::clock::{Clock, SystemClock};
use grantway::vault::{self, client_key};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use url::Url;

pub const CLIENT_ID: &str = "grantway.staff";
pub const CLIENT_SECRET: &str = "a secret with: odd/characters+&=%";
const SUBJECT: &str = "person-17";

type Fields = HashMap<String, String>;

/// A running provider.
#[derive(Debug, Clone)]
pub struct OtherProvider(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    issuer: String,
    /// Where tokens, keys and userinfo are.
    back: String,
    key: client_key::ClientKey,
    redirect_uri: Mutex<String>,
    /// What discovery and userinfo say otherwise.
    bent: Mutex<Bent>,
    codes: Mutex<HashMap<String, Fields>>,
    paths: Mutex<Vec<String>>,
}

/// Fields that are set, or with `null` left out.
#[derive(Debug, Default)]
struct Bent {
    discovery: Vec<(String, Value)>,
    userinfo: Vec<(String, Value)>,
    id_token: Vec<(String, Value)>,
}

impl OtherProvider {
    pub async fn start() -> Self {
        let (front, back) = (listener().await, listener().await);
        let at = |listener: &TcpListener| format!("http://{}", listener.local_addr().unwrap());
        let this = Self(Arc::new(Inner {
            issuer: format!("{}/realms/staff", at(&front)),
            back: at(&back),
            key: client_key::generate(),
            redirect_uri: Mutex::default(),
            bent: Mutex::default(),
            codes: Mutex::default(),
            paths: Mutex::default(),
        }));
        let pages = Router::new()
            .route(
                "/realms/staff/.well-known/openid-configuration",
                get(discovery),
            )
            .route("/realms/staff/go/in", get(authorize))
            .route("/realms/staff/go/out", get(end_session))
            .with_state(this.clone());
        let machinery = Router::new()
            .route("/exchange", post(token))
            .route("/keyring", get(keys))
            .route("/who", get(userinfo))
            .with_state(this.clone());
        tokio::spawn(async move { axum::serve(front, pages).await });
        tokio::spawn(async move { axum::serve(back, machinery).await });
        this
    }

    pub fn issuer(&self) -> &str {
        &self.0.issuer
    }

    /// The one address that the client registered.
    pub fn register(&self, redirect_uri: &str) {
        redirect_uri.clone_into(&mut self.0.redirect_uri.lock().unwrap());
    }

    pub fn bend_discovery(&self, field: &str, value: Value) {
        let mut bent = self.0.bent.lock().unwrap();
        bent.discovery.push((field.to_owned(), value));
    }

    pub fn bend_userinfo(&self, field: &str, value: Value) {
        let mut bent = self.0.bent.lock().unwrap();
        bent.userinfo.push((field.to_owned(), value));
    }

    pub fn bend_id_token(&self, claim: &str, value: Value) {
        let mut bent = self.0.bent.lock().unwrap();
        bent.id_token.push((claim.to_owned(), value));
    }

    pub fn straighten(&self) {
        *self.0.bent.lock().unwrap() = Bent::default();
    }

    /// The paths that were asked for, in order.
    pub fn take_paths(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.paths.lock().unwrap())
    }

    fn note(&self, path: &OriginalUri) {
        self.0.paths.lock().unwrap().push(path.path().to_owned());
    }

    fn id_token(&self, nonce: &str) -> String {
        let now = SystemClock.now().unix_timestamp();
        let claims = json!({
            "iss": self.0.issuer, "sub": SUBJECT, "aud": [CLIENT_ID], "azp": CLIENT_ID,
            "iat": now, "exp": now + 300, "nonce": nonce,
        });
        let Json(claims) = with(claims, &self.0.bent.lock().unwrap().id_token);
        let mut header = Header::new(Algorithm::ES256);
        header.kid = Some(self.0.key.kid.clone());
        let pem = vault::disclose(&self.0.key.private_pem);
        let key = EncodingKey::from_ec_pem(pem.as_bytes()).unwrap();
        jsonwebtoken::encode(&header, &claims, &key).unwrap()
    }
}

async fn listener() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.unwrap()
}

fn with(mut document: Value, bent: &[(String, Value)]) -> Json<Value> {
    let fields = document.as_object_mut().unwrap();
    for (field, value) in bent {
        fields.insert(field.clone(), value.clone());
    }
    fields.retain(|_, value| !value.is_null());
    Json(document)
}

async fn discovery(State(provider): State<OtherProvider>, path: OriginalUri) -> Json<Value> {
    provider.note(&path);
    let Inner { issuer, back, .. } = &*provider.0;
    let document = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/go/in?realm=staff"),
        "token_endpoint": format!("{back}/exchange"),
        "jwks_uri": format!("{back}/keyring"),
        "userinfo_endpoint": format!("{back}/who"),
        "end_session_endpoint": format!("{issuer}/go/out"),
        "scopes_supported": ["openid", "profile", "email"],
        "response_types_supported": ["code"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
        "id_token_signing_alg_values_supported": ["ES256", "EdDSA"],
        "authorization_response_iss_parameter_supported": true,
    });
    with(document, &provider.0.bent.lock().unwrap().discovery)
}

/// Signs the person in, if the request is right in every part.
async fn authorize(
    State(provider): State<OtherProvider>,
    path: OriginalUri,
    Query(asked): Query<Fields>,
) -> Response {
    provider.note(&path);
    let field = |name: &str| asked.get(name).map_or("", String::as_str);
    let redirect_uri = provider.0.redirect_uri.lock().unwrap().clone();
    let right = field("realm") == "staff"
        && field("response_type") == "code"
        && field("client_id") == CLIENT_ID
        && field("redirect_uri") == redirect_uri
        && field("scope") == "email openid profile"
        && field("code_challenge_method") == "S256"
        && field("code_challenge").len() == 43
        && field("nonce").len() >= 32
        && field("state").len() >= 32;
    if !right {
        return (StatusCode::BAD_REQUEST, format!("not right: {asked:?}")).into_response();
    }
    let code = vault::disclose(&vault::random_token()).to_owned();
    let issuer = provider.0.issuer.clone();
    let answer = [
        ("code", code.as_str()),
        ("state", field("state")),
        ("iss", issuer.as_str()),
    ];
    let back = Url::parse_with_params(&redirect_uri, answer).unwrap();
    provider.0.codes.lock().unwrap().insert(code, asked);
    Redirect::to(back.as_str()).into_response()
}

async fn token(
    State(provider): State<OtherProvider>,
    path: OriginalUri,
    headers: HeaderMap,
    Form(form): Form<Fields>,
) -> Response {
    provider.note(&path);
    let field = |name: &str| form.get(name).map_or("", String::as_str);
    let refuse = |error: &str| {
        let body = Json(json!({ "error": error }));
        (StatusCode::BAD_REQUEST, body).into_response()
    };
    if headers.contains_key("authorization")
        || field("client_id") != CLIENT_ID
        || field("client_secret") != CLIENT_SECRET
    {
        return refuse("invalid_client");
    }
    let Some(asked) = provider.0.codes.lock().unwrap().remove(field("code")) else {
        return refuse("invalid_grant");
    };
    let verifier = vault::fingerprint_of(field("code_verifier"));
    let right = field("grant_type") == "authorization_code"
        && field("redirect_uri") == asked["redirect_uri"]
        && URL_SAFE_NO_PAD.encode(verifier) == asked["code_challenge"];
    if !right {
        return refuse("invalid_grant");
    }
    let body = json!({
        "access_token": "fakeokta_other_access_token", "token_type": "bearer",
        // Thirty days: another provider's business.
        "expires_in": 2_592_000,
        "id_token": provider.id_token(&asked["nonce"]),
    });
    Json(body).into_response()
}

async fn keys(State(provider): State<OtherProvider>, path: OriginalUri) -> Json<Value> {
    provider.note(&path);
    Json(json!({ "keys": [provider.0.key.public_jwk] }))
}

async fn userinfo(
    State(provider): State<OtherProvider>,
    path: OriginalUri,
    headers: HeaderMap,
) -> Response {
    provider.note(&path);
    let bearer = headers
        .get("authorization")
        .and_then(|value| value.to_str().ok());
    if bearer != Some("Bearer fakeokta_other_access_token") {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let document = json!({
        "sub": SUBJECT, "name": "Ines Okafor", "email": "ines@staff.example",
        "groups": super::staff::OPERATOR_GROUP,
    });
    with(document, &provider.0.bent.lock().unwrap().userinfo).into_response()
}

async fn end_session(
    State(provider): State<OtherProvider>,
    path: OriginalUri,
    Query(asked): Query<Fields>,
) -> Response {
    provider.note(&path);
    let hinted = asked
        .get("id_token_hint")
        .is_some_and(|hint| hint.contains('.'));
    if !hinted || asked.get("client_id").map(String::as_str) != Some(CLIENT_ID) {
        return StatusCode::BAD_REQUEST.into_response();
    }
    Redirect::to(&asked["post_logout_redirect_uri"]).into_response()
}
