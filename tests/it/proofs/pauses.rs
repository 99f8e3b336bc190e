//! A replica that is stopped in the middle of a refresh, and wakes when others have gone on.

use std::time::Duration;

use fake_okta::{Effect, Fault};

use super::dice::Dice;
use super::stage::{Stage, of};
use crate::support::outcome::eventually;

/// A lease has to run out, and a busy machine is slow.
const SETTLES_WITHIN: Duration = Duration::from_mins(1);
/// Time enough for a sleeper to write what it should not.
const WAKING: Duration = Duration::from_secs(3);

/// Okta's answer waits in the sleeper's socket; when it is read, a newer generation is there.
async fn an_answer_read_after_the_lease() {
    let stage = Stage::new().await;
    let tenants = stage.connect(1).await;
    let sleeper = stage.serve().await;
    let slow = Fault::on_token(Effect::LateAnswer { ms: 1_500 });
    stage.org().faults().add(slow.once());
    let before = stage.stored().await;
    stage.make_due(&tenants).await;
    stage.asked(1).await;
    sleeper.pause().await;
    let other = stage.serve().await;
    stage.settle(&tenants, &before, SETTLES_WITHIN).await;
    let newer = stage.stored().await;

    sleeper.wake().await;

    tokio::time::sleep(WAKING).await;
    let now = stage.stored().await;
    let (now, newer) = (of(&now, tenants[0].tenant), of(&newer, tenants[0].tenant));
    assert_eq!(now, newer);
    let tally = stage.judge(&tenants, &before).await;
    assert_eq!((tally.recovered, tally.most_calls), (1, 2), "{tally:#?}");
    // The sleeper is as good as before.
    other.kill().await;
    let before = stage.stored().await;
    stage.org().clear_requests();
    stage.make_due(&tenants).await;
    stage.settle(&tenants, &before, SETTLES_WITHIN).await;
    let tally = stage.judge(&tenants, &before).await;
    assert_eq!((tally.recovered, tally.most_calls), (1, 1), "{tally:#?}");
}

/// How many connections of the service wait for a lock.
async fn waiting_for_a_lock(stage: &Stage) -> i64 {
    sqlx::query_scalar(
        "SELECT count(*) FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = 'grantway' AND wait_event_type = 'Lock'",
    )
    .fetch_one(&stage.pool)
    .await
    .unwrap()
}

/// The sleeper has written, and not committed: it holds locks that the other replica needs.
async fn asleep_inside_a_transaction() {
    let stage = Stage::new().await;
    let tenants = stage.connect(1).await;
    let sleeper = stage.serve().await;
    // So that more than one statement has to be written.
    stage.org().end_refresh_tokens();
    let mut lock = stage.pool.begin().await.unwrap();
    sqlx::query("LOCK TABLE audit_events IN EXCLUSIVE MODE")
        .execute(&mut *lock)
        .await
        .unwrap();
    let before = stage.stored().await;
    stage.make_due(&tenants).await;
    eventually("the last statement waits", async || {
        waiting_for_a_lock(&stage).await == 1
    })
    .await;
    sleeper.pause().await;
    lock.rollback().await.unwrap();
    let _other = stage.serve().await;

    stage.settle(&tenants, &before, SETTLES_WITHIN).await;

    let now = stage.stored().await;
    assert_eq!(of(&now, tenants[0].tenant).state, "needs_attention");
    sleeper.wake().await;
    tokio::time::sleep(WAKING).await;
    let told = "SELECT action FROM audit_events WHERE action = 'connection.needs_attention'";
    assert_eq!(stage.world.database.column(told).await.len(), 1);
}

/// One of two replicas is stopped at a random moment of many refreshes; the other one ends them all
/// before it wakes.
#[expect(clippy::print_stdout, reason = "the counts are the result")]
async fn pause(rounds: usize, count: usize) {
    let seed = Dice::seed();
    println!("PROOF_SEED={seed}");
    let mut dice = Dice::new(seed);
    let stage = Stage::new().await;
    let tenants = stage.connect(count).await;
    let services = [stage.serve().await, stage.serve().await];
    let (mut taken_over, mut most_calls) = (0, 0);
    for round in 0..rounds {
        let calls = u32::try_from(count * 3).unwrap();
        stage.script(calls, || (dice.below(300), dice.below(300)));
        stage.org().clear_requests();
        let before = stage.stored().await;
        stage.make_due(&tenants).await;
        stage.asked(1).await;
        tokio::time::sleep(Duration::from_millis(dice.below(900))).await;
        let sleeper = &services[round % 2];
        sleeper.pause().await;
        stage.settle(&tenants, &before, SETTLES_WITHIN).await;
        let settled = stage.stored().await;

        sleeper.wake().await;

        tokio::time::sleep(WAKING).await;
        let tally = stage.judge(&tenants, &before).await;
        assert_eq!(tally.recovered, count, "round {round}: {tally:#?}");
        assert!(tally.most_calls <= 3, "round {round}: {tally:#?}");
        let now = stage.stored().await;
        for tenant in &tenants {
            let (now, settled) = (of(&now, tenant.tenant), of(&settled, tenant.tenant));
            assert_eq!(now, settled, "round {round}");
        }
        taken_over += tally.retried;
        most_calls = most_calls.max(tally.most_calls);
    }
    println!(
        "soak: SIGSTOP past the lease: {rounds} rounds, {} refreshes, {taken_over} taken over from the stopped \
         replica, 0 overwritten after SIGCONT, at most {most_calls} token calls for one tenant",
        rounds * count
    );
}

/// Most of the time they all wait for leases to run out, so they do it together.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_that_sleeps_overwrites_nothing_and_locks_nobody_out() {
    tokio::join!(
        an_answer_read_after_the_lease(),
        asleep_inside_a_transaction(),
        pause(1, 20)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes: run by `make soak`"]
async fn soak_a_replica_that_wakes_amid_refreshes_overwrites_nothing() {
    pause(20, 40).await;
}
