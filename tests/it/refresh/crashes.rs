//! A process dies between Okta's answer and the commit, or the answer never comes: the old token is
//! tried again inside Okta's leeway, and after it the reason is told apart.

use std::sync::Arc;
use std::time::Duration as StdDuration;

use fake_okta::{Effect, Fault};
use grantway::flows::{Patience, Refresh};
use serde_json::json;
use time::Duration;
use tokio::runtime::{Builder, Runtime};
use tokio_util::sync::CancellationToken;

use super::rows::{Expired, QUICK, process, token_calls};
use crate::checks::world::Place;
use crate::support::clock::TestClock;
use crate::support::outcome::eventually;

const SHORT: Patience = Patience {
    lease: Duration::milliseconds(700),
    heartbeat: StdDuration::from_millis(100),
    ..QUICK
};

/// A replica that dies like a process: its threads end where they stand, and nothing is given back.
struct Victim(Runtime);

impl Victim {
    fn start(place: Place, clock: Arc<TestClock>) -> Self {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        runtime.spawn(async move {
            let shared = place.shared(&clock).await;
            let refresh = Refresh::new(process(&shared, SHORT));
            refresh.run(CancellationToken::new()).await;
        });
        Self(runtime)
    }

    fn kill(self) {
        self.0.shutdown_background();
    }
}

/// Okta has rotated the token, and the process that asked is dead before it hears of it.
async fn crashed() -> Expired {
    let expired = Expired::rotating().await;
    let late = Fault::on_token(Effect::LateAnswer { ms: 60_000 });
    expired.world.org().faults().add(late.once());
    let victim = Victim::start(expired.world.place(), Arc::clone(&expired.world.clock));
    let org = expired.world.org();
    eventually("Okta has rotated", async || org.rotations() == 1).await;
    assert_eq!(token_calls(&org), 1);
    victim.kill();
    expired
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_crash_the_old_token_is_tried_again_inside_the_leeway() {
    let expired = crashed().await;

    let token = expired.token().await.unwrap();

    assert_eq!(token.generation, 2);
    assert_eq!(token_calls(&expired.world.org()), 2);
    assert_eq!(expired.state().await, ("connected".to_owned(), None));
    let row = expired.row().await;
    assert_eq!((row.spending, row.leased), (None, false));
    // What was stored is the newest of the family.
    expired.world.advance(Duration::hours(2));
    assert_eq!(expired.token().await.unwrap().generation, 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_the_leeway_the_interrupted_refresh_is_named_as_the_reason() {
    let expired = crashed().await;
    expired.world.advance(Duration::seconds(31));

    assert!(expired.token().await.is_err());

    let reused = "refresh_token_reused";
    assert_eq!(
        expired.state().await,
        ("needs_attention".to_owned(), Some(reused.to_owned()))
    );
    assert_eq!(
        expired.told().await,
        [(
            "connection.needs_attention".to_owned(),
            json!({ "reason": reused })
        )]
    );
    let row = expired.row().await;
    assert_eq!((row.due_at, row.failure.as_deref()), (None, Some(reused)));
    assert_eq!(expired.look().await, 0);
    assert!(expired.token().await.is_err());
    assert_eq!(token_calls(&expired.world.org()), 2, "no hot loop");
}

#[tokio::test]
async fn an_answer_that_is_cut_off_is_asked_for_again_before_the_leeway_ends() {
    let expired = Expired::rotating().await;
    let cut = Fault::on_token(Effect::Cut { after: 30 }).once();
    expired.world.org().faults().add(cut);

    expired.look().await;

    let row = expired.row().await;
    assert_eq!(row.failure.as_deref(), Some("okta_unreachable"));
    assert_eq!(row.spending, Some(1), "it may be spent");
    expired.wait_until_due().await;
    expired.look().await;
    assert_eq!(expired.row().await.generation, 2);
    assert_eq!(expired.state().await, ("connected".to_owned(), None));
}

#[tokio::test]
async fn a_lost_answer_that_is_asked_for_too_late_is_a_reuse_and_not_a_revocation() {
    let expired = Expired::rotating().await;
    let cut = Fault::on_token(Effect::Cut { after: 30 }).once();
    expired.world.org().faults().add(cut);
    expired.look().await;
    expired.world.advance(Duration::seconds(40));

    expired.look().await;

    assert_eq!(
        expired.state().await.1.as_deref(),
        Some("refresh_token_reused")
    );
}
