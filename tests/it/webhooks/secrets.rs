//! Secrets of endpoints: shown once, sealed, rotated with an overlap; and no secret in what is sent.

use grantway::domain::audit::Actor;
use grantway::flows::{Janitor, WebhookError};
use grantway::vault;
use time::Duration;
use tokio_util::sync::CancellationToken;

use super::world::World;
use crate::support::outcome::eventually;

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

/// A receiver that was given the first secret, and is told of the others later, loses no message.
#[tokio::test]
async fn two_rotations_within_a_day_leave_each_secret_its_whole_day() {
    let world = World::new().await;
    let (endpoint, first) = world.endpoint(&[]).await;
    let acme = world.tenant("acme").await;
    let rotate = async || {
        let webhooks = world.webhooks();
        let made = webhooks.rotate_secret(endpoint, Actor::CommandLine);
        vault::disclose(&made.await.unwrap().secret).to_owned()
    };
    let second = rotate().await;
    world.clock.advance(Duration::hours(1));
    let third = rotate().await;
    world.clock.advance(Duration::hours(1));
    let fourth = rotate().await;
    let sent = async |word: &str| {
        world.happens(acme, word).await;
        world.deliver().await;
        world.receiver.received().pop().unwrap()
    };

    let all = sent("all").await;
    for secret in [&first, &second, &third, &fourth] {
        all.assert_signed(secret);
    }
    assert_eq!(all.header("webhook-signature").split(' ').count(), 4);
    // The first ends 24 hours after the first rotation, the second an hour later, and so on.
    world.clock.advance(Duration::hours(22));
    let later = sent("without the first").await;
    assert!(!later.is_signed(&first));
    later.assert_signed(&second);
    world.clock.advance(Duration::hours(1));
    Janitor::new(world.shared.clone()).sweep().await.unwrap();
    let later = sent("without the second").await;
    assert!(!later.is_signed(&second));
    later.assert_signed(&third);
    later.assert_signed(&fourth);
    let kept = "webhook_earlier_secrets";
    assert_eq!(
        world.database.count(kept).await,
        0,
        "what ended is destroyed"
    );
    world.clock.advance(Duration::hours(1));
    let later = sent("the last alone").await;
    assert!(!later.is_signed(&third));
    later.assert_signed(&fourth);
}

/// One damaged row is that endpoint's trouble: no storm of tries, and the others go on.
#[tokio::test]
async fn a_secret_that_does_not_open_is_tried_no_oftener_than_a_failing_endpoint() {
    let world = World::new().await;
    let (damaged, _) = world.endpoint(&[]).await;
    world.endpoint(&[]).await;
    let acme = world.tenant("acme").await;
    world
        .database
        .change(&format!(
            "UPDATE webhook_endpoints SET secret = set_byte(secret, octet_length(secret) - 1,
                 get_byte(secret, octet_length(secret) - 1) # 1) WHERE id = '{damaged}'"
        ))
        .await;
    world.happens(acme, "one").await;
    let stop = CancellationToken::new();
    let running = tokio::spawn(world.worker().run(stop.clone()));
    eventually("the other has it", async || {
        world.receiver.received().len() == 1
    })
    .await;
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    stop.cancel();
    running.await.unwrap();

    let warnings = world.log.text().matches("secret does not open").count();
    assert_eq!(warnings, 1);
    let states =
        "SELECT state || ' ' || coalesce(last_problem, '') FROM webhook_deliveries ORDER BY 1";
    let states = world.database.column(states).await;
    assert_eq!(states, ["delivered ", "waiting secret_unreadable"]);
    let refused = world.webhooks().test(damaged, Actor::CommandLine).await;
    assert!(matches!(refused, Err(WebhookError::SecretUnreadable)));
    // A new secret mends it, and nothing was lost.
    let webhooks = world.webhooks();
    let made = webhooks.rotate_secret(damaged, Actor::CommandLine);
    let mended = vault::disclose(&made.await.unwrap().secret).to_owned();
    world.clock.advance(Duration::minutes(1));
    assert_eq!(world.deliver().await, 1);
    world.receiver.received()[1].assert_signed(&mended);
}

#[tokio::test]
async fn a_trial_is_on_the_trail() {
    let world = World::new().await;
    let (endpoint, _) = world.endpoint(&[]).await;
    world
        .webhooks()
        .test(endpoint, Actor::CommandLine)
        .await
        .unwrap();

    let lines = "SELECT detail->>'endpoint' || ' ' || (detail->>'status') FROM audit_events WHERE action = 'webhook.tested'";
    let lines = world.database.column(lines).await;
    assert_eq!(lines, [format!("{endpoint} 204")]);
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
    let webhooks = world.webhooks();
    let trial = webhooks.test(endpoint, Actor::CommandLine);
    trial.await.unwrap();

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
