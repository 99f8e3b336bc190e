//! Several replicas: each event once while nobody dies, and taken over when somebody does.

use std::collections::BTreeSet;

use grantway::flows::Deliveries;
use grantway::store::Taken;
use time::Duration;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::receiver::{Received, Say};
use super::world::{FAST, World, replica};
use crate::support::outcome::eventually;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_replicas_share_the_work_and_keep_each_tenants_order() {
    let world = World::new().await;
    world.endpoint(&[]).await;
    let mut tenants = Vec::new();
    for number in 0..6 {
        tenants.push(world.tenant(&format!("t{number}")).await);
    }
    world.receiver.always(Some(
        Say::status(204).after(std::time::Duration::from_millis(5)),
    ));
    let stop = CancellationToken::new();
    let mut running = Vec::new();
    for _ in 0..2 {
        let shared = replica(&world.database.url, &world.receiver.origin, &world.clock).await;
        running.push(tokio::spawn(
            Deliveries::with_tempo(shared, FAST).run(stop.clone()),
        ));
    }
    for number in 0..10 {
        for &tenant in &tenants {
            world.happens(tenant, &format!("{number:02}")).await;
        }
    }
    eventually("all are delivered", async || {
        world
            .database
            .count("webhook_deliveries WHERE state = 'delivered'")
            .await
            == 60
    })
    .await;
    stop.cancel();
    for one in running {
        one.await.unwrap();
    }

    let received = world.receiver.received();
    assert_eq!(received.len(), 60, "each once");
    for tenant in tenants {
        let of_tenant = received
            .iter()
            .filter(|one| one.tenant() == tenant.to_string());
        let order: Vec<String> = of_tenant.map(Received::reason).collect();
        let expected: Vec<String> = (0..10).map(|number| format!("{number:02}")).collect();
        assert_eq!(order, expected);
    }
}

#[tokio::test]
async fn a_claim_whose_worker_died_is_taken_over_when_it_ends() {
    let world = World::new().await;
    world.endpoint(&[]).await;
    let acme = world.tenant("acme").await;
    world.happens(acme, "one").await;
    let (store, now) = (&world.shared.store, world.shared.clock.now());
    store.fan_out(now).await.unwrap();
    let (free, lease) = (Taken::default(), Duration::seconds(20));
    let dead = store.claim_lane(Uuid::now_v7(), &free, lease, now).await;
    let dead = dead.unwrap().unwrap();

    // A replica whose clock is ahead takes nobody's claim: the database's clock counts.
    world.clock.advance(Duration::hours(1));
    assert_eq!(world.deliver().await, 0, "it is claimed");
    world.claims_run_out().await;
    assert_eq!(world.deliver().await, 1);

    // Who wakes up late finds that the lane is no longer its own, and writes nothing.
    let now = world.shared.clock.now();
    let next = store.next_in_lane(&dead, lease, now).await;
    assert!(matches!(next.unwrap(), grantway::store::Waiting::Nothing));
    store.release_lane(&dead, now).await.unwrap();
    assert_eq!(world.states().await, ["delivered"]);
}

#[tokio::test]
async fn a_late_worker_cannot_write_over_what_the_next_one_did() {
    let world = World::new().await;
    world.endpoint(&[]).await;
    let acme = world.tenant("acme").await;
    world.happens(acme, "one").await;
    let (store, now) = (&world.shared.store, world.shared.clock.now());
    store.fan_out(now).await.unwrap();
    let (free, lease) = (Taken::default(), Duration::seconds(20));
    let first = store.claim_lane(Uuid::now_v7(), &free, lease, now).await;
    let first = first.unwrap().unwrap();
    let grantway::store::Waiting::Delivery(front) =
        store.next_in_lane(&first, lease, now).await.unwrap()
    else {
        panic!("something waits");
    };
    world.claims_run_out().await;
    assert_eq!(world.deliver().await, 1);

    let late = grantway::store::Finish {
        delivery: front.delivery,
        status: Some(500),
        problem: None,
        verdict: grantway::store::Verdict::Dead,
    };
    let written = store.finish_delivery(&first, &late, now).await.unwrap();

    assert!(!written);
    assert_eq!(world.states().await, ["delivered"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_endpoint_that_hangs_does_not_take_every_place() {
    let world = World::new().await;
    let slow = super::receiver::Receiver::start().await;
    slow.always(Some(
        Say::status(204).after(std::time::Duration::from_mins(1)),
    ));
    let origins = format!("{},{}", world.receiver.origin, slow.origin);
    let shared = replica(&world.database.url, &origins, &world.clock).await;
    world.endpoint(&[]).await;
    let request = grantway::flows::EndpointRequest {
        url: slow.url(),
        ..Default::default()
    };
    let webhooks = grantway::flows::Webhooks::new(shared.clone());
    let actor = grantway::domain::audit::Actor::CommandLine;
    webhooks.create(&request, actor).await.unwrap();
    for number in 0..40 {
        let tenant = world.tenant(&format!("t{number}")).await;
        world.happens(tenant, "one").await;
    }
    let stop = CancellationToken::new();
    let running = tokio::spawn(Deliveries::with_tempo(shared, FAST).run(stop.clone()));

    eventually("the quick one has all", async || {
        world.receiver.received().len() == 40 && slow.received().len() >= 8
    })
    .await;

    let tenants: BTreeSet<String> = world
        .receiver
        .received()
        .iter()
        .map(Received::tenant)
        .collect();
    assert_eq!(tenants.len(), 40);
    assert_eq!(slow.received().len(), 8);
    running.abort();
}
