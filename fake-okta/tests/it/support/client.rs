//! An app's side: authorization addresses, token requests and reading ID tokens.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use fake_okta::{App, OrgHandle};
use serde_json::Value;
use url::{Url, form_urlencoded};

use super::CALLBACK;
use super::browser::http;

/// A verifier and its challenge, the pair of RFC 7636's appendix B.
pub(crate) struct Pkce;

impl Pkce {
    pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
}

pub(crate) struct Client {
    origin: String,
    id: String,
    secret: String,
}

impl Client {
    pub(crate) fn new(org: &OrgHandle, app: &App) -> Self {
        Self {
            origin: org.origin().to_owned(),
            id: app.client_id.clone(),
            secret: app.client_secret.clone().unwrap_or_default(),
        }
    }

    pub(crate) fn authorize_url(&self, scope: &str) -> String {
        self.authorize_url_with(scope, &[])
    }

    /// With parameters replaced; an empty value removes one.
    pub(crate) fn authorize_url_with(&self, scope: &str, changes: &[(&str, &str)]) -> String {
        let mut parameters = vec![
            ("client_id", self.id.as_str()),
            ("redirect_uri", CALLBACK),
            ("response_type", "code"),
            ("scope", scope),
            ("state", "state-1"),
            ("nonce", "nonce-1"),
            ("code_challenge", Pkce::CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        parameters.retain(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
        parameters.extend(changes.iter().filter(|(_, value)| !value.is_empty()));
        let url = format!("{}/oauth2/v1/authorize", self.origin);
        Url::parse_with_params(&url, parameters).unwrap().into()
    }

    pub(crate) async fn exchange(&self, code: &str) -> (u16, Value) {
        self.token(&code_form(code)).await
    }

    pub(crate) async fn refresh(&self, token: &str) -> (u16, Value) {
        self.token(&[("grant_type", "refresh_token"), ("refresh_token", token)])
            .await
    }

    pub(crate) async fn token(&self, form: &[(&str, &str)]) -> (u16, Value) {
        self.post("/oauth2/v1/token", form).await
    }

    pub(crate) async fn introspect(&self, token: &str) -> Value {
        self.post("/oauth2/v1/introspect", &[("token", token)])
            .await
            .1
    }

    pub(crate) async fn revoke(&self, token: &str) -> u16 {
        self.post("/oauth2/v1/revoke", &[("token", token)]).await.0
    }

    /// A form with the client's credentials in the Basic header.
    pub(crate) async fn post(&self, path: &str, form: &[(&str, &str)]) -> (u16, Value) {
        let credentials = STANDARD.encode(format!("{}:{}", self.id, self.secret));
        let request = http().post(format!("{}{path}", self.origin));
        let request = request.header("authorization", format!("Basic {credentials}"));
        send(request.form(form)).await
    }

    /// A form with nothing added.
    pub(crate) async fn post_bare(&self, path: &str, form: &[(&str, &str)]) -> (u16, Value) {
        send(http().post(format!("{}{path}", self.origin)).form(form)).await
    }
}

pub(crate) fn code_form(code: &str) -> [(&str, &str); 4] {
    [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", Pkce::VERIFIER),
    ]
}

pub(crate) async fn send(request: reqwest::RequestBuilder) -> (u16, Value) {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let body = response.text().await.unwrap();
    (
        status,
        serde_json::from_str(&body).unwrap_or(Value::String(body)),
    )
}

pub(crate) fn query_of(location: &str) -> Vec<(String, String)> {
    let query = location.split_once('?').map_or("", |(_, query)| query);
    form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect()
}

/// Header and claims of a JWT, unverified.
pub(crate) fn claims(jwt: &str) -> (Value, Value) {
    let part = |number| {
        let part = jwt.split('.').nth(number).unwrap();
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
    };
    (part(0), part(1))
}
