//! Receivers that are down, slow, broken, gone, or ask for patience; days pass by the clock.

use std::time::Duration as StdDuration;

use grantway::domain::audit::Actor;
use grantway::domain::webhook::DeliveryState;
use grantway::flows::{Deliveries, DeliveryFilter, Janitor, Replay, Sent, Shared};
use time::Duration;

use super::receiver::{Received, Say};
use super::world::{FAST, World};

fn reasons(received: &[Received]) -> Vec<String> {
    received.iter().map(Received::reason).collect()
}

#[tokio::test]
async fn down_then_slow_then_broken_then_up_loses_nothing_and_keeps_the_order() {
    let mut world = World::new().await;
    let (endpoint, secret) = world.endpoint(&[]).await;
    let acme = world.tenant("acme").await;
    world.receiver.go_down().await;
    for word in ["one", "two", "three", "four"] {
        world.happens(acme, word).await;
    }
    world.deliver().await;
    let found = world
        .webhooks()
        .deliveries(endpoint, DeliveryFilter::default(), 10)
        .await
        .unwrap();
    let front = found.last().unwrap();
    assert_eq!(
        (front.attempts, front.last_problem.as_deref()),
        (1, Some("unreachable"))
    );

    world.receiver.come_up().await;
    world.receiver.next([
        Say::status(204).after(StdDuration::from_secs(5)),
        Say::status(500),
        Say::status(502),
    ]);
    let impatient = Shared {
        webhooks: world
            .shared
            .webhooks
            .clone()
            .with_patience(StdDuration::from_millis(200)),
        ..world.shared.clone()
    };
    let worker = Deliveries::with_tempo(impatient, FAST);
    let mut problems = Vec::new();
    for _ in 0..3 {
        world.clock.advance(Duration::hours(12));
        worker.look().await.unwrap();
        let found = world
            .webhooks()
            .deliveries(endpoint, DeliveryFilter::default(), 10)
            .await
            .unwrap();
        let front = found.last().unwrap().clone();
        problems.push((front.last_status, front.last_problem));
    }
    let timed_out = (None, Some("timed_out".to_owned()));
    assert_eq!(problems, [timed_out, (Some(500), None), (Some(502), None)]);
    world.until_nothing_waits().await;

    let accepted = world.receiver.accepted();
    // The slow one arrived, and was sent again because nobody heard the answer: at least once.
    assert_eq!(reasons(&accepted), ["one", "one", "two", "three", "four"]);
    assert_eq!(
        accepted[0].header("webhook-id"),
        accepted[1].header("webhook-id")
    );
    assert_eq!(accepted[0].body, accepted[1].body);
    for one in &accepted {
        one.assert_signed(&secret);
    }
}

#[tokio::test]
async fn after_three_days_an_event_is_given_up_and_the_next_has_its_turn() {
    let world = World::new().await;
    let (endpoint, _) = world.endpoint(&[]).await;
    let acme = world.tenant("acme").await;
    world
        .receiver
        .next(std::iter::repeat_n(Say::status(500), 10));
    world.happens(acme, "one").await;
    world.happens(acme, "two").await;

    let passed = world.until_nothing_waits().await;

    assert!(
        passed > Duration::days(3) && passed < Duration::days(5),
        "{passed}"
    );
    assert_eq!(world.states().await, ["dead", "delivered"]);
    assert_eq!(reasons(&world.receiver.accepted()), ["two"]);
    assert_eq!(world.receiver.received().len(), 11);

    let dead = DeliveryFilter {
        state: Some(DeliveryState::Dead),
        before: None,
    };
    let dead = world
        .webhooks()
        .deliveries(endpoint, dead, 10)
        .await
        .unwrap();
    assert_eq!(
        (dead.len(), dead[0].attempts, dead[0].last_status),
        (1, 10, Some(500))
    );
    let replayed = world
        .webhooks()
        .replay(endpoint, Replay::Dead, Actor::CommandLine)
        .await;
    assert_eq!(replayed.unwrap(), 1);
    world.deliver().await;
    assert_eq!(reasons(&world.receiver.accepted()), ["two", "one"]);
}

