//! Whoever comes late stores nothing: neither a process that lost its lease, nor an older ciphertext.

use std::time::Duration as StdDuration;

use fake_okta::{Effect, Fault};
use grantway::flows::{Patience, Refresh};
use grantway::store::{Lease, Refreshed, SealedBytes, SealedTokens};
use grantway::vault;
use time::Duration;
use uuid::Uuid;

use super::rows::{Expired, QUICK, process, token_calls};
use crate::support::outcome::eventually;

const LAPSED: Duration = Duration::milliseconds(1);

async fn claimed(expired: &Expired, lease: Duration) -> Lease {
    let (store, now) = (&expired.shared.store, expired.shared.clock.now());
    let claimed = store.claim_refresh(expired.connected.tenant, Uuid::now_v7(), lease, now);
    claimed.await.unwrap().unwrap()
}

/// New tokens that are none: enough to see whether they would be stored.
fn refreshed(generation: i64, expired: &Expired) -> Refreshed {
    let now = expired.shared.clock.now();
    Refreshed {
        tokens: SealedTokens {
            generation,
            access_token: SealedBytes(vec![1]),
            access_expires_at: now + Duration::hours(1),
            refresh_token: None,
            refresh_expires_at: None,
        },
        scopes: None,
        due_at: now,
        change: None,
        event: None,
    }
}

async fn stores(expired: &Expired, lease: &Lease, generation: i64) -> bool {
    let (store, now) = (&expired.shared.store, expired.shared.clock.now());
    let refreshed = refreshed(generation, expired);
    let stored = store.store_refreshed(lease, &refreshed, now);
    stored.await.unwrap()
}

#[tokio::test]
async fn a_process_that_wakes_up_after_another_went_to_okta_stores_nothing() {
    let expired = Expired::rotating().await;
    let asleep = claimed(&expired, LAPSED).await;

    let token = expired.token().await.unwrap();

    assert_eq!(token.generation, 2);
    for generation in [2, 3] {
        assert!(!stores(&expired, &asleep, generation).await);
    }
    let again = expired.token().await.unwrap();
    assert_eq!(
        vault::disclose(again.access_token.secret()),
        vault::disclose(token.access_token.secret())
    );
}

#[tokio::test]
async fn it_stores_nothing_either_while_the_other_still_waits_for_okta() {
    let expired = Expired::rotating().await;
    let asleep = claimed(&expired, LAPSED).await;
    let late = Fault::on_token(Effect::LateAnswer { ms: 1_500 });
    expired.world.org().faults().add(late.once());

    let (token, ()) = tokio::join!(expired.token(), async {
        eventually("the other asks", async || {
            token_calls(&expired.world.org()) == 1
        })
        .await;
        assert!(!stores(&expired, &asleep, 2).await);
    });

    assert_eq!(token.unwrap().generation, 2);
}

#[tokio::test]
async fn an_answer_that_waited_for_the_database_is_stored_in_the_grace_of_who_takes_over() {
    let expired = Expired::rotating().await;
    let waiting = claimed(&expired, LAPSED).await;
    let patient = Patience {
        grace: StdDuration::from_secs(2),
        ..QUICK
    };
    let refresh = Refresh::new(process(&expired.shared, patient));
    let pool = &expired.world.database.pool;

    let (looked, ()) = tokio::join!(refresh.look(), async {
        let taken = "refreshes WHERE lease_generation = 2";
        eventually("the lease is taken over", async || {
            expired.world.database.count(taken).await == 1
        })
        .await;
        assert!(stores(&expired, &waiting, 2).await);
    });

    assert_eq!(looked.unwrap(), 1);
    assert_eq!(
        token_calls(&expired.world.org()),
        0,
        "nothing was spent twice"
    );
    let generation: i64 = sqlx::query_scalar("SELECT generation FROM token_sets")
        .fetch_one(pool)
        .await
        .unwrap();
    assert_eq!(generation, 2);
}

#[tokio::test]
async fn a_lease_is_nobody_else_s_until_it_lapses() {
    let expired = Expired::new().await;
    let held = claimed(&expired, Duration::minutes(1)).await;
    let (store, now) = (&expired.shared.store, expired.shared.clock.now());
    let tenant = expired.connected.tenant;

    let other = store.claim_refresh(tenant, Uuid::now_v7(), QUICK.lease, now);
    assert_eq!(other.await.unwrap(), None);
    assert_eq!(expired.look().await, 0);

    store.release_lease(&held).await.unwrap();
    assert_eq!(expired.look().await, 1);
    assert!(!store.extend_lease(&held, QUICK.lease).await.unwrap());
}

#[tokio::test]
async fn a_loser_of_a_race_reads_again_before_it_calls_a_sign_in_ended() {
    let expired = Expired::rotating().await;
    let dead = Effect::Answer {
        status: 400,
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        body: r#"{"error":"invalid_grant","error_description":"The refresh token is invalid or expired."}"#.to_owned(),
    };
    let org = expired.world.org();
    org.faults()
        .add(Fault::on_token(Effect::Delay { ms: 800 }).once());
    org.faults().add(Fault::on_token(dead).once());

    let (looked, ()) = tokio::join!(expired.look(), async {
        eventually("Okta is asked", async || token_calls(&org) == 1).await;
        // Somebody else stores newer tokens meanwhile, as a new sign-in does.
        let newer = "UPDATE token_sets SET generation = generation + 1";
        expired.world.database.change(newer).await;
    });

    assert_eq!(looked, 1);
    assert_eq!(expired.state().await, ("connected".to_owned(), None));
    let row = expired.row().await;
    assert_eq!((row.generation, row.failure, row.leased), (2, None, false));
}

#[tokio::test]
async fn a_ciphertext_of_an_older_generation_does_not_open_and_is_not_asked_about_without_end() {
    let expired = Expired::new().await;
    let pool = &expired.world.database.pool;
    let old: Vec<u8> = sqlx::query_scalar("SELECT refresh_token FROM token_sets")
        .fetch_one(pool)
        .await
        .unwrap();
    expired.look().await;
    sqlx::query("UPDATE token_sets SET refresh_token = $1")
        .bind(old)
        .execute(pool)
        .await
        .unwrap();
    expired.world.advance(Duration::hours(2));

    assert_eq!(expired.look().await, 1);

    assert_eq!(
        token_calls(&expired.world.org()),
        1,
        "nothing of it left the house"
    );
    let row = expired.row().await;
    assert_eq!((row.attempts, row.leased, row.failure), (1, false, None));
    assert!(row.due_at.unwrap() > expired.shared.clock.now());
    assert_eq!(expired.state().await, ("connected".to_owned(), None));
}
