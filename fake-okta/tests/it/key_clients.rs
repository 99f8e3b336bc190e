//! Clients that sign their requests: `private_key_jwt`, for people's apps and for service apps.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fake_okta::{App, ApplicationType, AuthMethod, OrgHandle, Role};
use serde_json::{Value, json};

use crate::support::{Setup, backup_app, text};

const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A P-256 key of a client.
struct ClientKey {
    pair: EcdsaKeyPair,
}

impl ClientKey {
    fn new() -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        Self { pair }
    }

    fn jwks(&self) -> Value {
        let point = self.pair.public_key().as_ref();
        let part = |range| URL_SAFE_NO_PAD.encode(&point[range]);
        json!({"keys": [{"kty": "EC", "crv": "P-256", "kid": "k1", "use": "sig", "alg": "ES256",
            "x": part(1..33), "y": part(33..65)}]})
    }

    fn sign(&self, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(header), part(claims));
        let signature = self
            .pair
            .sign(&SystemRandom::new(), signed.as_bytes())
            .unwrap();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()))
    }
}

struct Service {
    setup: Setup,
    app: App,
    key: ClientKey,
}

impl Service {
    async fn start() -> Self {
        let setup = Setup::start().await;
        let key = ClientKey::new();
        let app = setup.org.add_app(App {
            application_type: ApplicationType::Service,
            auth_method: AuthMethod::PrivateKeyJwt,
            grant_types: vec!["client_credentials".to_owned()],
            jwks: Some(key.jwks()),
            roles: vec![Role::SuperAdmin],
            ..backup_app()
        });
        Self { setup, app, key }
    }

    fn org(&self) -> &OrgHandle {
        &self.setup.org
    }

    fn claims(&self) -> Value {
        let now = self.setup.fake.clock().now();
        json!({"iss": self.app.client_id, "sub": self.app.client_id, "iat": now, "exp": now + 300,
            "aud": format!("{}/oauth2/v1/token", self.org().origin()), "jti": "one"})
    }

    async fn token(&self, assertion: &str) -> (u16, Value) {
        let form = [
            ("grant_type", "client_credentials"),
            ("scope", "okta.users.manage okta.groups.manage"),
            ("client_assertion_type", TYPE),
            ("client_assertion", assertion),
        ];
        self.setup
            .client()
            .post_bare("/oauth2/v1/token", &form)
            .await
    }

    /// The description of the refusal of changed claims.
    async fn refusal(&self, claim: &str, value: Value) -> String {
        let mut claims = self.claims();
        claims[claim] = value;
        let (status, body) = self.token(&self.key.sign(&header(), &claims)).await;
        assert_eq!(
            (status, text(&body, "error")),
            (401, "invalid_client"),
            "{body}"
        );
        text(&body, "error_description").to_owned()
    }
}

fn header() -> Value {
    json!({"alg": "ES256", "kid": "k1"})
}

#[tokio::test]
async fn a_service_app_gets_a_token_for_the_scopes_that_it_was_granted() {
    let service = Service::start().await;
    let (status, body) = service
        .token(&service.key.sign(&header(), &service.claims()))
        .await;
    assert_eq!(
        (status, text(&body, "scope")),
        (200, "okta.users.manage"),
        "{body}"
    );
    assert!(body.get("refresh_token").is_none());
    let requests = service.org().requests_to("/oauth2/v1/token");
    assert_eq!(
        requests[0].client_id.as_deref(),
        Some(service.app.client_id.as_str())
    );
}

#[tokio::test]
async fn an_assertion_with_an_identifier_works_once() {
    let service = Service::start().await;
    let assertion = service.key.sign(&header(), &service.claims());
    assert_eq!(service.token(&assertion).await.0, 200);
    let (status, body) = service.token(&assertion).await;
    assert_eq!(status, 401);
    let wanted = "The client_assertion token has already been used.";
    assert_eq!(text(&body, "error_description"), wanted);
}

