//! Okta goes away at one step of the way, and comes back.

use fake_okta::{Effect, Fault};

use crate::support::TestApp;

const ADA: &str = "ada@acme.example";
const GONE: &str = "Okta cannot be reached right now";

#[tokio::test]
async fn every_step_that_needs_okta_works_once_okta_is_back() {
    let mut app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    browser.get(&invited.link).await;
    browser.post("/onboarding/begin", &[]).await;
    let origin = app.org("acme").origin().to_owned();
    let form = [("organization", origin.as_str())];

    let outage = app.stop_okta().await;
    let looked_up = browser.post("/onboarding/organization", &form).await;
    app.start_okta(outage).await;
    looked_up
        .assert_status(503)
        .assert_says(GONE)
        .assert_says("What to do:");
    browser.walk_to_app(&app, &invited).await;

    let outage = app.stop_okta().await;
    let checked = browser.submit_app(&invited).await;
    app.start_okta(outage).await;
    checked.assert_explains(503, GONE);
    browser
        .submit_app(&invited)
        .await
        .assert_goes_to("/onboarding/sign-in");

    let outage = app.stop_okta().await;
    let leaving = browser.get("/onboarding/sign-in").await;
    app.start_okta(outage).await;
    leaving
        .assert_explains(503, GONE)
        .assert_leads_on_to("/onboarding/sign-in");
    browser.assert_trying_again_works(ADA).await;
}

#[tokio::test]
async fn steps_that_do_not_need_okta_work_while_it_is_gone() {
    let mut app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    browser.walk_to_okta(&app, &invited).await;

    let _outage = app.stop_okta().await;

    for path in [
        "/onboarding",
        "/onboarding/organization",
        "/onboarding/permissions",
        "/onboarding/app",
    ] {
        browser.get(path).await.assert_status(200);
    }
    let page = browser.get(&format!("/tenants/{}", invited.tenant)).await;
    page.assert_says("Not connected yet.");
    // That Okta is gone is no reason for a load balancer to take the service away.
    browser.get("/readyz").await.assert_status(200);
}

#[tokio::test]
async fn a_connected_administrator_loses_nothing_by_an_outage() {
    let mut app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    browser.connect(&app, &invited, ADA).await;
    let tenant_page = format!("/tenants/{}", invited.tenant);
    let origin = app.org("acme").origin().to_owned();

    let outage = app.stop_okta().await;
    let again = browser.get(&format!("{tenant_page}/authorize")).await;
    let back_in = app
        .browser()
        .press("/sign-in", &[("organization", &origin)])
        .await;
    let status = browser.get(&tenant_page).await;
    app.start_okta(outage).await;

    again
        .assert_explains(503, GONE)
        .assert_leads_on_to(&tenant_page);
    back_in.assert_status(503).assert_says(GONE);
    status.assert_says("All 25 permissions are granted.");
    let authorize = browser.press_authorize_again(&invited).await;
    let back = browser.sign_in_at_okta(&authorize, ADA).await;
    browser.follow(back.as_str()).await.assert_status(200);
    assert_eq!(app.outcome(&invited).await.authorizations, 2);
}

#[tokio::test]
async fn what_only_adds_to_an_outcome_may_fail_without_spoiling_it() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    browser.walk_to_okta(&app, &invited).await;
    for path in ["/oauth2/v1/introspect", "/api/v1/users/*"] {
        app.org("acme")
            .faults()
            .add(Fault::on(path, Effect::ServerError));
    }

    let page = browser.authorize(ADA).await;

    page.assert_says("All 25 permissions are granted.")
        .assert_says("Sign-in ends");
    assert!(!page.words().contains("too weak"), "nobody knows the role");
    app.outcome(&invited).await.assert_connected_once();
    let role: String = sqlx::query_scalar("SELECT super_administrator FROM authorizations")
        .fetch_one(&app.database.pool)
        .await
        .unwrap();
    assert_eq!(role, "unknown");
}

#[tokio::test]
async fn keys_that_cannot_be_read_are_an_outage_and_leave_no_live_tokens() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    browser.walk_to_okta(&app, &invited).await;
    let org = app.org("acme");
    org.faults()
        .add(Fault::on("/oauth2/v1/keys", Effect::ServerError));

    let page = browser.authorize(ADA).await;

    page.assert_explains(503, "Okta has a problem of its own");
    app.outcome(&invited).await.assert_nothing_stored();
    assert_eq!(org.requests_to("/oauth2/v1/revoke").len(), 2);
    org.faults().clear();
    browser.assert_trying_again_works(ADA).await;
}
