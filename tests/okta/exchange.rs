//! Spending a code: how the client proves itself, and what stands in the way.

use fake_okta::AuthMethod;
use grantway::domain::failure::{FailureKind, OktaFailure};
use grantway::okta::{Client, ClientAuth, KeyAlgorithm, TokenResponse};
use grantway::vault::client_key::{self, ClientKey};
use secrecy::SecretString;
use serde_json::json;

use crate::support::{World, callback, exposed};

const TOKEN: &str = "/oauth2/v1/token";

type Change = fn(&mut fake_okta::App);

async fn exchange_as(world: &World, client: &Client<'_>) -> Result<TokenResponse, OktaFailure> {
    let (metadata, code) = (world.metadata().await, world.code().await);
    let redirect = callback();
    world
        .okta
        .exchange_code(&metadata, client, &code, &world.verifier, &redirect)
        .await
}

/// Sets the application to `private_key_jwt` with the public half of a new key.
fn switch_to_key(world: &World) -> ClientKey {
    let key = client_key::generate();
    world.org.update_app(&world.app.client_id, |app| {
        app.auth_method = AuthMethod::PrivateKeyJwt;
        app.jwks = Some(json!({"keys": [key.public_jwk]}));
    });
    key
}

fn by_key<'a>(world: &'a World, key: &'a ClientKey) -> Client<'a> {
    let (pem, kid, algorithm) = (&key.private_pem, key.kid.as_str(), KeyAlgorithm::Es256);
    Client {
        organization: None,
        client_id: &world.client_id,
        auth: ClientAuth::PrivateKey {
            pem,
            kid,
            algorithm,
        },
    }
}

#[tokio::test]
async fn a_secret_buys_tokens_and_travels_only_in_the_header() {
    let world = World::new().await;

    let tokens = world.exchange().await.expect("tokens");

    assert_eq!(tokens.expires_in.as_secs(), 3600);
    assert!(tokens.refresh_token.is_some());
    let scopes = tokens.scopes.expect("scopes").to_string();
    assert!(
        scopes.contains("okta.users.manage") && scopes.contains("offline_access"),
        "{scopes}"
    );
    let request = &world.org.requests_to(TOKEN)[0];
    assert!(
        request
            .header("authorization")
            .is_some_and(|value| value.starts_with("Basic "))
    );
    let names: Vec<&str> = request.form.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        ["grant_type", "code", "code_verifier", "redirect_uri"]
    );
    assert_eq!(request.query, None);
}

#[tokio::test]
async fn a_key_buys_tokens_with_a_new_short_assertion_each_time() {
    let world = World::new().await;
    let key = switch_to_key(&world);

    for _ in 0..2 {
        exchange_as(&world, &by_key(&world, &key))
            .await
            .expect("tokens");
    }

    let requests = world.org.requests_to(TOKEN);
    let claims: Vec<serde_json::Value> = requests
        .iter()
        .map(|request| {
            assert_eq!(request.header("authorization"), None);
            assert_eq!(request.field("client_secret"), None);
            let assertion = request.field("client_assertion").expect("an assertion");
            jsonwebtoken::dangerous::insecure_decode_claims(assertion).expect("claims")
        })
        .collect();
    assert_ne!(claims[0]["jti"], claims[1]["jti"]);
    for claims in claims {
        assert_eq!(claims["aud"], format!("{}{TOKEN}", world.org.origin()));
        assert_eq!(
            (&claims["iss"], &claims["sub"]),
            (&claims["sub"], &json!(world.app.client_id))
        );
        let life = claims["exp"].as_i64().expect("exp") - claims["iat"].as_i64().expect("iat");
        assert!((60..=300).contains(&life), "{life}");
    }
}

#[tokio::test]
async fn an_exchange_runs_to_its_end_in_a_task_of_its_own() {
    let world = World::new().await;
    let (metadata, code) = (world.metadata().await, world.code().await);
    let (okta, id) = (world.okta.clone(), world.client_id.clone());
    let (secret, verifier) = (world.client_secret.clone(), world.verifier.clone());

    let task = tokio::spawn(async move {
        let client = Client {
            organization: None,
            client_id: &id,
            auth: ClientAuth::Secret(&secret),
        };
        okta.exchange_code(&metadata, &client, &code, &verifier, &callback())
            .await
    });

    assert!(task.await.expect("the task ends").is_ok());
}

