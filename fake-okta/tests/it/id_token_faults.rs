//! Every wrong ID token is wrong in the way that its name says, and in no other.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fake_okta::IdTokenFault as Fault;
use serde_json::{Value, json};

use crate::support::browser::http;
use crate::support::client::send;
use crate::support::{Setup, claims, text};

const SCOPE: &str = "openid profile okta.users.manage";

/// Header, claims and the token itself, made under a fault.
async fn made_with(setup: &Setup, fault: Fault) -> (Value, Value, String) {
    setup.org.faults().add(fake_okta::Fault::from(fault).once());
    let body = setup.tokens(SCOPE).await;
    let token = text(&body, "id_token").to_owned();
    let (header, claims) = claims(&token);
    (header, claims, token)
}

/// Whether the signature fits the published key that the header names, or the only fitting one.
async fn verifies(setup: &Setup, header: &Value, token: &str) -> bool {
    let (_, keys) = send(http().get(format!("{}/oauth2/v1/keys", setup.org.origin()))).await;
    let keys: jsonwebtoken::jwk::JwkSet = serde_json::from_value(keys).unwrap();
    let mut rules = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::RS256);
    rules.validate_aud = false;
    rules.validate_exp = false;
    rules.required_spec_claims.clear();
    keys.keys
        .iter()
        .filter(|key| header["kid"].is_null() || header["kid"] == json!(key.common.key_id))
        .map(|key| jsonwebtoken::DecodingKey::from_jwk(key).unwrap())
        .any(|key| jsonwebtoken::decode::<Value>(token, &key, &rules).is_ok())
}

#[tokio::test]
async fn claims_are_wrong_while_the_signature_is_right() {
    let setup = Setup::start().await;
    let origin = setup.org.origin();
    let client_id = &setup.app.client_id;
    let other = "0oaAnotherClientsId0";
    let cases = [
        (Fault::IssuerWrong, "iss", json!("https://attacker.example")),
        (
            Fault::IssuerOtherOrg,
            "iss",
            json!(setup.fake.org("other").origin()),
        ),
        (
            Fault::IssuerCustomServer,
            "iss",
            json!(format!("{origin}/oauth2/default")),
        ),
        (
            Fault::IssuerTrailingSlash,
            "iss",
            json!(format!("{origin}/")),
        ),
        (Fault::IssuerMissing, "iss", Value::Null),
        (Fault::AudienceWrong, "aud", json!(other)),
        (Fault::AudienceMissing, "aud", Value::Null),
        (Fault::AudienceArray, "aud", json!([client_id])),
        (Fault::AudienceWithSecond, "aud", json!([client_id, other])),
        (Fault::AzpWrong, "azp", json!(other)),
        (Fault::ExpiryMissing, "exp", Value::Null),
        (Fault::IssuedAtMissing, "iat", Value::Null),
        (Fault::NonceMissing, "nonce", Value::Null),
        (Fault::SubjectMissing, "sub", Value::Null),
        (Fault::SubjectOther, "sub", json!("00uAnotherPersonsId0")),
    ];
    for (fault, claim, wanted) in cases {
        let (header, claims, token) = made_with(&setup, fault).await;
        assert_eq!(claims[claim], wanted, "{fault:?}");
        assert!(verifies(&setup, &header, &token).await, "{fault:?}");
    }
}

#[tokio::test]
async fn times_nonce_and_hash_differ_from_what_they_should_be() {
    let setup = Setup::start().await;
    let now = setup.fake.clock().now();
    let number = |claims: &Value, name: &str| claims[name].as_i64().unwrap();
    let (_, claims, _) = made_with(&setup, Fault::Expired).await;
    assert!(number(&claims, "exp") < now - 3000);
    let (_, claims, _) = made_with(&setup, Fault::JustExpired).await;
    assert!((now - 20..now).contains(&number(&claims, "exp")));
    let (_, claims, _) = made_with(&setup, Fault::IssuedInFuture).await;
    assert!(number(&claims, "iat") > now + 3000);
    let (_, claims, _) = made_with(&setup, Fault::IssuedLongAgo).await;
    assert!(number(&claims, "iat") < now - 80_000);
    let (_, claims, _) = made_with(&setup, Fault::AuthTimeOld).await;
    assert!(number(&claims, "auth_time") < now - 80_000);
    let (_, claims, _) = made_with(&setup, Fault::NonceWrong).await;
    assert_ne!(claims["nonce"], "nonce-1");
    let (_, claims, _) = made_with(&setup, Fault::AccessTokenHashWrong).await;
    assert_eq!(claims["at_hash"].as_str().unwrap().len(), 22);
}

#[tokio::test]
async fn signatures_that_must_not_be_accepted_do_not_verify() {
    let setup = Setup::start().await;
    for fault in [
        Fault::AlgNone,
        Fault::Hs256WithClientSecret,
        Fault::Hs256WithPublicKey,
        Fault::UnknownKid,
        Fault::RotatedAwayKey,
        Fault::WrongKey,
        Fault::BadSignature,
        Fault::NoSignature,
    ] {
        let (header, _, token) = made_with(&setup, fault).await;
        assert!(!verifies(&setup, &header, &token).await, "{fault:?}");
        let alg = match fault {
            Fault::AlgNone => "none",
            Fault::Hs256WithClientSecret | Fault::Hs256WithPublicKey => "HS256",
            _ => "RS256",
        };
        assert_eq!(header["alg"], alg, "{fault:?}");
    }
}

#[tokio::test]
async fn an_hs256_token_really_is_signed_with_the_client_secret() {
    let setup = Setup::start().await;
    let (_, _, token) = made_with(&setup, Fault::Hs256WithClientSecret).await;
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let secret = setup.app.client_secret.as_deref().unwrap();
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, secret.as_bytes());
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    assert!(aws_lc_rs::hmac::verify(&key, signed.as_bytes(), &signature).is_ok());
}

#[tokio::test]
async fn headers_that_must_be_ignored_are_there() {
    let setup = Setup::start().await;
    for (fault, name) in [
        (Fault::JkuHeader, "jku"),
        (Fault::X5uHeader, "x5u"),
        (Fault::JwkHeader, "jwk"),
        (Fault::CritHeader, "crit"),
    ] {
        let (header, _, _) = made_with(&setup, fault).await;
        assert!(!header[name].is_null(), "{fault:?}");
    }
    let (header, _, token) = made_with(&setup, Fault::NoKid).await;
    assert!(header["kid"].is_null());
    assert!(verifies(&setup, &header, &token).await);
    setup
        .org
        .faults()
        .add(fake_okta::Fault::from(Fault::NotAJwt).once());
    let body = setup.tokens(SCOPE).await;
    assert!(!text(&body, "id_token").contains('.'));
}

#[tokio::test]
async fn a_rotation_publishes_another_key_and_one_key_alone_can_be_published() {
    let setup = Setup::start().await;
    let body = setup.tokens(SCOPE).await;
    let token = text(&body, "id_token");
    let (header, _) = claims(token);
    assert!(verifies(&setup, &header, token).await);
    setup.org.rotate_keys();
    assert!(!verifies(&setup, &header, token).await);
    setup.org.publish_keys(1);
    let (_, keys) = send(http().get(format!("{}/oauth2/v1/keys", setup.org.origin()))).await;
    assert_eq!(keys["keys"].as_array().unwrap().len(), 1);
    let body = setup.tokens(SCOPE).await;
    let token = text(&body, "id_token");
    assert!(verifies(&setup, &claims(token).0, token).await);
}
