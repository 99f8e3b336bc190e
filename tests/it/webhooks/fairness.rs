//! Endpoints that hang, and one that works: nobody keeps the others waiting.

use std::time::{Duration as StdDuration, Instant};

use grantway::domain::audit::Actor;
use grantway::domain::id::TenantId;
use grantway::flows::{Deliveries, EndpointRequest, Shared, Webhooks};
use tokio_util::sync::CancellationToken;

use super::receiver::{Receiver, Say};
use super::world::{FAST, World, replica};
use crate::support::outcome::eventually;

/// Each endpoint has so many lanes that are due: more than all places together.
const TENANTS: usize = 40;

async fn settled(world: &World) -> Vec<TenantId> {
    let mut tenants = Vec::new();
    for number in 0..TENANTS {
        tenants.push(world.tenant(&format!("t{number}")).await);
    }
    tenants
}

async fn add(shared: &Shared, receiver: &Receiver) {
    let request = EndpointRequest {
        url: receiver.url(),
        ..EndpointRequest::default()
    };
    let webhooks = Webhooks::new(shared.clone());
    let made = webhooks.create(&request, Actor::CommandLine);
    made.await.unwrap();
}

/// Something happens to every tenant; how long it takes until the working endpoint has all of it.
async fn round(world: &World, tenants: &[TenantId]) -> StdDuration {
    let before = world.receiver.received().len();
    let began = Instant::now();
    for &tenant in tenants {
        world.happens(tenant, "one").await;
    }
    eventually("the working endpoint has everything", async || {
        world.receiver.received().len() == before + tenants.len()
    })
    .await;
    began.elapsed()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[expect(clippy::print_stdout, reason = "the times are the result")]
async fn four_endpoints_that_hang_do_not_keep_a_working_one_waiting() {
    let world = World::new().await;
    let mut hanging = Vec::new();
    for _ in 0..4 {
        hanging.push(Receiver::start().await);
    }
    let mut origins = vec![world.receiver.origin.clone()];
    origins.extend(hanging.iter().map(|receiver| receiver.origin.clone()));
    let shared = replica(&world.database.url, &origins.join(","), &world.clock).await;
    add(&shared, &world.receiver).await;
    let tenants = settled(&world).await;
    let stop = CancellationToken::new();
    let running = tokio::spawn(Deliveries::with_tempo(shared.clone(), FAST).run(stop.clone()));
    let alone = round(&world, &tenants).await;

    // They work as long as nobody looks, and then hang all at once, each with lanes for every place.
    for receiver in &hanging {
        add(&shared, receiver).await;
    }
    round(&world, &tenants).await;
    for receiver in &hanging {
        let hang = Say::status(204).after(StdDuration::from_mins(5));
        receiver.always(Some(hang));
    }
    let at_once = round(&world, &tenants).await;
    let meanwhile = round(&world, &tenants).await;

    println!("40 events alone: {alone:.1?}; while four hang: {at_once:.1?}, {meanwhile:.1?}");
    // Those that hang are waited for 15 seconds each.
    let most = alone + StdDuration::from_secs(4);
    assert!(
        at_once < most && meanwhile < most,
        "{at_once:?} {meanwhile:?}"
    );
    running.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn endpoints_that_fail_get_their_turn_too() {
    let world = World::new().await;
    let other = Receiver::start().await;
    other.always(Some(Say::status(500)));
    let origins = format!("{},{}", world.receiver.origin, other.origin);
    let shared = replica(&world.database.url, &origins, &world.clock).await;
    add(&shared, &world.receiver).await;
    add(&shared, &other).await;
    let tenants = settled(&world).await;
    let stop = CancellationToken::new();
    let running = tokio::spawn(Deliveries::with_tempo(shared, FAST).run(stop.clone()));

    round(&world, &tenants).await;

    eventually("each lane was tried", async || {
        other.received().len() >= TENANTS
    })
    .await;
    running.abort();
}
