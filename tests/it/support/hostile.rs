//! An organization server that an attacker runs at an origin that the operator listed: it calls itself
//! whatever it is told to, vouches for whomever it is told to, and remembers all that it hears.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use axum::extract::{OriginalUri, Query, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Json, Router};
use grantway::domain::clock::{Clock, SystemClock};
use grantway::vault::{self, client_key};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use url::{Url, form_urlencoded};

use super::app::{Invited, TestApp};
use super::browser::{Answer, Browser};

/// The app that it has for everybody, with any secret.
pub const CLIENT_ID: &str = "0oahostile";
const CLIENT_SECRET: &str = "fakeokta_hostile_secret";

type Fields = HashMap<String, String>;

/// A running server. Cheap to clone.
#[derive(Debug, Clone)]
pub struct HostileOrg(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    origin: String,
    key: client_key::ClientKey,
    says: Mutex<Says>,
    /// What was asked for, by the code that it gave for it.
    codes: Mutex<HashMap<String, Fields>>,
    heard: Mutex<Vec<Heard>>,
}

#[derive(Debug, Clone)]
struct Says {
    id: String,
    /// What it names as the organization's own address.
    href: String,
    subject: String,
}

/// One request that reached it.
#[derive(Debug, Clone)]
pub struct Heard {
    pub method: String,
    pub path: String,
    pub authorization: Option<String>,
    pub body: String,
}

impl HostileOrg {
    /// Starts as an organization of its own, which vouches for its own administrator.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let says = Says {
            id: "00ohostile".to_owned(),
            href: origin.clone(),
            subject: "00umallory".to_owned(),
        };
        let this = Self(Arc::new(Inner {
            origin,
            key: client_key::generate(),
            says: Mutex::new(says),
            codes: Mutex::default(),
            heard: Mutex::default(),
        }));
        let all = Router::new().fallback(answer).with_state(this.clone());
        tokio::spawn(async move { axum::serve(listener, all).await });
        this
    }

    pub fn origin(&self) -> &str {
        &self.0.origin
    }

    /// For [`super::Settings::listed_origins`].
    pub fn listed(&self) -> &'static str {
        Box::leak(self.0.origin.clone().into_boxed_str())
    }

    pub fn host(&self) -> &str {
        self.0.origin.trim_start_matches("http://")
    }

    /// From now on it calls itself by this id.
    pub fn claims_id(&self, id: &str) {
        id.clone_into(&mut self.0.says.lock().unwrap().id);
    }

    /// From now on it names this origin as the organization's own.
    pub fn names_origin(&self, origin: &str) {
        origin.clone_into(&mut self.0.says.lock().unwrap().href);
    }

    /// From now on whoever signs in is this subject, a Super Administrator.
    pub fn vouches_for(&self, subject: &str) {
        subject.clone_into(&mut self.0.says.lock().unwrap().subject);
    }

    /// All that reached it.
    pub fn heard(&self) -> Vec<Heard> {
        self.0.heard.lock().unwrap().clone()
    }

    pub fn forget(&self) {
        self.0.heard.lock().unwrap().clear();
    }

    /// Whether a text, such as somebody's token, was in a header or body of what reached it.
    pub fn heard_of(&self, text: &str) -> bool {
        let heard = self.heard();
        heard.iter().any(|heard| {
            let header = heard.authorization.as_deref().unwrap_or_default();
            header.contains(text) || heard.body.contains(text) || heard.path.contains(text)
        })
    }

    /// Requests that carried credentials of any kind.
    pub fn credentials(&self) -> Vec<Heard> {
        let heard = self.heard().into_iter();
        heard
            .filter(|heard| {
                heard.authorization.is_some()
                    || heard.body.contains("client_assertion=")
                    || heard.body.contains("token=")
            })
            .collect()
    }

    fn says(&self) -> Says {
        self.0.says.lock().unwrap().clone()
    }

    fn id_token(&self, asked: &Fields) -> String {
        let now = SystemClock.now().unix_timestamp();
        let subject = self.says().subject;
        let claims = json!({
            "iss": self.0.origin, "sub": subject, "aud": asked["client_id"], "iat": now, "exp": now + 3_600,
            "nonce": asked["nonce"], "name": "Mallory", "email": "mallory@hostile.example",
        });
        let mut header = Header::new(Algorithm::ES256);
        header.kid = Some(self.0.key.kid.clone());
        let pem = vault::disclose(&self.0.key.private_pem);
        let key = EncodingKey::from_ec_pem(pem.as_bytes()).unwrap();
        jsonwebtoken::encode(&header, &claims, &key).unwrap()
    }

    fn discovery(&self) -> Value {
        let origin = &self.0.origin;
        let at = |name: &str| format!("{origin}/oauth2/v1/{name}");
        json!({
            "issuer": origin, "authorization_endpoint": at("authorize"), "token_endpoint": at("token"),
            "introspection_endpoint": at("introspect"), "revocation_endpoint": at("revoke"),
            "jwks_uri": at("keys"),
        })
    }

    fn authorize(&self, asked: Fields) -> Response {
        let code = vault::disclose(&vault::random_token()).to_owned();
        let back = &asked["redirect_uri"];
        let answer = if asked.get("prompt").is_some_and(|prompt| prompt == "none") {
            [("error", "login_required"), ("state", &asked["state"])]
        } else {
            [("code", code.as_str()), ("state", &asked["state"])]
        };
        let back = Url::parse_with_params(back, answer).unwrap();
        self.0.codes.lock().unwrap().insert(code, asked);
        Redirect::to(back.as_str()).into_response()
    }

    fn token(&self, form: &Fields) -> Response {
        let code = form.get("code").cloned().unwrap_or_default();
        let Some(asked) = self.0.codes.lock().unwrap().remove(&code) else {
            let body = Json(json!({ "error": "invalid_grant" }));
            return (StatusCode::BAD_REQUEST, body).into_response();
        };
        Json(json!({
            "access_token": "fakeokta_hostile_access", "refresh_token": "fakeokta_hostile_refresh",
            "token_type": "Bearer", "expires_in": 3_600, "scope": asked["scope"],
            "id_token": self.id_token(&asked),
        }))
        .into_response()
    }
}

