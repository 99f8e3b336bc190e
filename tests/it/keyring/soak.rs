//! The long forms, run by `make soak`.

#![expect(clippy::print_stdout, reason = "the figures are worth reading")]

use std::time::{Duration, Instant};

use grantway::flows::Sealing;

use super::crowd::{settle, vault_of};
use super::load::{Load, kill_on_the_way};
use super::rotation::{left, rotate};
use super::{NEW, OLD, both};
use crate::support::TestApp;
use crate::support::database::TestDatabase;
use crate::support::settings::KEY_RING;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes a while: run by `make soak`"]
async fn soak_twenty_thousand_tenants_get_a_new_key_under_load_though_it_was_killed_twice() {
    let database = TestDatabase::new().await;
    let members = settle(&database.pool, &vault_of(OLD), 20_000).await;
    let load = Load::begin(&database, &members);
    let began = Instant::now();

    kill_on_the_way(&database, &members[9_000], "access_token").await;
    let after_one = left(&database).await;
    kill_on_the_way(&database, &members[8_000], "refresh_token").await;
    let after_two = left(&database).await;
    let ran = rotate(&database, &both(), &["--json"]).await;

    let took = began.elapsed();
    let reads = load.end().await;
    println!(
        "20,000 tenants, 80,000 secrets: {took:.1?}; {after_one} left after the first kill, {after_two} after the \
         second, {} at the end; {reads} reads meanwhile, 0 failed",
        left(&database).await
    );
    ran.assert_code(0);
    assert_eq!(left(&database).await, 0);
    for member in &members {
        member.read(&database.pool, &vault_of(NEW)).await;
    }
}

/// What is sealed under a key shows in an index, so the look at the start costs the same.
#[tokio::test]
#[ignore = "takes a while: run by `make soak`"]
async fn soak_a_million_tenants_do_not_slow_the_look_at_the_start() {
    let app = TestApp::start().await;
    let pool = &app.database.pool;
    settle(pool, &vault_of(KEY_RING), 5).await;
    let sealing = Sealing::new(app.shared.clone());
    let few = median(&sealing).await;
    // Copies of one tenant's tokens: only the part in front is looked at, and five rows that open.
    app.database
        .change(
            "SET session_replication_role = replica;
             INSERT INTO token_sets (connection_id, tenant_id, authorization_id, generation, access_token,
                                     access_expires_at, refresh_token, stored_at, granted)
             SELECT gen_random_uuid(), tenant_id, authorization_id, 1, access_token || sha512(n::text::bytea),
                    access_expires_at, refresh_token || sha512(n::text::bytea), stored_at, granted
             FROM generate_series(1, 1000000) n, (SELECT * FROM token_sets LIMIT 1) t;
             SET session_replication_role = origin",
        )
        .await;
    let many = median(&sealing).await;
    println!("the look at the start: {few:.1?} with 5 token sets, {many:.1?} with 1,000,005");
    assert!(many < 20 * few, "it grows with the rows");
}

/// Of nine looks that find nothing missing.
async fn median(sealing: &Sealing) -> Duration {
    let mut took = Vec::new();
    for _ in 0..9 {
        let began = Instant::now();
        assert!(sealing.needs().await.unwrap().are_met());
        took.push(began.elapsed());
    }
    took.sort_unstable();
    took[4]
}
