//! PostgreSQL crashes in the middle of many refreshes.

use std::time::{Duration, Instant};

use fake_okta::{Effect, Fault};

use super::service::Service;
use super::stage::{LEEWAY, Stage};
use crate::support::database::OwnCluster;

/// How long PostgreSQL is away, and what else goes with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outage {
    /// Two seconds; the service runs through it.
    Short,
    /// The service is killed meanwhile, and Okta's leeway passes.
    WithTheService,
}

/// PostgreSQL restores itself, leases run out, and a busy machine is slow.
const SETTLES_WITHIN: Duration = Duration::from_mins(3);

#[expect(clippy::print_stdout, reason = "the counts are the result")]
async fn crash(count: usize, outage: Outage) {
    let mut cluster = OwnCluster::start_durable().await;
    let stage = Stage::on(&cluster).await;
    let tenants = stage.connect(count).await;
    let slow = Fault::on_token(Effect::LateAnswer { ms: 1_000 });
    stage.org().faults().add(slow);
    let mut services = vec![stage.serve().await, stage.serve().await];
    let before = stage.stored().await;
    stage.org().clear_requests();
    stage.make_due(&tenants).await;
    stage.asked(count / 3).await;
    let asked = stage.org().requests_to("/oauth2/v1/token");
    let under_way = asked.iter().filter(|call| call.ended.is_none()).count();
    cluster.crash_server().await;
    if outage == Outage::WithTheService {
        for service in services.drain(..) {
            service.kill().await;
        }
        stage.world.fake.clock().advance(LEEWAY + 1);
    } else {
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
    cluster.start_server().await;
    let back = Instant::now();
    while services.len() < 2 {
        services.push(stage.serve().await);
    }

    stage.settle(&tenants, &before, SETTLES_WITHIN).await;

    let took = back.elapsed();
    let tally = stage.judge(&tenants, &before).await;
    println!(
        "soak: PostgreSQL crashed after {} of {count} token calls, {under_way} under way ({outage:?}): {} \
         recovered, {} attention after the leeway, {} lost within {took:.1?}; {} presented the old token again, \
         at most {} token calls for one tenant",
        asked.len(),
        tally.recovered,
        tally.attention,
        tally.lost.len(),
        tally.retried,
        tally.most_calls
    );
    services.iter_mut().for_each(Service::assert_runs);
    assert!(under_way > 0, "the crash came at a quiet moment");
    assert!(tally.most_calls <= 3, "{tally:#?}");
    assert!(tally.lost.is_empty(), "{tally:#?}\n{}", services[0].log());
    match outage {
        Outage::Short => assert_eq!(tally.attention, 0, "{tally:#?}"),
        Outage::WithTheService => assert!(tally.attention > 0, "nobody was in flight: {tally:#?}"),
    }
}

/// Without a restart nobody is lost. What died with the service as well needs attention once the leeway
/// has passed, and nothing else does.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crash_of_postgres_amid_refreshes_loses_nobody() {
    tokio::join!(crash(100, Outage::Short), crash(40, Outage::WithTheService));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes: run by `make soak`"]
async fn soak_a_crash_of_postgres_amid_a_thousand_refreshes_loses_nobody() {
    crash(1_000, Outage::Short).await;
    crash(1_000, Outage::WithTheService).await;
}
