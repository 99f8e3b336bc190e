//! Secrets of endpoints: shown once, sealed, rotated with an overlap; and no secret in what is sent.

use grantway::domain::audit::Actor;
use grantway::vault;
use time::Duration;

use super::world::World;

#[tokio::test]
async fn a_new_secret_and_the_one_before_both_sign_for_a_day() {
    let world = World::new().await;
    let (endpoint, old) = world.endpoint(&[]).await;
    let acme = world.tenant("acme").await;
    let made = world
        .webhooks()
        .rotate_secret(endpoint, Actor::CommandLine)
        .await
        .unwrap();
    let new = vault::disclose(&made.secret).to_owned();
    assert_ne!(new, old);
    world.happens(acme, "one").await;
    world.deliver().await;
    let both = &world.receiver.received()[0];
    both.assert_signed_now(&old);
    both.assert_signed_now(&new);
    assert_eq!(both.header("webhook-signature").split(' ').count(), 2);

    world.clock.advance(Duration::hours(25));
    world.happens(acme, "two").await;
    world.deliver().await;

    let later = &world.receiver.received()[1];
    later.assert_signed(&new);
    assert!(!later.is_signed(&old));
}

#[tokio::test]
async fn each_endpoint_has_a_secret_of_its_own() {
    let world = World::new().await;
    let ((_, first), (_, second)) = (world.endpoint(&[]).await, world.endpoint(&[]).await);
    let acme = world.tenant("acme").await;
    world.happens(acme, "one").await;
    world.deliver().await;

    let received = world.receiver.received();

    assert_eq!(received.len(), 2);
    for secret in [&first, &second] {
        assert_eq!(
            received.iter().filter(|one| one.is_signed(secret)).count(),
            1
        );
    }
}

#[tokio::test]
async fn no_secret_is_stored_in_clear_and_no_person_is_named_in_a_body_or_a_log() {
    let world = World::new().await;
    let (endpoint, old) = world.endpoint(&[]).await;
    let made = world
        .webhooks()
        .rotate_secret(endpoint, Actor::CommandLine)
        .await
        .unwrap();
    let new = vault::disclose(&made.secret).to_owned();
    let acme = world.tenant("acme").await;
    world.happens(acme, "one").await;
    world.deliver().await;
    world.webhooks().test(endpoint).await.unwrap();

    let (dump, log) = (world.database.dump().await, world.log.text());
    for secret in [&old, &new] {
        let random = secret.strip_prefix("whsec_").unwrap();
        assert!(!dump.contains(random) && !log.contains(random));
    }
    for one in world.receiver.received() {
        assert!(
            !one.body.contains('@') && !one.body.contains("CANARY"),
            "{}",
            one.body
        );
        assert!(!log.contains(&one.body), "a body was logged");
        assert!(!log.contains(one.header("webhook-signature")));
    }
    assert!(log.contains("webhook delivered"));
    assert!(!log.contains("/hooks"), "an endpoint's path was logged");
}

#[tokio::test]
async fn a_secret_that_was_moved_to_another_endpoint_does_not_sign() {
    let world = World::new().await;
    world.endpoint(&[]).await;
    world.endpoint(&[]).await;
    let acme = world.tenant("acme").await;
    world
        .database
        .change("UPDATE webhook_endpoints a SET secret = b.secret FROM webhook_endpoints b WHERE a.id <> b.id")
        .await;
    world.happens(acme, "one").await;
    let worker = world.worker();
    worker.look().await.unwrap();
    worker.look().await.unwrap();

    assert_eq!(world.receiver.received().len(), 0);
    assert!(
        world
            .log
            .text()
            .contains("a sealed secret could not be opened")
    );
}