#[tokio::test]
async fn days_of_nothing_but_failure_disable_an_endpoint_and_what_waits_is_kept() {
    let world = World::new().await;
    let (endpoint, _) = world.endpoint(&[]).await;
    let acme = world.tenant("acme").await;
    world.receiver.always(Some(Say::status(500)));
    for word in ["one", "two", "three"] {
        world.happens(acme, word).await;
    }
    for _ in 0..12 * 7 {
        world.deliver().await;
        world.clock.advance(Duration::hours(2));
    }
    let found = world.webhooks().find(endpoint).await.unwrap();
    assert_eq!(
        found.disabled.map(|(_, reason)| reason.code()),
        Some("failing")
    );
    let line = "audit_events WHERE action = 'webhook.disabled' AND detail->>'reason' = 'failing'";
    assert_eq!(world.database.count(line).await, 1);
    assert_eq!(world.states().await, ["dead", "waiting", "waiting"]);
    let asked = world.receiver.received().len();
    world.deliver().await;
    assert_eq!(world.receiver.received().len(), asked, "it is left alone");

    world.receiver.always(None);
    world
        .webhooks()
        .enable(endpoint, Actor::CommandLine)
        .await
        .unwrap();
    world.deliver().await;

    assert_eq!(reasons(&world.receiver.accepted()), ["two", "three"]);
}

#[tokio::test]
async fn a_receiver_that_is_gone_is_asked_no_more() {
    let world = World::new().await;
    let (endpoint, _) = world.endpoint(&[]).await;
    let acme = world.tenant("acme").await;
    world.receiver.next([Say::status(410)]);
    world.happens(acme, "one").await;
    world.deliver().await;
    world.happens(acme, "while it is gone").await;
    world.clock.advance(Duration::days(2));
    world.deliver().await;

    assert_eq!(world.receiver.received().len(), 1);
    let found = world.webhooks().find(endpoint).await.unwrap();
    assert_eq!(
        found.disabled.map(|(_, reason)| reason.code()),
        Some("gone")
    );

    // Back again: what waited goes out; what came meanwhile, when it is asked for.
    world
        .webhooks()
        .enable(endpoint, Actor::CommandLine)
        .await
        .unwrap();
    world.deliver().await;
    assert_eq!(reasons(&world.receiver.accepted()), ["one"]);
    let since = Replay::Since(world.shared.clock.now() - Duration::days(3));
    let replayed = world
        .webhooks()
        .replay(endpoint, since, Actor::CommandLine)
        .await;
    assert_eq!(replayed.unwrap(), 2);
    world.deliver().await;
    assert_eq!(
        reasons(&world.receiver.accepted()),
        ["one", "one", "while it is gone"]
    );
}

#[tokio::test]
async fn a_receiver_may_ask_for_patience() {
    for status in [429, 503] {
        let world = World::new().await;
        world.endpoint(&[]).await;
        let acme = world.tenant("acme").await;
        world
            .receiver
            .next([Say::status(status).with("retry-after", "600")]);
        world.happens(acme, "one").await;
        world.deliver().await;

        world.clock.advance(Duration::minutes(9));
        assert_eq!(world.worker().look().await.unwrap(), Sent::Idle, "{status}");
        world.clock.advance(Duration::minutes(2));
        assert_eq!(
            world.worker().look().await.unwrap(),
            Sent::Some(1),
            "{status}"
        );
    }
}

#[tokio::test]
async fn one_event_can_be_sent_again() {
    let world = World::new().await;
    let (endpoint, _) = world.endpoint(&[]).await;
    let acme = world.tenant("acme").await;
    world.happens(acme, "one").await;
    world.happens(acme, "two").await;
    world.deliver().await;
    let id = world.receiver.received()[0]
        .header("webhook-id")
        .parse()
        .unwrap();

    let replayed = world
        .webhooks()
        .replay(endpoint, Replay::Event(id), Actor::CommandLine)
        .await;

    assert_eq!(replayed.unwrap(), 1);
    world.deliver().await;
    assert_eq!(reasons(&world.receiver.received()), ["one", "two", "one"]);
    let unknown = Replay::Event(uuid::Uuid::now_v7());
    let replayed = world
        .webhooks()
        .replay(endpoint, unknown, Actor::CommandLine)
        .await;
    assert_eq!(replayed.unwrap(), 0);
}

#[tokio::test]
async fn what_is_done_is_swept_after_thirty_days_and_what_waits_is_not() {
    let world = World::new().await;
    world.endpoint(&[]).await;
    let (acme, globex) = (world.tenant("acme").await, world.tenant("globex").await);
    world.happens(acme, "one").await;
    world.deliver().await;
    world.receiver.always(Some(Say::status(410)));
    world.happens(globex, "two").await;
    world.deliver().await;
    let janitor = Janitor::new(world.shared.clone());
    world.clock.advance(Duration::days(29));
    janitor.sweep().await.unwrap();
    assert_eq!(world.states().await, ["delivered", "waiting"]);

    world.clock.advance(Duration::days(2));
    janitor.sweep().await.unwrap();

    assert_eq!(world.states().await, ["waiting"]);
    assert_eq!(world.database.count("outbox_events").await, 1);
}