#[tokio::test]
async fn each_wrong_claim_has_oktas_words() {
    let service = Service::start().await;
    let now = service.setup.fake.clock().now();
    let cases = [
        (
            "iss",
            json!("0oaX"),
            "The issuer claim for client_assertion is not a valid client_id.",
        ),
        (
            "sub",
            json!("0oaX"),
            "The subject claim for client_assertion is not a valid client_id.",
        ),
        (
            "aud",
            json!("https://acme.okta.com"),
            "The audience claim for client_assertion must be the endpoint invoked for the request.",
        ),
        (
            "exp",
            json!("soon"),
            "The client_assertion must contain the 'exp' claim as seconds since epoch.",
        ),
        (
            "exp",
            json!(now - 1),
            "The client_assertion token is expired.",
        ),
        (
            "exp",
            json!(now + 3700),
            "The client_assertion token has an expiration too far into the future.",
        ),
        (
            "iat",
            json!(now + 600),
            "The client_assertion token must be issued before the current time.",
        ),
    ];
    for (claim, value, words) in cases {
        assert_eq!(service.refusal(claim, value).await, words, "{claim}");
    }
}

#[tokio::test]
async fn another_key_another_kid_and_a_symmetric_algorithm_are_refused() {
    let service = Service::start().await;
    let claims = service.claims();
    let cases = [
        (
            ClientKey::new().sign(&header(), &claims),
            "The client_assertion signature is invalid.",
        ),
        (
            service
                .key
                .sign(&json!({"alg": "ES256", "kid": "k2"}), &claims),
            "The client_assertion JWT kid is invalid.",
        ),
        (
            service
                .key
                .sign(&json!({"alg": "HS256", "kid": "k1"}), &claims),
            "The client_assertion JWT signature algorithm is invalid.",
        ),
        (
            "not-a-jwt".to_owned(),
            "The parsing of the client_assertion failed.",
        ),
    ];
    for (assertion, words) in cases {
        let (status, body) = service.token(&assertion).await;
        assert_eq!((status, text(&body, "error_description")), (401, words));
    }
}

#[tokio::test]
async fn keys_are_fetched_from_the_address_that_the_app_names() {
    let service = Service::start().await;
    // The other organization of the fake serves as the client's own server.
    let other = service.setup.fake.org("other");
    let keys = fake_okta::Effect::Answer {
        status: 200,
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        body: service.key.jwks().to_string(),
    };
    other
        .faults()
        .add(fake_okta::Fault::on("/jwks", keys).once());
    service.org().update_app(&service.app.client_id, |app| {
        app.jwks = None;
        app.jwks_uri = Some(format!("{}/jwks", other.origin()));
    });
    assert_eq!(
        service
            .token(&service.key.sign(&header(), &service.claims()))
            .await
            .0,
        200
    );
    let (status, body) = service
        .token(&service.key.sign(&header(), &service.claims()))
        .await;
    assert_eq!(status, 401);
    assert_eq!(
        text(&body, "error_description"),
        "Error retrieving the client JWKSet from jwks_uri."
    );
}

#[tokio::test]
async fn client_credentials_are_for_service_apps_with_keys() {
    let service = Service::start().await;
    let form = [
        ("grant_type", "client_credentials"),
        ("scope", "okta.users.manage"),
    ];
    let (status, body) = service.setup.client().token(&form).await;
    assert_eq!(status, 401);
    assert!(text(&body, "error_description").starts_with("Only clients with 'application_type'"));
    let app = service.org().add_app(App {
        application_type: ApplicationType::Service,
        grant_types: vec!["client_credentials".to_owned()],
        ..backup_app()
    });
    let client = crate::support::Client::new(service.org(), &app);
    let (status, body) = client.token(&form).await;
    assert_eq!(status, 401);
    assert!(text(&body, "error_description").starts_with("Client Credentials requests to the Org"));
    service
        .org()
        .update_app(&app.client_id, |app| app.api_service_integration = true);
    assert_eq!(client.token(&form).await.0, 200);
}

#[tokio::test]
async fn a_service_app_calls_the_api_with_its_own_roles() {
    let service = Service::start().await;
    let (_, body) = service
        .token(&service.key.sign(&header(), &service.claims()))
        .await;
    let get = || {
        let request =
            crate::support::browser::http().get(format!("{}/api/v1/users", service.org().origin()));
        crate::support::client::send(request.bearer_auth(text(&body, "access_token")))
    };
    assert_eq!(get().await.0, 200);
    service
        .org()
        .update_app(&service.app.client_id, |app| app.roles.clear());
    assert_eq!(get().await.0, 403);
}
