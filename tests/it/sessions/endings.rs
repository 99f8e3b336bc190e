//! When a session ends, and that it does.

use grantway::flows::Janitor;
use time::Duration;

use super::with_cookie;
use crate::support::app::Invited;
use crate::support::{Browser, TestApp};

/// Somebody who connected, with the page that is theirs.
async fn administrator(app: &TestApp) -> (Browser, Invited, String) {
    let invited = app.invite().await;
    let browser = app.browser();
    browser
        .connect(app, &invited, "ada@acme.example")
        .await
        .assert_status(200);
    let page = format!("/tenants/{}", invited.tenant);
    (browser, invited, page)
}

#[tokio::test]
async fn signing_out_ends_the_session_here_and_not_only_in_the_browser() {
    let app = TestApp::start().await;
    let (browser, _, page) = administrator(&app).await;
    let stolen = browser.cookie();

    let answer = browser.post("/sign-out", &[]).await;

    answer.assert_goes_to("/signed-out");
    assert_eq!(browser.session_cookie(), None);
    browser
        .follow("/signed-out")
        .await
        .assert_says("You are signed out");
    with_cookie(&app, &stolen, &page).await.assert_goes_to("/");
}

#[tokio::test]
async fn the_back_button_after_signing_out_shows_nothing() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    let authorize = browser.walk_to_okta(&app, &invited).await;
    let steps = ["", "/organization", "/permissions", "/app", "/sign-in"];
    for step in steps {
        let page = browser.get(&format!("/onboarding{step}")).await;
        page.assert_status(200);
        assert_eq!(page.headers["cache-control"], "no-store", "{step}");
    }
    let back = browser
        .sign_in_at_okta(&authorize, "ada@acme.example")
        .await;
    let page = browser.follow(back.as_str()).await;
    page.assert_status(200);
    assert_eq!(page.headers["cache-control"], "no-store");

    browser.post("/sign-out", &[]).await;

    browser.get(page.url.path()).await.assert_goes_to("/");
    for step in steps {
        let page = browser.get(&format!("/onboarding{step}")).await;
        page.assert_status(401)
            .assert_says("Your session has ended");
    }
}

#[tokio::test]
async fn an_administrator_who_does_nothing_for_an_hour_is_signed_out() {
    let app = TestApp::start().await;
    let (browser, _, page) = administrator(&app).await;
    for _ in 0..2 {
        app.advance(Duration::minutes(59));
        browser.get(&page).await.assert_status(200);
    }
    app.advance(Duration::minutes(61));

    browser.get(&page).await.assert_goes_to("/");
    let authorize = browser.post(&format!("{page}/authorize"), &[]).await;
    authorize.assert_status(401);
}

#[tokio::test]
async fn even_a_busy_administrator_is_signed_out_after_twelve_hours() {
    let app = TestApp::start().await;
    let (browser, _, page) = administrator(&app).await;
    for _ in 0..14 {
        app.advance(Duration::minutes(50));
        browser.get(&page).await.assert_status(200);
    }
    app.advance(Duration::minutes(25));

    browser.get(&page).await.assert_goes_to("/");
}

#[tokio::test]
async fn a_visitor_has_half_an_hour() {
    let app = TestApp::start().await;
    administrator(&app).await;
    let browser = app.browser();
    browser.begin_sign_in(&app, "acme", None).await;
    let first = browser.cookie();
    app.advance(Duration::minutes(29));
    browser.begin_sign_in(&app, "acme", None).await;
    assert_eq!(browser.cookie(), first, "still the same visit");

    app.advance(Duration::minutes(2));
    browser.begin_sign_in(&app, "acme", None).await;

    assert_ne!(browser.cookie(), first);
}

#[tokio::test]
async fn the_session_of_an_expired_link_ends_with_it() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    browser.walk_to_app(&app, &invited).await;
    app.advance(Duration::hours(72) - Duration::minutes(1));
    browser.get("/onboarding/app").await.assert_status(200);

    app.advance(Duration::minutes(1));

    browser.get("/onboarding/app").await.assert_status(401);
    browser.submit_app(&invited).await.assert_status(401);
}

#[tokio::test]
async fn the_session_of_a_revoked_link_dies_and_its_round_trip_with_it() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    let authorize = browser.walk_to_okta(&app, &invited).await;
    let back = browser
        .sign_in_at_okta(&authorize, "ada@acme.example")
        .await;

    app.revoke_link(&invited, &invited.link).await;

    let before = app.database.snapshot(None).await;
    browser.get("/onboarding/app").await.assert_status(401);
    browser.submit_app(&invited).await.assert_status(401);
    browser.get(back.as_str()).await.assert_status(400);
    assert_eq!(app.code_exchanges("acme"), 0);
    assert_eq!(app.database.snapshot(None).await, before);
}

#[tokio::test]
async fn what_ended_a_week_ago_is_swept_and_nothing_else() {
    let app = TestApp::start().await;
    let (_, _, page) = administrator(&app).await;
    let janitor = Janitor::new(app.shared.clone());
    app.advance(Duration::days(6));
    assert_eq!(janitor.sweep().await.unwrap(), 0, "kept for a week");
    app.advance(Duration::days(8));
    let browser = app.browser();
    browser
        .sign_in(&app, "acme", "ada@acme.example", None)
        .await
        .assert_status(200);

    assert!(janitor.sweep().await.unwrap() > 0);

    browser.get(&page).await.assert_status(200);
    let sessions = app.database.count("sessions").await;
    assert_eq!(sessions, 2, "the visit of today and what became of it");
    assert!(app.database.count("audit_events").await > 0);
}
