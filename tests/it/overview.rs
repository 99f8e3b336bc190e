//! What operators are told of all customers together.

use std::sync::Arc;

use fake_okta::AuthMethod;
use grantway::domain::overview::Window;
use grantway::flows::{LookUpIndex, Overview, Refresh};
use sqlx::Connection;
use time::Duration;

use crate::support::staff::{OLGA, SAM};
use crate::support::{Invited, TestApp};

const ADA: &str = "ada@acme.example";

async fn invite(app: &TestApp, name: &str) -> Invited {
    app.invite_named(name, "acme", AuthMethod::PrivateKeyJwt, &app.catalog())
        .await
}

/// Three customers: one who connected, one who came as far as the app, one who never opened the link.
async fn three(app: &TestApp) -> Invited {
    let connected = invite(app, "Acme Europe").await;
    let browser = app.browser();
    browser
        .connect(app, &connected, ADA)
        .await
        .assert_status(200);
    let stuck = invite(app, "Acme Asia").await;
    app.browser().walk_to_app(app, &stuck).await;
    invite(app, "Acme Africa").await;
    connected
}

#[tokio::test]
async fn an_operator_sees_how_many_are_where_and_how_far_links_led() {
    let app = TestApp::start().await;
    three(&app).await;
    let olga = app.staff_browser(OLGA).await;

    let page = olga.get("/support/overview").await;

    page.assert_status(200)
        .assert_says("3 customers, and none needs attention.")
        .assert_says("Of 3 links made in the last 30 days, 1 led to a connection (33 %).")
        .assert_says("Nobody stopped. 2 links are still on the way.")
        .assert_says("No customer needs attention.")
        .assert_says("Nothing is late.")
        .assert_says("Nobody is told of events: no endpoint was set up.")
        .assert_has("href=\"/support?state=pending\"");
    // Three days later the links have ended.
    app.advance(Duration::days(4));
    let olga = app.staff_browser(OLGA).await;
    olga.get("/support/overview?days=7")
        .await
        .assert_says("2 links led no further. 0 links are still on the way.")
        .assert_says("The link ended unused");
    let nonsense = olga.get("/support/overview?days=eight").await;
    nonsense
        .assert_status(200)
        .assert_says("in the last 30 days");
    let sam = app.staff_browser(SAM).await;
    sam.get("/support/overview").await.assert_status(403);
    app.assert_no_leak();
}

#[tokio::test]
async fn every_step_counts_those_who_went_further() {
    let app = TestApp::start().await;
    three(&app).await;
    let overview = Overview::new(app.shared.clone());

    let facts = overview.read(Window::Month).await.unwrap();

    let mut reached: Vec<(i32, i64)> = facts
        .funnel
        .iter()
        .flatten()
        .map(|count| (count.reached, count.links))
        .collect();
    reached.sort_unstable();
    assert_eq!(reached, [(0, 1), (4, 1), (6, 1)]);
}

#[tokio::test]
async fn numbers_are_counted_once_for_all_who_ask_within_a_moment() {
    let app = TestApp::start().await;
    let overview = Overview::new(app.shared.clone());
    let first = overview.read(Window::Month).await.unwrap();
    invite(&app, "Acme Europe").await;
    app.advance(Duration::seconds(2));

    let again = overview.read(Window::Month).await.unwrap();
    let other = overview.read(Window::Week).await.unwrap();
    assert!(Arc::ptr_eq(&first, &again));
    assert_eq!(other.states.iter().flatten().count(), 1);

    app.advance(Duration::seconds(13));
    let later = overview.read(Window::Month).await.unwrap();
    assert_eq!(later.states.iter().flatten().count(), 1);
    assert!(later.at - first.at >= Duration::seconds(15));
}

