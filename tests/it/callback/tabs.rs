//! Tabs that are closed on the way, and tabs that both come back.

use std::time::Duration;

use fake_okta::{Effect, Fault};

use crate::support::TestApp;
use crate::support::outcome::eventually;

const ADA: &str = "ada@acme.example";

#[tokio::test]
async fn a_tab_that_is_closed_while_okta_answers_loses_nothing() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    let authorize = browser.walk_to_okta(&app, &invited).await;
    let back = browser.sign_in_at_okta(&authorize, ADA).await;
    let slow = Fault::on_token(Effect::LateAnswer { ms: 1_000 }).once();
    app.org("acme").faults().add(slow);

    let closed = tokio::time::timeout(Duration::from_millis(500), browser.get(back.as_str())).await;

    assert!(closed.is_err(), "the tab was closed before the answer");
    app.outcome(&invited).await.assert_nothing_stored();
    eventually("the work ends alone", async || {
        app.outcome(&invited).await.state == "connected"
    })
    .await;
    app.outcome(&invited).await.assert_connected_once();
    assert_eq!(app.code_exchanges("acme"), 1);
    let page = browser.sign_in_from_home(&app, "acme", ADA).await;
    assert_eq!(page.url.path(), format!("/tenants/{}", invited.tenant));
    page.assert_says("All 25 permissions are granted.");
}

#[tokio::test]
async fn two_tabs_of_one_browser_may_both_come_back() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    let first = browser.walk_to_okta(&app, &invited).await;
    let second = browser.okta_address().await;
    let first = browser.sign_in_at_okta(&first, ADA).await;
    let second = browser.sign_in_at_okta(&second, ADA).await;

    let second = browser.follow(second.as_str()).await;
    let first = browser.follow(first.as_str()).await;

    second.assert_says("All 25 permissions are granted.");
    first.assert_says("All 25 permissions are granted.");
    let outcome = app.outcome(&invited).await;
    assert_eq!(
        (outcome.people, outcome.authorizations, outcome.token_sets),
        (1, 2, 1)
    );
}

#[tokio::test]
async fn two_tabs_that_come_back_at_once_leave_one_whole_outcome() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    let first = browser.walk_to_okta(&app, &invited).await;
    let second = browser.okta_address().await;
    let first = browser.sign_in_at_okta(&first, ADA).await;
    let second = browser.sign_in_at_okta(&second, ADA).await;

    let (first, second) = tokio::join!(browser.get(first.as_str()), browser.get(second.as_str()));

    first.assert_status(303);
    second.assert_status(303);

    let outcome = app.outcome(&invited).await;
    assert_eq!(outcome.state, "connected");
    assert_eq!(
        (outcome.people, outcome.let_in, outcome.token_sets),
        (1, 1, 1)
    );
    assert_eq!(outcome.authorizations, outcome.connected_events);
    let page = browser.get(&format!("/tenants/{}", invited.tenant)).await;
    page.assert_status(200)
        .assert_says("All 25 permissions are granted.");
}
