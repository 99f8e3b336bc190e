//! Many ask at once, in several processes: Okta is asked once, and all are answered.

use std::collections::BTreeSet;
use std::time::Duration as StdDuration;

use fake_okta::{Effect, Fault};
use grantway::flows::{FlowError, Patience, Refresh};
use grantway::vault;
use time::Duration;
use tokio::task::JoinSet;

use super::rows::{Expired, QUICK, process, token_calls};

/// Two replicas, each asked so often at once, while Okta takes so long.
async fn ask_two_replicas(answer_takes: StdDuration, patience: Patience) {
    let expired = Expired::rotating().await;
    let place = expired.world.place();
    let ms = u64::try_from(answer_takes.as_millis()).unwrap();
    let slow = Fault::on_token(Effect::LateAnswer { ms });
    expired.world.org().faults().add(slow);
    let mut asked = JoinSet::new();
    for _ in 0..2 {
        let shared = place.shared(&expired.world.clock).await;
        let refresh = Refresh::new(process(&shared, patience));
        for _ in 0..100 {
            let (refresh, tenant) = (refresh.clone(), expired.connected.tenant);
            asked.spawn(async move { refresh.token(tenant).await });
        }
    }

    let answers = asked.join_all().await;

    assert_eq!(answers.len(), 200);
    let tokens: BTreeSet<String> = answers
        .into_iter()
        .map(|answer| vault::disclose(answer.unwrap().access_token.secret()).to_owned())
        .collect();
    assert_eq!(tokens.len(), 1, "everybody got the same new token");
    assert!(!tokens.contains(&expired.connected.access_token));
    assert_eq!(token_calls(&expired.world.org()), 1);
    let row = expired.row().await;
    assert_eq!((row.generation, row.leased, row.attempts), (2, false, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_replicas_with_a_hundred_requests_each_ask_okta_once() {
    ask_two_replicas(StdDuration::from_millis(2_500), QUICK).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes a while: run by `make soak`"]
async fn soak_two_replicas_with_a_hundred_requests_each_and_answers_of_twelve_seconds() {
    ask_two_replicas(StdDuration::from_secs(12), Patience::default()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_takes_longer_than_the_lease_is_waited_for_and_not_overtaken() {
    let expired = Expired::rotating().await;
    let short = Patience {
        lease: Duration::seconds(2),
        ..QUICK
    };
    let slow = Fault::on_token(Effect::LateAnswer { ms: 4_500 });
    expired.world.org().faults().add(slow);
    let [one, other] = [(); 2].map(|()| Refresh::new(process(&expired.shared, short)));
    let (stop, tenant) = (
        tokio_util::sync::CancellationToken::new(),
        expired.connected.tenant,
    );
    let looking = tokio::spawn(other.run(stop.clone()));

    let token = one.token(tenant).await.unwrap();

    stop.cancel();
    looking.await.unwrap();
    assert_eq!(token.generation, 2);
    assert_eq!(token_calls(&expired.world.org()), 1);
}

#[tokio::test]
async fn a_fresh_token_costs_no_call_and_no_write() {
    let expired = Expired::new().await;
    expired.token().await.unwrap();
    let before = expired.row().await;

    for _ in 0..10 {
        assert_eq!(expired.token().await.unwrap().generation, 2);
    }

    assert_eq!(token_calls(&expired.world.org()), 1);
    assert_eq!(expired.row().await, before);
}

#[tokio::test]
async fn who_waits_too_long_is_told_so_and_the_refresh_goes_on() {
    let expired = Expired::new().await;
    let slow = Fault::on_token(Effect::LateAnswer { ms: 1_500 });
    expired.world.org().faults().add(slow);
    let hurried = Patience {
        waiting: StdDuration::from_millis(300),
        ..QUICK
    };
    let refresh = Refresh::new(process(&expired.shared, hurried));

    let answer = refresh.token(expired.connected.tenant).await;

    assert!(matches!(answer, Err(FlowError::Busy)), "{answer:?}");
    assert_eq!(expired.token().await.unwrap().generation, 2);
    assert_eq!(token_calls(&expired.world.org()), 1);
}

#[tokio::test]
async fn the_loop_renews_tokens_ahead_of_their_end() {
    let world = crate::checks::world::World::new(&["acme"]).await;
    let connected = world.connect_acme().await;
    let refresh = Refresh::new(process(&world.shared, QUICK));
    world.advance(Duration::minutes(39));
    assert_eq!(refresh.look().await.unwrap(), 0, "not due yet");

    world.advance(Duration::minutes(12));
    assert_eq!(refresh.look().await.unwrap(), 1);

    let token = refresh.token(connected.tenant).await.unwrap();
    assert_eq!(token.generation, 2);
    assert_eq!(token_calls(&world.org()), 1);
    let left = token.expires_at - world.shared.clock.now();
    assert!(left > Duration::minutes(58), "{left}");
}
