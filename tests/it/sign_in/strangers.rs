//! Somebody of the organization whom no link let in. The app may be assigned to everyone.

use super::{connected, page_of};
use crate::support::TestApp;

const STRANGERS: [&str; 3] = [
    "nora@acme.example",
    "rita@acme.example",
    "oscar@acme.example",
];

#[tokio::test]
async fn somebody_else_of_the_organization_learns_only_whom_to_ask() {
    let app = TestApp::start().await;
    let invited = connected(&app, "acme", "ada@acme.example").await;
    app.database
        .change("UPDATE tenants SET name = 'Zyzzyva Holdings'")
        .await;
    for login in STRANGERS {
        let page = app
            .browser()
            .sign_in(&app, "acme", login, Some(invited.tenant))
            .await;

        page.assert_status(403)
            .assert_says(login)
            .assert_says("ask support@northvault.example");
        let known = [
            "Zyzzyva".to_owned(),
            "ada@acme.example".to_owned(),
            "okta.users".to_owned(),
            "of 25 permissions".to_owned(),
            invited.client_id.clone(),
            invited.tenant.to_string(),
            app.org("acme").id(),
        ];
        for secret in known {
            assert!(!page.body.contains(&secret), "{login} sees {secret}");
        }
    }
}

#[tokio::test]
async fn somebody_else_of_the_organization_can_change_nothing() {
    let app = TestApp::start().await;
    let invited = connected(&app, "acme", "ada@acme.example").await;
    for login in STRANGERS {
        let browser = app.browser();
        browser.sign_in(&app, "acme", login, None).await;
        let before = app.database.snapshot(None).await;

        let page = browser.get(&page_of(&invited)).await;
        page.assert_status(404);
        let authorize = format!("{}/authorize", page_of(&invited));
        browser.post(&authorize, &[]).await.assert_status(404);
        browser.get("/onboarding").await.assert_status(401);
        browser.submit_app(&invited).await.assert_status(401);

        assert_eq!(app.database.snapshot(None).await, before);
    }
    assert_eq!(app.database.count("people").await, 1);
    let refused = "audit_events WHERE action = 'administrator.refused'";
    assert_eq!(
        app.database.count(refused).await,
        3,
        "each try is on record"
    );
}

/// A colleague who signs in at Okta in an administrator's browser authorizes, but is not let in.
#[tokio::test]
async fn a_colleague_in_an_administrators_browser_is_not_let_in_by_it() {
    let app = TestApp::start().await;
    let invited = connected(&app, "acme", "ada@acme.example").await;
    let browser = app.browser();
    browser
        .sign_in(&app, "acme", "ada@acme.example", None)
        .await;
    let page = browser
        .press(&format!("{}/authorize", page_of(&invited)), &[])
        .await;
    let okta = page.link("/oauth2/v1/authorize").unwrap();
    let back = browser.sign_in_at_okta(&okta, "oscar@acme.example").await;
    browser.follow(back.as_str()).await.assert_status(200);

    let colleague = app.browser();
    let answer = colleague
        .sign_in(&app, "acme", "oscar@acme.example", None)
        .await;

    answer.assert_status(403);
    colleague.get(&page_of(&invited)).await.assert_status(404);
}

#[tokio::test]
async fn a_session_of_a_stranger_is_that_of_a_visitor_still() {
    let app = TestApp::start().await;
    connected(&app, "acme", "ada@acme.example").await;
    let browser = app.browser();

    browser
        .sign_in(&app, "acme", "nora@acme.example", None)
        .await;

    let cookie = browser.cookie();
    let visiting = format!(
        "sessions WHERE token_hash = sha256('{cookie}') AND kind = 'visitor' AND person_id IS NULL"
    );
    assert_eq!(app.database.count(&visiting).await, 1);
}