#[tokio::test]
async fn refreshes_are_counted_by_day_with_what_is_late_and_since_when() {
    let app = TestApp::start().await;
    let connected = three(&app).await;
    let refresh = Refresh::new(app.shared.clone());
    app.advance(Duration::minutes(55));
    assert_eq!(refresh.look().await.unwrap(), 1);
    let org = app.org("acme");
    org.remove_app(&connected.client_id);
    app.advance(Duration::hours(2));
    let overview = Overview::new(app.shared.clone());
    let late = overview.read(Window::Month).await.unwrap().lag.unwrap();
    assert_eq!((late.overdue, late.failing), (1, 0));
    assert_eq!(refresh.look().await.unwrap(), 1);
    refresh.write_tally().await;
    app.advance(Duration::seconds(20));

    let facts = overview.read(Window::Month).await.unwrap();

    let mut counted: Vec<(String, i64)> = facts
        .days
        .iter()
        .flatten()
        .map(|day| (day.outcome.clone(), day.count))
        .collect();
    counted.sort();
    let once = |outcome: &str| (outcome.to_owned(), 1);
    assert_eq!(counted, [once("refreshed"), once("unknown_client")]);
    let lag = facts.lag.unwrap();
    assert_eq!((lag.overdue, lag.failing), (0, 1));
    assert!(lag.failing_since.is_some());
    let olga = app.staff_browser(OLGA).await;
    olga.get("/support/overview")
        .await
        .assert_says("3 customers; 1 needs attention.")
        .assert_has("href=\"/support?state=needs_attention&#38;reason=unknown_client\"");
}

#[tokio::test]
async fn a_sign_in_that_ends_is_counted_in_its_week() {
    let app = TestApp::start().await;
    three(&app).await;
    let index = LookUpIndex::new(app.shared.clone());
    while index.step().await.unwrap() > 0 {}
    let overview = Overview::new(app.shared.clone());
    let weeks = |facts: &grantway::flows::OverviewFacts| -> Vec<(i32, i64)> {
        let all = facts.endings.clone().unwrap().into_iter();
        all.filter(|(_, count)| *count > 0).collect()
    };

    let facts = overview.read(Window::Month).await.unwrap();
    assert_eq!(weeks(&facts), [(12, 1)], "after 90 days");
    app.advance(Duration::days(80));
    let facts = overview.read(Window::Month).await.unwrap();
    assert_eq!(weeks(&facts), [(1, 1)]);
}

#[tokio::test]
async fn what_takes_too_long_is_left_out_and_said() {
    let app = TestApp::start().await;
    three(&app).await;
    let olga = app.staff_browser(OLGA).await;
    let mut other = sqlx::PgConnection::connect(&app.database.url)
        .await
        .unwrap();
    let mut lock = other.begin().await.unwrap();
    sqlx::query("LOCK TABLE refresh_days, webhook_endpoints IN ACCESS EXCLUSIVE MODE")
        .execute(&mut *lock)
        .await
        .unwrap();

    let page = olga.get("/support/overview").await;

    lock.rollback().await.unwrap();
    page.assert_status(200)
        .assert_says("This took too long to count.")
        .assert_says("3 customers, and none needs attention.");
}

#[tokio::test]
async fn each_count_reads_an_index() {
    let app = TestApp::start().await;
    let plans = [
        (
            "SELECT state, attention_reason, count(*) FROM connections GROUP BY 1, 2",
            "connections_by_state_and_reason",
        ),
        (
            "SELECT created_at FROM onboarding_links WHERE purpose = 'onboarding' AND created_at >= now() ORDER BY created_at DESC LIMIT 5",
            "onboarding_links_by_time",
        ),
        (
            "SELECT failing_since FROM refreshes WHERE failure IS NOT NULL LIMIT 5",
            "refreshes_failing",
        ),
        (
            "SELECT attempts FROM webhook_deliveries WHERE endpoint_id = gen_random_uuid() AND state = 'waiting' ORDER BY attempts DESC LIMIT 5",
            "webhook_deliveries_waiting_by_endpoint",
        ),
        (
            "SELECT sign_in_ends_at FROM support_index WHERE sign_in_ends_at > now() AND sign_in_ends_at < now() + interval '91 days'",
            "support_index_by_end",
        ),
    ];
    let mut connection = app.database.pool.acquire().await.unwrap();
    // On empty tables reading all of it is cheapest.
    sqlx::query("SET enable_seqscan = off")
        .execute(&mut *connection)
        .await
        .unwrap();
    for (query, index) in plans {
        let explain = sqlx::AssertSqlSafe(format!("EXPLAIN {query}"));
        let plan: Vec<String> = sqlx::query_scalar(explain)
            .fetch_all(&mut *connection)
            .await
            .unwrap();
        assert!(plan.join("\n").contains(index), "{plan:#?}");
    }
}
