//! Onboarding links: what opens one, what ends one, and what never happens with one.

mod ended;
mod invitations;
mod resumed;
mod side_by_side;

use fake_okta::AuthMethod;
use reqwest::Method;

use crate::support::TestApp;
use crate::support::sessions::token_of;

#[tokio::test]
async fn a_link_is_kept_as_a_hash_alone() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let token = token_of(&invited.link);
    app.browser()
        .connect(&app, &invited, "ada@acme.example")
        .await;

    assert!(!app.database.dump().await.contains(token));
    let hashed = format!("onboarding_links WHERE token_hash = sha256('{token}')");
    assert_eq!(app.database.count(&hashed).await, 1);
}

#[tokio::test]
async fn a_link_stands_in_no_log_page_or_address_after_it_was_opened() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let token = token_of(&invited.link).to_owned();
    let unknown = "UnknownUnknownUnknownUnknownUnknownUnknown0";
    let browser = app.browser();
    let opened = browser.get(&invited.link).await;
    let next = opened.assert_goes_to("/onboarding").location().unwrap();
    assert!(!next.as_str().contains(&token));
    assert_eq!(opened.headers["referrer-policy"], "no-referrer");
    let mut pages = vec![browser.get("/onboarding").await];
    pages.push(app.browser().get(&format!("/onboard/{unknown}")).await);
    pages.push(browser.post(&format!("/onboard/{token}"), &[]).await);
    browser.post("/onboarding/begin", &[]).await;
    pages.push(app.browser().get(&invited.link).await);
    app.revoke_link(&invited, &invited.link).await;
    pages.push(browser.get(&invited.link).await);

    for page in pages {
        assert!(!page.body.contains(&token) && !page.body.contains(unknown));
    }
    let log = app.log.text();
    assert!(log.contains("/onboard/{link}"), "the route is logged");
    assert!(!log.contains(&token) && !log.contains(unknown));
}

#[tokio::test]
async fn a_mail_scanner_uses_nothing_up() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let link_row =
        "SELECT (to_jsonb(l) - 'open_count' - 'last_opened_at')::text FROM onboarding_links l";
    let before = app.database.column(link_row).await;
    for method in [Method::HEAD, Method::GET, Method::GET, Method::HEAD] {
        let scanner = app.browser();
        scanner
            .send(method, &invited.link, None, &[])
            .await
            .assert_status(303);
        // Scanners follow what they are given, and press no button.
        scanner.get("/onboarding").await.assert_status(200);
    }
    assert_eq!(app.database.column(link_row).await, before);

    let page = app
        .browser()
        .connect(&app, &invited, "ada@acme.example")
        .await;

    page.assert_says("All 25 permissions are granted.");
}

#[tokio::test]
async fn of_two_browsers_that_begin_at_once_one_goes_on() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let (one, other) = (app.browser(), app.browser());
    one.get(&invited.link).await.assert_status(303);
    other.get(&invited.link).await.assert_status(303);

    let (first, second) = tokio::join!(
        one.post("/onboarding/begin", &[]),
        other.post("/onboarding/begin", &[])
    );

    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409]);
    let claims = "audit_events WHERE action = 'link.claimed'";
    assert_eq!(app.database.count(claims).await, 1);
}

#[tokio::test]
async fn a_link_connects_the_organization_that_it_was_made_for_and_no_other() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    browser.get(&invited.link).await.assert_status(303);
    browser.post("/onboarding/begin", &[]).await;
    let other = app.org("globex").origin().to_owned();

    let answer = browser
        .post("/onboarding/organization", &[("organization", &other)])
        .await;

    let acme = app.org("acme").origin().replace("http://", "");
    answer
        .assert_status(422)
        .assert_says(&format!("This link was made for {acme}"));
    let set =
        "connections WHERE coalesce(organization_origin, next_organization_origin) IS NOT NULL";
    assert_eq!(app.database.count(set).await, 0);
    browser
        .get("/onboarding/permissions")
        .await
        .assert_goes_to("/onboarding");
}

#[tokio::test]
async fn a_tenant_that_was_connected_stays_with_its_organization() {
    let app = TestApp::start().await;
    let invited = app
        .invite_with("acme", AuthMethod::PrivateKeyJwt, &app.catalog())
        .await;
    app.database
        .change("UPDATE tenants SET expected_origin = NULL")
        .await;
    app.browser()
        .connect(&app, &invited, "ada@acme.example")
        .await
        .assert_status(200);
    let second = app.browser();
    let link = app.another_link(&invited).await;
    second.get(&link).await.assert_status(303);
    second.post("/onboarding/begin", &[]).await;
    let before = app.database.snapshot(None).await;

    let globex = app.org("globex").origin().to_owned();
    let answer = second
        .post("/onboarding/organization", &[("organization", &globex)])
        .await;

    answer
        .assert_status(422)
        .assert_says("Another organization was connected to this account before.");
    assert_eq!(app.database.snapshot(None).await, before);
}
