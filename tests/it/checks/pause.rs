//! *Check again*, pressed in a loop.

use grantway::domain::api_key::ApiRole;
use serde_json::json;
use time::Duration;

use super::rows::{checks_of, ended};
use crate::support::staff::SAM;
use crate::support::{Browser, Invited, TestApp};

async fn checked() -> (TestApp, Invited, Browser) {
    let app = TestApp::start_checking().await;
    let invited = app.invite().await;
    let browser = app.browser();
    browser
        .connect(&app, &invited, "ada@acme.example")
        .await
        .assert_status(200);
    ended(&app.database.pool, invited.tenant, 1).await;
    (app, invited, browser)
}

/// The seconds to wait, of the thirty.
fn wait(headers: &reqwest::header::HeaderMap) -> u64 {
    let wait = headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((15..=30).contains(&wait), "{wait}");
    wait
}

async fn asked_for(app: &TestApp) -> i64 {
    app.database
        .count("audit_events WHERE action = 'check.requested'")
        .await
}

#[tokio::test]
async fn pressed_in_a_loop_it_asks_okta_once_in_half_a_minute() {
    let (app, invited, browser) = checked().await;
    let path = format!("/tenants/{}/checks", invited.tenant);
    app.org("acme").clear_requests();
    browser.post(&path, &[]).await.assert_status(303);
    ended(&app.database.pool, invited.tenant, 2).await;
    let once = app.org("acme").requests().len();
    assert!(once > 0);

    for _ in 0..20 {
        let refused = browser.post(&path, &[]).await;
        let wait = wait(&refused.headers);
        refused
            .assert_status(429)
            .assert_says("That was checked just now")
            .assert_says(&format!("You can press “Check again” in {wait} seconds"));
    }

    assert_eq!(
        asked_for(&app).await,
        1,
        "a press that does nothing leaves no line"
    );
    assert_eq!(app.org("acme").requests().len(), once);
    app.advance(Duration::seconds(30));
    browser.post(&path, &[]).await.assert_status(303);
    let checks = ended(&app.database.pool, invited.tenant, 3).await;
    assert_eq!(checks.len(), 3);
}

#[tokio::test]
async fn programs_support_and_administrators_share_one_pause() {
    let (app, invited, browser) = checked().await;
    let path = format!("/tenants/{}/checks", invited.tenant);
    let caller = app.caller(ApiRole::Onboarding).await;
    caller.post(&path, &json!({})).await.assert_status(202);
    ended(&app.database.pool, invited.tenant, 2).await;

    let refused = caller.post(&path, &json!({})).await;
    refused.assert_problem(429, "too-many-requests");
    let words = format!("Ask again in {} seconds", wait(&refused.headers));
    assert!(refused.body.contains(&words), "{}", refused.body);
    browser.post(&path, &[]).await.assert_status(429);
    let sam = app.staff_browser(SAM).await;
    let support = format!("/support/tenants/{}", invited.tenant);
    let reason = [("reason", "The customer asked why it is red.")];
    sam.post(&format!("{support}/visit"), &reason).await;
    sam.post(&format!("{support}/checks"), &[])
        .await
        .assert_status(429)
        .assert_says("You can press “Check again” in")
        .assert_says("To the customer");

    assert_eq!(checks_of(&app.database.pool, invited.tenant).await.len(), 3);
    app.advance(Duration::seconds(31));
    sam.post(&format!("{support}/checks"), &[])
        .await
        .assert_status(303);
    ended(&app.database.pool, invited.tenant, 3).await;
}
