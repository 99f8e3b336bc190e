//! A half-done onboarding goes on in the browser that began it, and in no other.

use crate::support::{Browser, TestApp};

type Form<'a> = &'a [(&'a str, &'a str)];

/// Where the button of the first page leads.
async fn goes_on_at(browser: &Browser) -> String {
    let page = browser.get("/onboarding").await;
    page.assert_says("Continue where you left off");
    let button = page
        .body
        .split("Continue where you left off")
        .next()
        .unwrap();
    let href = button.rsplit("href=\"").next().unwrap();
    let href = href.split('"').next().unwrap();
    href.split('?').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_link_opened_again_goes_on_at_the_step_that_comes_next() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    browser.get(&invited.link).await.assert_status(303);
    browser.post("/onboarding/begin", &[]).await;
    let origin = app.org("acme").origin().to_owned();
    let host = origin.replace("http://", "");
    let found = [("organization", origin.as_str())];
    let confirmed = [("organization", host.as_str())];
    let method = ("client_auth", "private_key_jwt");
    let client = [method, ("client_id", invited.client_id.as_str())];
    let steps: [(&str, &str, Form); 4] = [
        ("organization", "organization", &found),
        ("organization", "organization/confirm", &confirmed),
        ("permissions", "permissions", &[]),
        ("app", "app", &client),
    ];
    for (step, path, form) in steps {
        browser
            .get(&invited.link)
            .await
            .assert_goes_to("/onboarding");
        assert_eq!(goes_on_at(&browser).await, format!("/onboarding/{step}"));
        browser
            .post(&format!("/onboarding/{path}"), form)
            .await
            .assert_status(303);
    }
    browser
        .get(&invited.link)
        .await
        .assert_goes_to("/onboarding");
    assert_eq!(goes_on_at(&browser).await, "/onboarding/sign-in");
}

#[tokio::test]
async fn a_closed_browser_goes_on_where_it_was() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    let opened = browser.get(&invited.link).await;
    let cookie = opened.headers["set-cookie"].to_str().unwrap();
    assert!(cookie.contains("Max-Age=2592000"), "kept when it closes");
    browser.walk_to_app(&app, &invited).await;

    let reopened = app.browser();
    reopened.set_session_cookie(&browser.cookie());

    reopened.get("/onboarding/app").await.assert_status(200);
    reopened
        .get(&invited.link)
        .await
        .assert_goes_to("/onboarding");
    assert_eq!(goes_on_at(&reopened).await, "/onboarding/app");
}

#[tokio::test]
async fn a_second_browser_learns_that_the_link_is_open_elsewhere() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let early = app.browser();
    early.get(&invited.link).await.assert_status(303);
    let browser = app.browser();
    browser.walk_to_app(&app, &invited).await;
    let before = app.database.snapshot(None).await;

    // One that had opened it before the first one began, and one that opens it after.
    for second in [early, app.browser()] {
        let answer = second.get(&invited.link).await;
        answer
            .assert_status(409)
            .assert_says("This link is open in another browser")
            .assert_says("Ask for a new link");
        assert!(answer.headers.get("set-cookie").is_none());
        let begun = second.post("/onboarding/begin", &[]).await;
        assert!([401, 409].contains(&begun.status), "{}", begun.status);
        let app_step = second.submit_app(&invited).await;
        assert!([401, 409].contains(&app_step.status), "{}", app_step.status);
    }
    assert_eq!(app.database.snapshot(None).await, before);
    browser.get("/onboarding/app").await.assert_status(200);
}

#[tokio::test]
async fn a_second_browser_sees_nothing_of_what_the_first_one_entered() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let early = app.browser();
    early.get(&invited.link).await.assert_status(303);
    let page = format!("/tenants/{}", invited.tenant);
    early.get(&page).await.assert_status(200);
    app.browser().walk_to_okta(&app, &invited).await;

    for path in [page.as_str(), "/onboarding", "/onboarding/app"] {
        let answer = early.get(path).await;

        assert_ne!(answer.status, 200, "{path}");
        let organization = app.org("acme").id();
        for entered in [&invited.client_id, &organization] {
            assert!(!answer.body.contains(entered), "{path} shows {entered}");
        }
    }
}

#[tokio::test]
async fn whoever_deleted_their_cookies_needs_another_link_and_loses_nothing_by_it() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    browser.walk_to_app(&app, &invited).await;
    browser.forget_cookies();
    browser.get(&invited.link).await.assert_status(409);

    let link = app.another_link(&invited).await;
    browser.get(&link).await.assert_goes_to("/onboarding");
    browser
        .post("/onboarding/begin", &[])
        .await
        .assert_status(303);

    assert_eq!(
        goes_on_at(&browser).await,
        "/onboarding/permissions",
        "the organization is known; what is asked is read by each who comes"
    );
}
