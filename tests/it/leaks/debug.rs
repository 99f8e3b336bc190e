//! `Debug` of what holds secrets shows that there is something, and not what.

use std::fmt::Debug;

use grantway::config::{Config, Environment};
use grantway::domain::connection::ClientAuthMethod;
use grantway::domain::id::{LinkId, SessionId, TenantId};
use grantway::domain::scope::ScopeSet;
use grantway::domain::token_set::{ScopesSource, TokenSet};
use grantway::flows::{AppForm, CallbackQuery, Landed, Opened, Renewed};
use grantway::okta::{Client, ClientAuth, KeyAlgorithm, TokenResponse};
use grantway::store::{SealedBytes, SealedKey};
use grantway::vault::{self, KeyRing, Sealed, client_key};
use secrecy::SecretString;
use time::OffsetDateTime;

use crate::support::TestApp;
use crate::support::sessions::token_of;
use crate::support::settings::KEY_RING;

const CANARY: &str = "CANARY";

fn secret() -> SecretString {
    SecretString::from(CANARY)
}

#[track_caller]
fn assert_silent(what: &impl Debug, name: &str) {
    for text in [format!("{what:?}"), format!("{what:#?}")] {
        assert!(text.contains(name), "{text} does not say what it is");
        assert!(!text.contains(CANARY), "{text}");
    }
}

#[test]
fn what_people_and_okta_send_is_not_shown() {
    let form = AppForm {
        auth_method: ClientAuthMethod::ClientSecretBasic,
        client_id: "0oa1".to_owned(),
        client_secret: Some(secret()),
    };
    assert_silent(&form, "AppForm");
    let query = CallbackQuery {
        state: Some(secret()),
        code: Some(secret()),
        error: None,
        error_description: None,
        iss: None,
    };
    assert_silent(&query, "CallbackQuery");
    let response = TokenResponse {
        access_token: secret(),
        expires_in: std::time::Duration::from_hours(1),
        refresh_token: Some(secret()),
        id_token: Some(secret()),
        scopes: None,
    };
    assert_silent(&response, "TokenResponse");
    let tokens = TokenSet {
        access_token: secret(),
        access_expires_at: OffsetDateTime::UNIX_EPOCH,
        refresh_token: Some(secret()),
        refresh_expires_at: None,
        scopes: ScopeSet::default(),
        scopes_source: ScopesSource::TokenResponse,
    };
    assert_silent(&tokens, "TokenSet");
}

#[test]
fn what_is_handed_to_browsers_and_to_okta_is_not_shown() {
    let opened = Opened::Session {
        link: LinkId::new(),
        token: secret(),
        replaces: None,
    };
    assert_silent(&opened, "Session");
    let landed = Landed::Status {
        tenant: TenantId::new(),
        session: Some(Renewed {
            token: secret(),
            replaces: SessionId::new(),
        }),
        to: None,
    };
    assert_silent(&landed, "Status");
    let client_id = "0oa1".parse().unwrap();
    let (pem, word) = (secret(), secret());
    let key = ClientAuth::PrivateKey {
        pem: &pem,
        kid: "k",
        algorithm: KeyAlgorithm::Es256,
    };
    for auth in [key, ClientAuth::Secret(&word)] {
        let client = Client {
            organization: None,
            client_id: &client_id,
            auth,
        };
        assert_silent(&client, "Client");
    }
}

#[test]
fn keys_and_what_they_sealed_are_not_shown() {
    let key = client_key::generate();
    let pem = vault::disclose(&key.private_pem).to_owned();
    let body = pem.lines().nth(1).unwrap();
    assert!(!format!("{key:?}").contains(body));
    let bytes = CANARY.as_bytes().to_vec();
    let listed = format!("{:?}", CANARY.as_bytes());
    let sealed = SealedBytes(bytes.clone());
    let stored = SealedKey {
        private: sealed.clone(),
        id: "k".to_owned(),
        public: serde_json::Value::Null,
    };
    for text in [
        format!("{sealed:?}"),
        format!("{stored:?}"),
        format!("{:?}", Sealed::from_bytes(bytes)),
    ] {
        assert!(text.contains("Sealed"), "{text}");
        assert!(!text.contains(CANARY) && !text.contains(&listed), "{text}");
    }
    let material = KEY_RING.split_once(':').unwrap().1;
    let ring = KeyRing::parse(&SecretString::from(KEY_RING)).unwrap();
    let text = format!("{ring:?}");
    assert!(text.contains("test1") && !text.contains(material), "{text}");
    assert!(!text.contains("48, 49, 50"), "the key's bytes: {text}");
}

#[test]
fn a_configuration_is_shown_without_its_secrets() {
    let config = Config::read(&Environment::of(&[
        ("DATABASE_URL", "postgres://user:CANARY@localhost/x"),
        ("GRANTWAY_PUBLIC_URL", "https://connect.example.com"),
        ("GRANTWAY_KEYRING", KEY_RING),
        ("GRANTWAY_VENDOR_NAME", "Northvault"),
        ("GRANTWAY_SUPPORT_EMAIL", "support@northvault.example"),
    ]))
    .unwrap();
    assert_silent(&config, "Config");
    let material = KEY_RING.split_once(':').unwrap().1;
    assert!(!format!("{config:?}").contains(material));
}

#[tokio::test]
async fn a_running_service_is_shown_without_its_secrets() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let material = KEY_RING.split_once(':').unwrap().1;
    let record = app.shared.store.find_connection(invited.tenant).await;
    for text in [
        format!("{:?}", app.shared),
        format!("{:#?}", app.shared),
        format!("{:?}", record.unwrap()),
    ] {
        assert!(!text.contains(material), "{text}");
        assert!(!text.contains(token_of(&invited.link)), "{text}");
        assert!(!text.contains("PRIVATE KEY"), "{text}");
    }
}

#[test]
fn an_environment_is_shown_without_its_values() {
    let environment = Environment::of(&[("DATABASE_URL", "postgres://user:CANARY@localhost/x")]);
    assert_silent(&environment, "Environment");
}
