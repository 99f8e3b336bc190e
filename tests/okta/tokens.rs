//! Asking about tokens, renewing them and ending them.

use fake_okta::{Effect, Fault, Rotation};
use grantway::domain::failure::FailureKind;
use grantway::okta::TokenHint;
use secrecy::SecretString;

use crate::support::{ADA, World, exposed};

#[tokio::test]
async fn introspection_tells_the_scopes_and_the_ninety_days() {
    let world = World::new().await;
    let (tokens, metadata) = (
        world.exchange().await.expect("tokens"),
        world.metadata().await,
    );
    let refresh = tokens.refresh_token.expect("a refresh token");
    let ask = async |token, hint| {
        world
            .okta
            .introspect(&metadata, &world.client(), token, hint)
            .await
            .expect("an answer")
    };

    let access = ask(&tokens.access_token, TokenHint::AccessToken).await;
    assert!(access.active);
    assert_eq!(access.scopes, tokens.scopes);
    assert_eq!(access.user_id, Some(world.org.person(ADA).expect("Ada").id));

    let ends = ask(&refresh, TokenHint::RefreshToken)
        .await
        .expires_at
        .expect("an end");
    let left = ends.unix_timestamp() - world.fake.clock().now();
    let ninety_days = 90 * 86_400;
    assert!((ninety_days - 60..=ninety_days).contains(&left), "{left}");

    let unknown = ask(&SecretString::from("unknown"), TokenHint::AccessToken).await;
    assert!(!unknown.active);
}

#[tokio::test]
async fn a_revoked_token_is_inactive_and_revoking_twice_is_no_failure() {
    let world = World::new().await;
    let (tokens, metadata) = (
        world.exchange().await.expect("tokens"),
        world.metadata().await,
    );
    let (client, hint) = (world.client(), TokenHint::RefreshToken);
    let refresh = tokens.refresh_token.expect("a refresh token");

    for _ in 0..2 {
        world
            .okta
            .revoke(&metadata, &client, &refresh, hint)
            .await
            .expect("it is revoked");
    }

    let told = world
        .okta
        .introspect(&metadata, &client, &refresh, hint)
        .await
        .expect("an answer");
    assert!(!told.active);
    let failure = world
        .okta
        .refresh(&metadata, &client, &refresh)
        .await
        .expect_err("a failure");
    assert_eq!(failure.kind, FailureKind::RefreshTokenDead);
}

#[tokio::test]
async fn revoking_during_an_outage_is_a_failure() {
    let world = World::new().await;
    let metadata = world.metadata().await;
    let token = SecretString::from("any");
    for (effect, expected) in [
        (Effect::ServerError, FailureKind::OktaBroken),
        (
            Effect::Redirect { to: "/".to_owned() },
            FailureKind::Nonsense,
        ),
    ] {
        world
            .org
            .faults()
            .add(Fault::on("/oauth2/v1/revoke", effect));
        let revoked = world
            .okta
            .revoke(&metadata, &world.client(), &token, TokenHint::AccessToken)
            .await;
        world.org.faults().clear();

        assert_eq!(revoked.expect_err("a failure").kind, expected);
    }
}

#[tokio::test]
async fn a_refresh_gives_new_tokens_and_the_rotated_refresh_token() {
    let world = World::new().await;
    world.org.update_app(&world.app.client_id, |app| {
        app.rotation = Rotation::Rotate { leeway: 0 }
    });
    let (tokens, metadata) = (
        world.exchange().await.expect("tokens"),
        world.metadata().await,
    );
    let old = tokens.refresh_token.expect("a refresh token");

    let renewed = world
        .okta
        .refresh(&metadata, &world.client(), &old)
        .await
        .expect("tokens");

    assert_ne!(
        exposed(&renewed.access_token),
        exposed(&tokens.access_token)
    );
    assert_ne!(
        exposed(&renewed.refresh_token.expect("a refresh token")),
        exposed(&old)
    );
    let form = &world.org.requests_to("/oauth2/v1/token")[1].form;
    assert!(form.iter().all(|(name, _)| name != "scope"), "{form:?}");
}
