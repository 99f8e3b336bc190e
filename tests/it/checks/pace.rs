//! How fast an organization is asked: never more than four questions at a time, at the pace that it
//! names by its own clock, and without holding anybody else up.

use std::time::{Duration, Instant};

use fake_okta::{Effect, Fault, RequestRecord};
use grantway::flows::Checks;
use tokio_util::sync::CancellationToken;

use super::rows::{checks_of, connection_of, ended, most_at_once};
use super::world::{FAST, World};

/// The questions of a check, grants included, at four at a time.
const IDEAL_ROUNDS: f64 = 25.0 / 4.0;

fn refused(requests: &[RequestRecord]) -> usize {
    requests.iter().filter(|call| call.status == 429).count()
}

#[tokio::test]
async fn an_empty_bucket_is_waited_for_by_okta_s_clock() {
    let world = World::new(&["acme"]).await;
    let connected = world.connect_acme().await;
    // By our clock the window ends in twenty minutes.
    world.fake.clock().advance(1_200);
    world.org().limit_bucket_for("/api/v1/", 10, 2);
    let began = Instant::now();

    world.check(connected.tenant).await;

    let took = began.elapsed();
    assert_eq!(
        world
            .status(connected.tenant)
            .await
            .grants
            .effective_count(),
        24
    );
    assert!(
        took > Duration::from_secs(2),
        "two windows had to end: {took:?}"
    );
    assert!(
        took < Duration::from_secs(30),
        "the wrong clock was used: {took:?}"
    );
    // Only what was under way when the bucket became empty.
    let refused = refused(&world.org().requests());
    assert!(refused <= 3 * 3, "{refused} refused");
}

#[tokio::test]
async fn retry_after_holds_all_questions_back() {
    let world = World::new(&["acme"]).await;
    let connected = world.connect_acme().await;
    let wait = Effect::Answer {
        status: 429,
        headers: vec![
            ("retry-after".to_owned(), "2".to_owned()),
            ("content-type".to_owned(), "application/json".to_owned()),
        ],
        body: "{\"errorCode\":\"E0000047\"}".to_owned(),
    };
    // The first to pass is the reading of the app's grants.
    world
        .org()
        .faults()
        .add(Fault::on("/api/v1/*", wait).once().after(4));

    world.check(connected.tenant).await;

    let requests = world.org().requests();
    let refused = requests.iter().find(|call| call.status == 429).unwrap();
    let too_soon = requests
        .iter()
        .filter(|call| call.began > refused.ended.unwrap() && call.at < refused.at + 2);
    assert!(too_soon.count() <= 3, "only what was on its way already");
    assert_eq!(
        world
            .status(connected.tenant)
            .await
            .grants
            .effective_count(),
        24
    );
}

#[tokio::test]
async fn a_concurrency_limit_below_ours_is_waited_out() {
    let world = World::new(&["acme"]).await;
    let connected = world.connect_acme().await;
    let org = world.org();
    org.limit_concurrency(3);
    org.faults()
        .add(Fault::on("/api/*", Effect::Delay { ms: 20 }));

    world.check(connected.tenant).await;

    assert!(refused(&org.requests()) > 0, "the limit was met");
    assert!(org.max_concurrency() <= 4, "{}", org.max_concurrency());
    let view = world.status(connected.tenant).await;
    assert_eq!(view.grants.effective_count(), 24);
}

#[tokio::test]
async fn one_tenant_s_limits_hold_up_no_other_tenant() {
    let world = World::new(&["acme", "globex"]).await;
    let limited = world.connect_acme().await;
    let free = world
        .connect(&world.fake.org("globex"), &world.catalog())
        .await;
    world.org().limit_bucket("/api/v1/", 5);
    let stop = CancellationToken::new();
    let began = Instant::now();
    let running = tokio::spawn(Checks::with_tempo(world.shared.clone(), FAST).run(stop.clone()));

    ended(&world.database.pool, free.tenant, 1).await;

    let took = began.elapsed();
    assert!(took < Duration::from_secs(10), "{took:?}");
    let held = checks_of(&world.database.pool, limited.tenant).await;
    assert!(
        held[0].outcome.is_none() && held[0].claimed_by.is_some(),
        "{held:?}"
    );
    let asked = world.org().requests().len();
    assert!(asked <= 5 + 4, "{asked} questions in a window of five");
    stop.cancel();
    running.await.unwrap();
    let (state, _) = connection_of(&world.database.pool, limited.tenant).await;
    assert_eq!(state, "connected");
}

#[tokio::test]
#[expect(clippy::print_stdout, reason = "the ratio is the result")]
async fn a_check_takes_little_longer_than_its_answers() {
    let world = World::new(&["acme"]).await;
    let org = world.org();
    for path in ["/api/*", "/oauth2/v1/clients"] {
        org.faults().add(Fault::on(path, Effect::Delay { ms: 100 }));
    }
    let ideal = IDEAL_ROUNDS * 0.1;
    let mut best = f64::MAX;
    for _ in 0..3 {
        let connected = world.connect_acme().await;
        org.clear_requests();
        let began = Instant::now();
        world.check(connected.tenant).await;
        best = best.min(began.elapsed().as_secs_f64() / ideal);
        assert_eq!(most_at_once(&org.requests()), 4);
    }

    println!("a check of 25 scopes against answers of 100 ms: {best:.2} of the ideal of {ideal} s");
    assert!(best <= 2.0, "{best:.2}");
}
