//! PostgreSQL, or the service itself, goes away after the code was spent.

use std::time::Duration;

use fake_okta::{Effect, Fault};
use sqlx::PgPool;

use crate::support::database::{OwnCluster, TestDatabase};
use crate::support::outcome::eventually;
use crate::support::{Outcome, Settings, TestApp};

const ADA: &str = "ada@acme.example";

/// Whether Okta was asked for the roles: the code is spent by then, and nothing stored yet.
fn asked_for_roles(app: &TestApp) -> bool {
    let requests = app.org("acme").requests();
    requests.iter().any(|call| call.path.ends_with("/roles"))
}

#[tokio::test]
async fn an_outcome_waits_for_a_database_that_restarts_after_the_code_was_spent() {
    let mut cluster = OwnCluster::start().await;
    let database = TestDatabase::new().await;
    let app = TestApp::start_on(database, &cluster.url, Settings::default()).await;
    let invited = app.invite().await;
    let browser = app.browser();
    let authorize = browser.walk_to_okta(&app, &invited).await;
    let back = browser.sign_in_at_okta(&authorize, ADA).await;
    let slow = Fault::on("/api/v1/users/*", Effect::LateAnswer { ms: 1_500 });
    app.org("acme").faults().add(slow.once());

    let (landed, ()) = tokio::join!(browser.get(back.as_str()), async {
        eventually("the code is spent", async || asked_for_roles(&app)).await;
        Outcome::read(&cluster.pool, invited.tenant)
            .await
            .assert_nothing_stored();
        cluster.stop_server().await;
        // Longer than one try of ours takes.
        tokio::time::sleep(Duration::from_secs(5)).await;
        cluster.start_server().await;
    });

    landed.assert_goes_to(&format!("/tenants/{}", invited.tenant));
    assert_eq!(app.code_exchanges("acme"), 1);
    Outcome::read(&cluster.pool, invited.tenant)
        .await
        .assert_connected_once();
    browser
        .follow(landed.location().unwrap().as_str())
        .await
        .assert_says("All 25 permissions are granted.");
    assert!(app.org("acme").requests_to("/oauth2/v1/revoke").is_empty());
}

/// Ends the connections of the service that wait for a lock; how many.
async fn terminate_waiting(pool: &PgPool) -> i64 {
    sqlx::query_scalar(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = 'grantway' AND wait_event_type = 'Lock'",
    )
    .fetch_one(pool)
    .await
    .unwrap()
}

#[tokio::test]
async fn a_connection_that_dies_inside_the_transaction_leaves_nothing_half_stored() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    let authorize = browser.walk_to_okta(&app, &invited).await;
    let back = browser.sign_in_at_okta(&authorize, ADA).await;
    // The audit trail is written last, so everything else of the outcome is written before it waits.
    let mut lock = app.database.pool.begin().await.unwrap();
    sqlx::query("LOCK TABLE audit_events IN EXCLUSIVE MODE")
        .execute(&mut *lock)
        .await
        .unwrap();

    let (landed, ()) = tokio::join!(browser.get(back.as_str()), async {
        eventually("the transaction waits and dies", async || {
            terminate_waiting(&app.database.pool).await == 1
        })
        .await;
        app.outcome(&invited).await.assert_nothing_stored();
        lock.rollback().await.unwrap();
    });

    landed.assert_goes_to(&format!("/tenants/{}", invited.tenant));
    assert_eq!(app.code_exchanges("acme"), 1);
    app.outcome(&invited).await.assert_connected_once();
}

#[tokio::test]
async fn an_outcome_that_the_database_refuses_leaves_no_live_tokens_behind() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    let authorize = browser.walk_to_okta(&app, &invited).await;
    let back = browser.sign_in_at_okta(&authorize, ADA).await;
    let change = |sql| sqlx::raw_sql(sql).execute(&app.database.pool);
    change("ALTER TABLE token_sets ADD CONSTRAINT never CHECK (generation < 0)")
        .await
        .unwrap();

    let page = browser.get(back.as_str()).await;

    page.assert_status(500)
        .assert_says("Something broke on our side")
        .assert_never_says("token_sets")
        .assert_referenced();
    app.outcome(&invited).await.assert_nothing_stored();
    let revoked = app.org("acme").requests_to("/oauth2/v1/revoke");
    assert_eq!(revoked.iter().filter(|call| call.status == 200).count(), 2);
    change("ALTER TABLE token_sets DROP CONSTRAINT never")
        .await
        .unwrap();
    browser.assert_trying_again_works(ADA).await;
}

#[tokio::test]
async fn a_service_that_is_stopped_finishes_the_callback_first() {
    let mut app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    let authorize = browser.walk_to_okta(&app, &invited).await;
    let back = browser.sign_in_at_okta(&authorize, ADA).await;
    let slow = Fault::on_token(Effect::LateAnswer { ms: 1_000 }).once();
    app.org("acme").faults().add(slow);
    // The tab is closed too, so that nobody waits for an answer.
    let closed = tokio::time::timeout(Duration::from_millis(500), browser.get(back.as_str())).await;
    assert!(closed.is_err(), "the answer came too early");

    app.stop().await;

    app.outcome(&invited).await.assert_connected_once();
}