#[tokio::test]
async fn each_mistake_in_the_client_s_proof_has_its_own_cause() {
    let world = World::new().await;
    let wrong = SecretString::from("not the secret");
    let auth = ClientAuth::Secret(&wrong);
    let wrong_secret = Client {
        organization: None,
        client_id: &world.client_id,
        auth,
    };
    let failure = exchange_as(&world, &wrong_secret)
        .await
        .expect_err("a failure");
    assert_eq!(failure.kind, FailureKind::WrongSecret);
    assert_eq!(failure.said.status, Some(401));

    let stranger = client_key::generate();
    let failure = exchange_as(&world, &by_key(&world, &stranger))
        .await
        .expect_err("a failure");
    assert_eq!(failure.kind, FailureKind::WrongAuthMethod);

    let key = switch_to_key(&world);
    let failure = exchange_as(&world, &world.client())
        .await
        .expect_err("a failure");
    assert_eq!(failure.kind, FailureKind::WrongAuthMethod);
    let failure = exchange_as(&world, &by_key(&world, &stranger))
        .await
        .expect_err("a failure");
    assert_eq!(failure.kind, FailureKind::KeyRefused);
    let forged = ClientKey {
        kid: key.kid.clone(),
        ..stranger
    };
    let failure = exchange_as(&world, &by_key(&world, &forged))
        .await
        .expect_err("a failure");
    assert_eq!(failure.kind, FailureKind::KeyRefused);

    world.org.update_app(&world.app.client_id, |app| {
        app.jwks = None;
        app.jwks_uri = Some("http://127.0.0.1:9/keys".to_owned());
    });
    let failure = exchange_as(&world, &by_key(&world, &key))
        .await
        .expect_err("a failure");
    assert_eq!(failure.kind, FailureKind::KeyRefused);
}

#[tokio::test]
async fn each_setting_of_the_application_that_stands_in_the_way_has_its_own_cause() {
    let world = World::new().await;
    let settings: [(Change, FailureKind); 3] = [
        (|app| app.dpop_bound = true, FailureKind::DpopRequired),
        (
            |app| app.network_zone_restricted = true,
            FailureKind::NetworkZone,
        ),
        (
            |app| app.grant_types = vec!["refresh_token".to_owned()],
            FailureKind::CodeGrantDisabled,
        ),
    ];
    for (change, expected) in settings {
        let (metadata, code) = (world.metadata().await, world.code().await);
        let before = world.app.clone();
        world.org.update_app(&world.app.client_id, change);
        let exchanged = world
            .okta
            .exchange_code(
                &metadata,
                &world.client(),
                &code,
                &world.verifier,
                &callback(),
            )
            .await;
        world
            .org
            .update_app(&world.app.client_id, |app| *app = before);

        assert_eq!(exchanged.expect_err("a failure").kind, expected);
    }
}

#[tokio::test]
async fn a_code_that_was_spent_is_told_from_mistakes_of_ours() {
    let world = World::new().await;
    let (metadata, code, client) = (world.metadata().await, world.code().await, world.client());
    let (okta, redirect) = (&world.okta, callback());
    let other = SecretString::from("a".repeat(43));

    let failure = okta
        .exchange_code(&metadata, &client, &code, &other, &redirect)
        .await;
    assert_eq!(failure.expect_err("a failure").kind, FailureKind::Other);

    let code = world.code().await;
    okta.exchange_code(&metadata, &client, &code, &world.verifier, &redirect)
        .await
        .expect("tokens");
    let failure = okta
        .exchange_code(&metadata, &client, &code, &world.verifier, &redirect)
        .await;
    assert_eq!(
        failure.expect_err("a failure").kind,
        FailureKind::CodeExpired
    );
}

#[tokio::test]
async fn debug_of_nothing_shows_a_secret() {
    let world = World::new().await;
    let tokens = world.exchange().await.expect("tokens");
    let key = client_key::generate();
    let secret = exposed(&world.client_secret).to_owned();
    let shown = format!(
        "{tokens:?} {:?} {:?} {:?} {:?}",
        world.client(),
        by_key(&world, &key),
        world.okta,
        world.metadata().await,
    );

    let mut canaries = vec![secret, exposed(&tokens.access_token).to_owned()];
    canaries.extend(
        tokens
            .refresh_token
            .iter()
            .map(|token| exposed(token).to_owned()),
    );
    canaries.extend(
        tokens
            .id_token
            .iter()
            .map(|token| exposed(token).to_owned()),
    );
    for canary in canaries {
        assert!(!shown.contains(&canary), "{canary} in {shown}");
    }
    assert!(!shown.contains("PRIVATE KEY"));
}
