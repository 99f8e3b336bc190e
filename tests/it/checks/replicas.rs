//! Several replicas: a check is stopped, killed, taken over, and never run twice at a time.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use fake_okta::{Effect, Fault, RequestRecord};
use grantway::flows::{Checks, Looked};
use tokio::runtime::{Builder, Runtime};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::rows::{api_calls, checks_of, ended, most_at_once, open};
use super::world::{Connected, FAST, Place, World};
use crate::support::clock::TestClock;
use crate::support::outcome::eventually;

/// Okta takes so long for an answer.
const ANSWER_MS: u64 = 40;

/// A replica that dies like a process: its threads end where they stand, and nothing is given back.
struct Replica(Runtime);

impl Replica {
    fn start(place: Place, clock: Arc<TestClock>) -> Self {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        runtime.spawn(async move {
            let shared = place.shared(&clock).await;
            Checks::with_tempo(shared, FAST)
                .run(CancellationToken::new())
                .await;
        });
        Self(runtime)
    }

    fn kill(self) {
        self.0.shutdown_background();
    }
}

/// What became of many tenants' checks.
#[derive(Debug, Default)]
struct Tally {
    requests: usize,
    /// Questions that were asked twice, because the answer died with the replica.
    repeated: usize,
    /// Tenants with such a question.
    taken_over: usize,
    most_at_once: usize,
}

#[tokio::test]
async fn a_check_that_is_stopped_is_given_back_and_goes_on_elsewhere_where_it_was() {
    let world = World::new(&["acme"]).await;
    let connected = world.connect_acme().await;
    let slow = Effect::Delay { ms: 150 };
    world.org().faults().add(Fault::on("/api/*", slow));
    let stop = CancellationToken::new();
    let first = tokio::spawn(Checks::with_tempo(world.shared.clone(), FAST).run(stop.clone()));
    let pool = &world.database.pool;
    eventually("a part is answered", async || {
        open(pool, connected.tenant).await.done >= 8
    })
    .await;

    let asked_to_stop = Instant::now();
    stop.cancel();
    first.await.unwrap();

    assert!(asked_to_stop.elapsed() < Duration::from_secs(2));
    let given_back = open(pool, connected.tenant).await;
    assert_eq!(given_back.claimed_by, None);
    let known = usize::try_from(given_back.done).unwrap();
    world.org().clear_requests();
    let second = world.place().shared(&world.clock).await;
    let stop = CancellationToken::new();
    Checks::with_tempo(second, FAST).look(&stop).await.unwrap();
    let checks = ended(pool, connected.tenant, 1).await;
    assert_eq!(
        (checks[0].outcome.as_deref(), checks[0].done),
        (Some("complete"), 25)
    );
    // The grants once more, and each question without an answer.
    let provable = 24;
    let known_by_asking = known - usize::from(factors_are_known(&world).await);
    assert_eq!(world.org().requests().len(), 1 + provable - known_by_asking);
}

/// What cannot be asked has its row from the first moment on.
async fn factors_are_known(world: &World) -> bool {
    let rows = "check_results WHERE scope = 'okta.factors.manage'";
    world.database.count(rows).await == 1
}

/// A replica whose clock is ahead takes nobody's claim: the database's clock counts.
#[tokio::test]
async fn a_claim_ends_by_the_databases_clock() {
    let world = World::new(&["acme"]).await;
    world.connect_acme().await;
    let store = &world.shared.store;
    let claim = async || {
        let now = world.shared.clock.now();
        let claimed = store.claim_due_check(Uuid::now_v7(), FAST.lease, now).await;
        claimed.unwrap()
    };
    let first = claim().await.expect("it is due");

    world.advance(time::Duration::hours(1));
    assert_eq!(claim().await, None, "it is the first one's still");
    let run_out =
        "UPDATE checks SET claim_ends_at = clock_timestamp() WHERE claimed_by IS NOT NULL";
    world.database.change(run_out).await;
    let second = claim().await.expect("it has run out");

    let lease = FAST.lease;
    assert!(!store.extend_claim(&first, lease).await.unwrap());
    assert!(store.extend_claim(&second, lease).await.unwrap());
}

