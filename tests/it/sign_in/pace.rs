//! What strangers can make a customer's organization and its audit trail bear.

use time::Duration;

use super::connected;
use crate::support::{Settings, TestApp};

async fn limited(organization_sign_ins: u32) -> TestApp {
    TestApp::start_with(Settings {
        organization_sign_ins,
        trusted_proxies: "127.0.0.0/8",
        ..Settings::default()
    })
    .await
}

/// Somebody at an address of their own begins a sign-in, as far as the page before Okta.
async fn begin(app: &TestApp, org: &str, number: usize) -> crate::support::Answer {
    let browser = app.browser();
    let organization = app.org(org).origin().to_owned();
    let form = [("organization", organization.as_str())];
    let from = format!("198.51.100.{number}");
    let headers = [("x-forwarded-for", from.as_str())];
    let post = reqwest::Method::POST;
    let sent = browser.send(post, "/sign-in", Some(&form), &headers).await;
    let next = sent.location().expect("it leads on").to_string();
    browser
        .send(reqwest::Method::GET, &next, None, &headers)
        .await
}

#[tokio::test]
async fn two_hundred_strangers_cost_no_line_and_two_requests() {
    let app = limited(1_000).await;
    connected(&app, "acme", "ada@acme.example").await;
    let lines = app.database.count("audit_events").await;
    app.org("acme").clear_requests();

    for number in 0..200 {
        begin(&app, "acme", number).await.assert_status(200);
    }
    assert_eq!(app.org("acme").requests().len(), 1);
    app.advance(Duration::seconds(61));
    begin(&app, "acme", 201).await.assert_status(200);

    assert_eq!(
        app.org("acme").requests().len(),
        2,
        "read anew after a minute"
    );
    assert_eq!(app.database.count("audit_events").await, lines);
}

#[tokio::test]
async fn beginnings_are_limited_per_organization_wherever_they_come_from() {
    let app = limited(5).await;
    connected(&app, "acme", "ada@acme.example").await;
    connected(&app, "globex", "ada@globex.example").await;
    for number in 0..5 {
        begin(&app, "acme", number).await.assert_status(200);
    }
    let before = app.database.count("authorization_attempts").await;
    app.org("acme").clear_requests();

    for number in 5..10 {
        let refused = begin(&app, "acme", number).await;
        refused
            .assert_status(429)
            .assert_says("Too many sign-ins were begun with this organization")
            .assert_says("Try again in");
        assert!(refused.headers.contains_key("retry-after"));
    }

    assert_eq!(app.database.count("authorization_attempts").await, before);
    assert!(app.org("acme").requests().is_empty());
    begin(&app, "globex", 1).await.assert_status(200);
}

#[tokio::test]
async fn an_administrator_comes_back_as_before_and_is_on_the_trail() {
    let app = limited(1_000).await;
    let invited = connected(&app, "acme", "ada@acme.example").await;
    let browser = app.browser();

    let page = browser
        .sign_in(&app, "acme", "ada@acme.example", Some(invited.tenant))
        .await;

    page.assert_status(200);
    let signed_in = "audit_events WHERE action = 'administrator.signed_in'";
    assert_eq!(app.database.count(signed_in).await, 1);
}
