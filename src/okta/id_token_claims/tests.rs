//! One claim after another, and what is read of a person.

use secrecy::SecretString;
use serde_json::{Value, json};

use super::*;

const NOW: OffsetDateTime = time::macros::datetime!(2026-11-23 17:00 UTC);
const ISSUER: &str = "https://acme.okta.com";

fn good() -> Value {
    let now = NOW.unix_timestamp();
    json!({
        "iss": ISSUER, "sub": "00u1", "aud": "0oa1", "exp": now + 3600, "iat": now,
        "nonce": "n-0S6_WzA2Mj", "at_hash": "77QmUPtjPfzWtF2AnpK9RQ", "auth_time": now - 5,
        "email": "ada@acme.example", "name": "Ada", "preferred_username": "ada@acme.example",
    })
}

/// The token of OpenID Connect Core's own example of an `at_hash`.
fn check(claims: Value) -> Result<(), &'static str> {
    let access_token = SecretString::from("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y");
    let nonce = SecretString::from("n-0S6_WzA2Mj");
    let expected = Expected {
        nonce: ExpectedNonce::Plain(&nonce),
        access_token: &access_token,
    };
    let client_id = "0oa1".parse().expect("an id");
    let claims: Claims = serde_json::from_value(claims).map_err(|_| "shape")?;
    claims.check(&Bounds {
        issuer: ISSUER,
        client_id: &client_id,
        expected: &expected,
        now: NOW,
    })
}

fn with(name: &str, value: Value) -> Value {
    let mut claims = good();
    claims[name] = value;
    claims
}

#[test]
fn a_good_token_passes_and_so_do_harmless_differences() {
    let now = NOW.unix_timestamp();
    for claims in [
        good(),
        with("aud", json!(["0oa1"])),
        with("azp", json!("0oa1")),
        with("exp", json!(now - 59)),
        with("iat", json!(now + 60)),
        with("at_hash", Value::Null),
        with("email", json!(["odd"])),
        with("updated_at", json!("yesterday")),
    ] {
        assert_eq!(check(claims), Ok(()));
    }
}

#[test]
fn every_broken_rule_is_named() {
    let now = NOW.unix_timestamp();
    for (name, value, expected) in [
        (
            "iss",
            json!("https://other.okta.com"),
            "the issuer is another one",
        ),
        (
            "iss",
            json!("https://acme.okta.com/"),
            "the issuer is another one",
        ),
        (
            "iss",
            json!("https://acme.okta.com/oauth2/default"),
            "the issuer is another one",
        ),
        ("iss", Value::Null, "the issuer is another one"),
        ("aud", json!("0oa2"), "it is meant for another client"),
        ("aud", json!(["0oa1", "0oa2"]), "it is meant for others too"),
        ("aud", json!([]), "it is meant for others too"),
        ("aud", Value::Null, "the audience is missing"),
        ("azp", json!("0oa2"), "it was issued to another client"),
        ("sub", json!(""), "the subject is missing"),
        ("sub", Value::Null, "the subject is missing"),
        (
            "sub",
            json!("00u1\u{0}"),
            "the subject holds a control character",
        ),
        ("exp", json!(now - 60), "it has expired"),
        ("exp", Value::Null, "its end is missing"),
        ("exp", json!("soon"), "shape"),
        ("iat", json!(now + 61), "it was issued in the future"),
        ("iat", json!(now - 601), "it was issued long ago"),
        ("iat", Value::Null, "its time of issue is missing"),
        ("nbf", json!(now + 61), "it is not yet valid"),
        ("nonce", json!("other"), "the nonce is another one"),
        ("nonce", Value::Null, "the nonce is missing"),
        (
            "at_hash",
            json!("77QmUPtjPfzWtF2AnpK9RR"),
            "it belongs to another access token",
        ),
    ] {
        assert_eq!(
            check(with(name, value.clone())),
            Err(expected),
            "{name}: {value}"
        );
    }
}

#[test]
fn subjects_that_look_alike_are_different_subjects() {
    let subject = |text: &str| {
        let claims: Claims = serde_json::from_value(with("sub", json!(text))).expect("claims");
        claims.into_identity().subject
    };
    for text in [
        "00u1",
        " 00u1",
        "00u1\u{200b}",
        "00u\u{202e}1",
        "00u1\u{e0041}",
    ] {
        assert_eq!(check(with("sub", json!(text))), Ok(()));
        assert_eq!(subject(text), text);
    }
}

#[test]
fn groups_are_a_list_or_one_name_and_nothing_else() {
    let groups = |value: Value| {
        let claims: Claims = serde_json::from_value(with("groups", value)).expect("claims");
        claims.into_identity().groups
    };
    let list = |names: &[&str]| Some(names.iter().map(ToString::to_string).collect());

    assert_eq!(groups(json!(["a b", "c"])), list(&["a b", "c"]));
    assert_eq!(groups(json!("a, b")), list(&["a, b"]));
    assert_eq!(groups(json!(["a", 1, null, ["b"]])), list(&["a"]));
    assert_eq!(groups(json!({ "a": true })), list(&[]));
    assert_eq!(groups(Value::Null), None);
}

#[test]
fn shown_texts_are_cleaned() {
    let claims = with("name", json!("Ada\u{202e}\r\n <b>"));
    let claims: Claims = serde_json::from_value(claims).expect("claims");

    assert_eq!(claims.into_identity().name.as_deref(), Some("Ada <b>"));
}

fn feed_claims(count: usize) {
    let valid = good();
    crate::fuzz::documents(count, std::slice::from_ref(&valid), |text| {
        let Ok(claims) = serde_json::from_slice::<Value>(text) else {
            return;
        };
        if check(claims.clone()).is_ok() {
            for bound in ["iss", "nonce"] {
                assert_eq!(claims[bound], valid[bound], "{claims}");
            }
            let audience = &claims["aud"];
            assert!(
                *audience == "0oa1" || *audience == json!(["0oa1"]),
                "{claims}"
            );
        }
        if let Ok(claims) = serde_json::from_value::<Claims>(claims) {
            drop(claims.into_identity());
        }
    });
}

crate::fuzz::both!(
    feed_claims,
    no_hostile_claims_panic_or_pass,
    soak_of_hostile_claims
);