#[tokio::test]
async fn a_check_whose_token_does_not_open_is_put_off_and_not_tried_without_end() {
    let world = World::new(&["acme"]).await;
    let connected = world.connect_acme().await;
    let damage = "UPDATE token_sets SET access_token = set_byte(access_token, octet_length(access_token) - 1,
                      get_byte(access_token, octet_length(access_token) - 1) # 1)";
    world.database.change(damage).await;
    let checks = Checks::with_tempo(world.shared.clone(), FAST);
    let stop = CancellationToken::new();
    let tenant = connected.tenant;

    assert_eq!(checks.look(&stop).await.unwrap(), Looked::Ran(tenant));
    assert_eq!(checks.look(&stop).await.unwrap(), Looked::Idle);
    world.advance(time::Duration::minutes(11));
    assert_eq!(checks.look(&stop).await.unwrap(), Looked::Ran(tenant));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forty_tenants_are_checked_by_two_replicas_of_which_one_is_killed() {
    one_of_two_is_killed(40).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes a while: run by `make soak`"]
async fn soak_two_hundred_tenants_are_checked_by_two_replicas_of_which_one_is_killed() {
    one_of_two_is_killed(200).await;
}

#[expect(clippy::print_stdout, reason = "the counts are the result")]
async fn one_of_two_is_killed(count: usize) {
    let world = World::new(&["acme"]).await;
    let tenants = connect_many(&world, count).await;
    for path in ["/api/*", "/oauth2/v1/clients"] {
        let slow = Effect::Delay { ms: ANSWER_MS };
        world.org().faults().add(Fault::on(path, slow));
    }
    let began = Instant::now();
    let [victim, survivor] =
        [(); 2].map(|()| Replica::start(world.place(), Arc::clone(&world.clock)));
    let half = i64::try_from(count / 2).unwrap();
    wait_for(&world, half).await;
    victim.kill();
    let open = "checks WHERE finished_at IS NULL AND claimed_by IS NOT NULL";
    let claimed = world.database.count(open).await;
    wait_for(&world, i64::try_from(count).unwrap()).await;
    let took = began.elapsed();
    // Time enough for a check too many, if there were one.
    tokio::time::sleep(Duration::from_millis(500)).await;
    survivor.kill();

    let tally = tally(&world, &tenants);
    println!(
        "{count} tenants in {took:.1?}, one of two replicas killed after {half} (then {claimed} were \
         claimed): {} requests, {} asked again for {} tenants, at most {} at a time for one tenant",
        tally.requests, tally.repeated, tally.taken_over, tally.most_at_once
    );
    assert_each_was_checked_once(&world, &tenants).await;
    assert!(tally.most_at_once <= 4, "{tally:?}");
    // One replica's worth of tenants at the most was taken over.
    assert!(tally.taken_over <= 16, "{tally:?}");
}

async fn connect_many(world: &World, count: usize) -> Vec<Connected> {
    let mut tenants = Vec::new();
    for _ in 0..count {
        tenants.push(world.connect_acme().await);
    }
    tenants
}

async fn wait_for(world: &World, complete: i64) {
    let give_up = Instant::now() + Duration::from_mins(5);
    while world
        .database
        .count("checks WHERE outcome = 'complete'")
        .await
        < complete
    {
        assert!(Instant::now() < give_up, "not {complete} in five minutes");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn assert_each_was_checked_once(world: &World, tenants: &[Connected]) {
    for connected in tenants {
        let checks = checks_of(&world.database.pool, connected.tenant).await;
        let outcomes: Vec<_> = checks.iter().map(|c| c.outcome.as_deref()).collect();
        assert_eq!(outcomes, [Some("complete"), None], "{connected:?}");
        assert_eq!((checks[0].done, checks[1].done), (25, 0), "{connected:?}");
    }
}

/// Reads the fake's log, tenant by tenant: whose a request was is told by its access token.
fn tally(world: &World, tenants: &[Connected]) -> Tally {
    let log = world.org().requests();
    let mut tally = Tally::default();
    let mut bearers = BTreeSet::new();
    for connected in tenants {
        assert!(
            bearers.insert(&connected.access_token),
            "tokens are one's own"
        );
        let of_tenant = log
            .iter()
            .filter(|call| call.bearer() == Some(&connected.access_token));
        let requests: Vec<RequestRecord> = of_tenant.cloned().collect();
        tally.requests += requests.len();
        tally.most_at_once = tally.most_at_once.max(most_at_once(&requests));
        let mut again = 0;
        for (address, calls) in api_calls(&requests) {
            let at_once = most_at_once(calls.iter().copied());
            assert_eq!(at_once, 1, "{address} was asked twice at a time");
            assert!(
                calls.len() <= 2,
                "{address} was asked {} times",
                calls.len()
            );
            again += calls.len() - 1;
        }
        tally.repeated += again;
        tally.taken_over += usize::from(again > 0);
    }
    tally
}
