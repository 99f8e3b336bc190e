//! What ends by itself: a sign-in at Okta after 90 days, an administrator's session much sooner.

use time::Duration;

use crate::support::TestApp;

const ADA: &str = "ada@acme.example";
const ENDED: &str =
    "The sign-in behind this connection has ended, so nothing is backed up any more.";

#[tokio::test]
async fn after_ninety_days_the_page_says_so_and_authorizing_again_revives_the_connection() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    app.browser().connect(&app, &invited, ADA).await;
    app.advance(Duration::days(90) - Duration::minutes(5));
    let browser = app.browser();
    let page = browser.sign_in_from_home(&app, "acme", ADA).await;
    page.assert_says("All 25 permissions are granted.");
    app.advance(Duration::minutes(6));

    let page = browser.get(&format!("/tenants/{}", invited.tenant)).await;

    page.assert_status(200)
        .assert_says(ENDED)
        .assert_says("One sign-in by a Super Administrator starts it again.")
        .assert_says("Permissions, as they were last");
    assert!(!page.words().contains("All 25 permissions are granted."));
    let authorize = browser.press_authorize_again(&invited).await;
    let back = browser.sign_in_at_okta(&authorize, ADA).await;
    let page = browser.follow(back.as_str()).await;
    page.assert_says("All 25 permissions are granted.")
        .assert_says("in 90 days");
    assert!(!page.words().contains(ENDED));
    app.advance(Duration::days(89));
    let page = app.browser().sign_in_from_home(&app, "acme", ADA).await;
    page.assert_says("All 25 permissions are granted.");
}

#[tokio::test]
async fn an_administrator_who_does_nothing_for_an_hour_is_signed_out() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    browser.connect(&app, &invited, ADA).await;
    let tenant_page = format!("/tenants/{}", invited.tenant);
    for _ in 0..2 {
        app.advance(Duration::minutes(59));
        browser.get(&tenant_page).await.assert_status(200);
    }
    app.advance(Duration::hours(1));

    let page = browser.get(&tenant_page).await;

    page.assert_goes_to("/");
    let query = format!("tenant={}", invited.tenant);
    assert_eq!(page.location().unwrap().query(), Some(query.as_str()));
    let path = format!("{tenant_page}/authorize");
    browser.post(&path, &[]).await.assert_status(401);
    let page = browser.sign_in_from_home(&app, "acme", ADA).await;
    assert_eq!(page.assert_status(200).url.path(), tenant_page);
}

#[tokio::test]
async fn an_administrator_who_never_rests_is_signed_out_after_twelve_hours() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    browser.connect(&app, &invited, ADA).await;
    let tenant_page = format!("/tenants/{}", invited.tenant);
    for _ in 0..14 {
        app.advance(Duration::minutes(50));
        browser.get(&tenant_page).await.assert_status(200);
    }
    app.advance(Duration::minutes(20));

    let page = browser.get(&tenant_page).await;

    page.assert_goes_to("/");
}

#[tokio::test]
async fn a_session_that_ended_at_okta_s_page_costs_a_sign_in_and_nothing_else() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    browser.connect(&app, &invited, ADA).await;
    app.advance(Duration::minutes(55));
    let authorize = browser.press_authorize_again(&invited).await;
    let back = browser.sign_in_at_okta(&authorize, ADA).await;
    browser.forget_cookies();

    let page = browser.get(back.as_str()).await;

    page.assert_explains(400, "This sign-in was begun in another browser")
        .assert_leads_on_to("/");
    assert_eq!(app.code_exchanges("acme"), 1);
    assert_eq!(app.outcome(&invited).await.authorizations, 1);
    let page = browser.sign_in_from_home(&app, "acme", ADA).await;
    page.assert_says("All 25 permissions are granted.");
}