async fn answer(
    State(hostile): State<HostileOrg>,
    method: Method,
    OriginalUri(uri): OriginalUri,
    Query(query): Query<Fields>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let authorization = headers.get("authorization");
    let authorization = authorization.map(|value| value.to_str().unwrap().to_owned());
    hostile.0.heard.lock().unwrap().push(Heard {
        method: method.to_string(),
        path: uri.to_string(),
        authorization,
        body: String::from_utf8_lossy(&body).into_owned(),
    });
    let form: Fields = form_urlencoded::parse(&body).into_owned().collect();
    let says = hostile.says();
    match uri.path() {
        "/.well-known/okta-organization" => Json(json!({
            "id": says.id, "pipeline": "idx", "_links": { "organization": { "href": says.href } },
        }))
        .into_response(),
        "/.well-known/openid-configuration" => Json(hostile.discovery()).into_response(),
        "/oauth2/v1/keys" => Json(json!({ "keys": [hostile.0.key.public_jwk] })).into_response(),
        "/oauth2/v1/authorize" => hostile.authorize(query),
        "/oauth2/v1/token" => hostile.token(&form),
        "/oauth2/v1/introspect" => Json(json!({ "active": false })).into_response(),
        "/oauth2/v1/revoke" => StatusCode::OK.into_response(),
        path if path.ends_with("/roles") => {
            Json(json!([{ "type": "SUPER_ADMIN", "status": "ACTIVE" }])).into_response()
        }
        _ => Json(json!([])).into_response(),
    }
}

impl TestApp {
    /// Invites a customer whose organization this server is.
    pub async fn invite_hostile(&self, hostile: &HostileOrg) -> Invited {
        let invited = self.invite().await;
        self.database
            .change(&format!(
                "UPDATE tenants SET expected_origin = '{}', name = 'Mallory Ltd' WHERE id = '{}'",
                hostile.origin(),
                invited.tenant
            ))
            .await;
        Invited {
            client_id: CLIENT_ID.to_owned(),
            client_secret: Some(CLIENT_SECRET.to_owned()),
            org: "hostile".to_owned(),
            origin: hostile.origin().to_owned(),
            ..invited
        }
    }
}

impl Browser {
    /// Opens a link and presses *Begin*.
    pub async fn begin(&self, link: &str) {
        self.get(link).await.assert_goes_to("/onboarding");
        self.post("/onboarding/begin", &[]).await.assert_status(303);
    }

    pub async fn type_address(&self, origin: &str) -> Answer {
        self.post("/onboarding/organization", &[("organization", origin)])
            .await
    }

    /// The whole way with an organization of the attacker's, who needs no password.
    pub async fn connect_hostile(&self, invited: &Invited, hostile: &HostileOrg) -> Answer {
        self.begin(&invited.link).await;
        self.type_address(hostile.origin()).await.assert_status(303);
        self.finish_hostile(invited, hostile).await
    }

    /// From the confirmation on.
    pub async fn finish_hostile(&self, invited: &Invited, hostile: &HostileOrg) -> Answer {
        let confirm = "/onboarding/organization/confirm";
        let seen = [("organization", hostile.host())];
        self.post(confirm, &seen)
            .await
            .assert_goes_to("/onboarding/permissions");
        self.post("/onboarding/permissions", &[])
            .await
            .assert_goes_to("/onboarding/app");
        self.submit_app(invited)
            .await
            .assert_goes_to("/onboarding/sign-in");
        let authorize = self.okta_address().await;
        self.follow(&authorize).await
    }

    /// A sign-in from the front page, at the attacker's organization.
    pub async fn sign_in_hostile(&self, hostile: &HostileOrg) -> Answer {
        let form = [("organization", hostile.origin())];
        let page = self.press("/sign-in", &form).await;
        let authorize = page.assert_status(200).link("/oauth2/v1/authorize");
        self.follow(&authorize.unwrap()).await
    }
}
