//! Many connections while Okta has every trouble at once: none is called revoked that is not, and all
//! are well again when the troubles end.

use std::time::{Duration as StdDuration, Instant};

use fake_okta::{App as OktaApp, Effect, Fault};
use futures_util::StreamExt;
use futures_util::stream;
use grantway::flows::{Patience, Refresh};
use time::Duration;
use tokio_util::sync::CancellationToken;

use super::rows::{QUICK, process, token_calls};
use crate::checks::world::World;

/// Pauses that grow from a fiftieth of a second.
const CROWDED: Patience = Patience {
    first_pause: Duration::milliseconds(20),
    ..QUICK
};

/// Each of these happens to so many requests, one kind after the other, and then again.
fn troubles(each: u32, rounds: u32) -> Vec<Fault> {
    let limited = Effect::RateLimited {
        reset_in: 1,
        concurrency: false,
    };
    let effects = [
        Effect::ServerError,
        limited,
        Effect::HtmlPage,
        Effect::Cut { after: 40 },
        Effect::LateAnswer { ms: 300 },
    ];
    let faults = effects.iter().cycle().zip(0..rounds * 5);
    faults
        .map(|(effect, place)| {
            let fault = Fault::on_token(effect.clone());
            fault.times(each).after(place * each)
        })
        .collect()
}

#[expect(clippy::print_stdout, reason = "the counts are the result")]
async fn survive(count: usize, trouble_lasts: StdDuration) {
    let world = World::new(&["acme"]).await;
    let org = world.org();
    let app = org.add_app(OktaApp {
        granted_scopes: world.catalog(),
        everyone: true,
        ..OktaApp::default()
    });
    stream::iter(0..count)
        .for_each_concurrent(8, async |_| {
            world.connect_to(&org, &app).await;
        })
        .await;
    world.advance(Duration::hours(2));
    for fault in troubles(u32::try_from(count).unwrap() / 10, 20) {
        org.faults().add(fault);
    }
    let (stop, began) = (CancellationToken::new(), Instant::now());
    let running = [(); 2].map(|()| {
        let refresh = Refresh::new(process(&world.shared, CROWDED));
        tokio::spawn(refresh.run(stop.clone()))
    });

    // Not a wait for something to happen: the trouble itself takes so long.
    tokio::time::sleep(trouble_lasts).await;
    let seen = world
        .database
        .count("refreshes WHERE failure IS NOT NULL")
        .await;
    org.faults().clear();
    let give_up = Instant::now() + StdDuration::from_mins(10);
    let alive = i64::try_from(count).unwrap();
    while world
        .database
        .count("token_sets WHERE generation > 1")
        .await
        < alive
    {
        assert!(Instant::now() < give_up, "not all recovered");
        tokio::time::sleep(StdDuration::from_millis(100)).await;
    }

    stop.cancel();
    for replica in running {
        replica.await.unwrap();
    }
    let took = began.elapsed();
    world.shared.tasks.close();
    world.shared.tasks.wait().await;
    println!(
        "{count} connections in {took:.1?}: {} token calls, {seen} failing when the trouble ended, 0 lost",
        token_calls(&org)
    );
    assert!(token_calls(&org) > count, "there was trouble");
    let connected = "connections WHERE state = 'connected'";
    assert_eq!(world.database.count(connected).await, alive);
    let ill = "refreshes WHERE failure IS NOT NULL OR due_at IS NULL";
    assert_eq!(world.database.count(ill).await, 0);
    let told = "outbox_events WHERE type <> 'connection.connected'";
    assert_eq!(world.database.count(told).await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_hundred_connections_survive_mixed_troubles() {
    survive(300, StdDuration::from_secs(3)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes a while: run by `make soak`"]
async fn soak_ten_thousand_connections_survive_mixed_troubles() {
    survive(10_000, StdDuration::from_mins(1)).await;
}
