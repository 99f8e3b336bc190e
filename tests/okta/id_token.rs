//! ID tokens, right ones and all the wrong ones.

use fake_okta::{Effect, Fault, IdTokenFault};
use grantway::domain::failure::FailureKind;
use grantway::okta::{Expected, ExpectedNonce};
use secrecy::SecretString;

use crate::support::{ADA, World};

const KEYS: &str = "/oauth2/v1/keys";

#[tokio::test]
async fn a_good_token_says_who_signed_in() {
    let world = World::new().await;

    let identity = world.sign_in().await.expect("an identity");

    assert_eq!(identity.subject, world.org.person(ADA).expect("Ada").id);
    assert_eq!(identity.login.as_deref(), Some(ADA));
    assert_eq!(identity.email.as_deref(), Some(ADA));
    assert_eq!(identity.name.as_deref(), Some("Ada Example"));
    assert!(identity.auth_time.is_some());
}

#[tokio::test]
async fn every_wrong_token_is_refused() {
    use IdTokenFault::*;
    let world = World::new().await;
    for fault in [
        AlgNone,
        Hs256WithClientSecret,
        Hs256WithPublicKey,
        UnknownKid,
        RotatedAwayKey,
        WrongKey,
        NoKid,
        JwkHeader,
        CritHeader,
        IssuerWrong,
        IssuerOtherOrg,
        IssuerCustomServer,
        IssuerTrailingSlash,
        IssuerMissing,
        AudienceWrong,
        AudienceMissing,
        AudienceWithSecond,
        AzpWrong,
        Expired,
        ExpiryMissing,
        IssuedAtMissing,
        IssuedInFuture,
        IssuedLongAgo,
        NonceMissing,
        NonceWrong,
        AccessTokenHashWrong,
        SubjectMissing,
        BadSignature,
        NoSignature,
        NotAJwt,
    ] {
        world.org.faults().add(fault);
        let failure = world.sign_in().await.expect_err("a refusal");
        world.org.faults().clear();

        assert_eq!(failure.kind, FailureKind::IdTokenRejected, "{fault:?}");
        assert!(failure.detail.is_some(), "{fault:?}");
    }
}

#[tokio::test]
async fn harmless_oddities_pass_and_addresses_in_the_header_are_ignored() {
    use IdTokenFault::*;
    let world = World::new().await;
    for fault in [
        AudienceArray,
        JustExpired,
        JkuHeader,
        X5uHeader,
        AuthTimeOld,
    ] {
        world.org.faults().add(fault);
        let identity = world.sign_in().await;
        world.org.faults().clear();

        assert!(identity.is_ok(), "{fault:?}: {identity:?}");
    }
}

#[tokio::test]
async fn a_token_without_key_id_passes_only_where_there_is_one_key() {
    let world = World::new().await;
    world.org.publish_keys(1);
    world.org.faults().add(IdTokenFault::NoKid);

    assert!(world.sign_in().await.is_ok());
}

#[tokio::test]
async fn the_nonce_may_be_known_only_by_its_hash_and_a_token_of_another_attempt_fails() {
    let world = World::new().await;
    let (tokens, metadata) = (
        world.exchange().await.expect("tokens"),
        world.metadata().await,
    );
    let id_token = tokens.id_token.as_ref().expect("an ID token");
    let verify = async |nonce, access_token| {
        let expected = Expected {
            nonce,
            access_token,
        };
        world
            .okta
            .verify_id_token(&metadata, &world.client_id, id_token, &expected)
            .await
    };
    let mut hash = [0; 32];
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, b"nonce-canary-1");
    hash.copy_from_slice(digest.as_ref());
    let other = SecretString::from("other");

    assert!(
        verify(ExpectedNonce::Sha256(hash), &tokens.access_token)
            .await
            .is_ok()
    );
    assert!(
        verify(ExpectedNonce::Sha256([7; 32]), &tokens.access_token)
            .await
            .is_err()
    );
    assert!(
        verify(ExpectedNonce::Plain(&other), &tokens.access_token)
            .await
            .is_err()
    );
    assert!(verify(ExpectedNonce::Sha256(hash), &other).await.is_err());
}

#[tokio::test]
async fn keys_are_kept_and_a_rotation_costs_one_more_request() {
    let world = World::new().await;
    world.org.publish_keys(1);
    for _ in 0..3 {
        world.sign_in().await.expect("an identity");
    }
    assert_eq!(world.org.requests_to(KEYS).len(), 1);

    world.org.rotate_keys();
    world.sign_in().await.expect("an identity");
    assert_eq!(world.org.requests_to(KEYS).len(), 2);

    world.fake.clock().advance(16 * 60);
    world.sign_in().await.expect("an identity");
    assert_eq!(
        world.org.requests_to(KEYS).len(),
        3,
        "keys are not believed for ever"
    );
}

#[tokio::test]
async fn a_flood_of_unknown_keys_causes_one_request_a_minute() {
    let world = World::new().await;
    world.sign_in().await.expect("an identity");
    world.org.faults().add(IdTokenFault::UnknownKid);
    let tokens = world.exchange().await.expect("tokens");
    let flood = async || {
        let attempts = (0..50).map(|_| world.verify(&tokens));
        for outcome in futures_util::future::join_all(attempts).await {
            assert!(outcome.is_err());
        }
    };

    flood().await;
    assert_eq!(world.org.requests_to(KEYS).len(), 2);
    world.fake.clock().advance(61);
    flood().await;
    assert_eq!(world.org.requests_to(KEYS).len(), 3);
}

#[tokio::test]
async fn keys_that_cannot_be_fetched_are_an_outage_and_no_refusal() {
    let world = World::new().await;
    world.org.faults().add(Fault::on(KEYS, Effect::ServerError));

    let failure = world.sign_in().await.expect_err("a failure");

    assert_eq!(failure.kind, FailureKind::OktaBroken);
}
