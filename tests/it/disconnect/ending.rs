//! What ends, what stays, and who may end it.

use fake_okta::AuthMethod;
use grantway::domain::revocation::{Outcome, Progress};
use reqwest::Method;

use super::{ADA, METHODS, connected, page_of};
use crate::support::TestApp;

#[tokio::test]
async fn the_confirmation_says_what_ends_what_is_kept_and_what_is_left_to_remove() {
    let app = TestApp::start().await;
    let (invited, browser) = connected(&app, AuthMethod::PrivateKeyJwt).await;
    let before = app.database.snapshot(None).await;

    let page = browser.get(&page_of(&invited)).await;
    let link = page.link("/disconnect").unwrap();
    let page = browser.get(&link).await;

    page.assert_status(200)
        .assert_says("Nothing has happened yet.")
        .assert_says("What ends Backups and restores of this organization stop.")
        .assert_says("What is kept The history")
        .assert_says("What is left for you to remove in Okta The app")
        .assert_says(&invited.client_id);
    assert_eq!(app.database.snapshot(None).await, before);
    assert!(app.revocations().is_empty());
}

#[tokio::test]
async fn after_the_end_no_secret_of_the_connection_is_left_in_the_database() {
    for method in METHODS {
        let app = TestApp::start().await;
        let (invited, browser) = connected(&app, method).await;
        assert!(app.sealed_columns().await.len() >= 3);

        let page = browser.disconnect(&invited).await;

        page.assert_status(200)
            .assert_says("by Ada Example.")
            .assert_says("Okta has confirmed that the tokens are revoked")
            .assert_says("Left for you to remove in Okta")
            .assert_says("Connect again");
        assert_eq!(
            app.sealed_columns().await,
            Vec::<String>::new(),
            "{method:?}"
        );
        assert_eq!(app.state().await, "disconnected");
        assert_eq!(app.outcomes().await, ["disconnected revoked"]);
    }
}

#[tokio::test]
async fn exactly_the_refresh_token_is_revoked_by_the_app_itself() {
    for method in METHODS {
        let app = TestApp::start().await;
        let (invited, browser) = connected(&app, method).await;
        let token = app.live_refresh_token(&invited).await;

        browser.disconnect(&invited).await;

        let [asked] = &app.revocations()[..] else {
            panic!("Okta was asked {} times", app.revocations().len());
        };
        assert_eq!(asked.status, 200);
        assert_eq!(asked.field("token"), Some(token.as_str()));
        assert_eq!(asked.field("token_type_hint"), Some("refresh_token"));
        assert_eq!(asked.client_id.as_deref(), Some(invited.client_id.as_str()));
        assert_eq!(app.org("acme").live_tokens(), (Vec::new(), Vec::new()));
    }
}

#[tokio::test]
async fn the_history_stays_and_the_vendors_programs_are_told_once() {
    let app = TestApp::start().await;
    let (invited, browser) = connected(&app, AuthMethod::PrivateKeyJwt).await;
    let path = format!("{}/disconnect", page_of(&invited));

    let (first, second) = tokio::join!(browser.post(&path, &[]), browser.post(&path, &[]));
    let third = browser.post(&path, &[]).await;

    for answer in [first, second, third] {
        answer.assert_goes_to(&page_of(&invited));
    }
    let told = "outbox_events WHERE type = 'connection.disconnected'";
    assert_eq!(app.database.count(told).await, 1);
    let trail = app.database.column("SELECT action FROM audit_events").await;
    let times = |action: &str| trail.iter().filter(|of| *of == action).count();
    assert_eq!(times("connection.disconnected"), 1);
    assert_eq!(times("tokens.revoked"), 1);
    assert_eq!(app.database.count("authorizations").await, 1);
    assert_eq!(app.revocations().len(), 1);
}

#[tokio::test]
async fn only_our_own_page_can_end_a_connection() {
    let app = TestApp::start().await;
    let (invited, browser) = connected(&app, AuthMethod::PrivateKeyJwt).await;
    let path = format!("{}/disconnect", page_of(&invited));
    let foreign = [
        ("sec-fetch-site", "cross-site"),
        ("origin", "https://evil.example"),
    ];

    let refused = browser.send(Method::POST, &path, Some(&[]), &foreign).await;

    refused.assert_status(403);
    assert_eq!(app.state().await, "connected");
}

#[tokio::test]
async fn what_was_never_connected_has_nothing_to_end() {
    let app = TestApp::start().await;
    let invited = app.invite().await;

    let ended = app.disconnect(&invited).await;

    assert_eq!(ended.revocation, Progress::Nothing);
    assert_eq!(app.state().await, "pending");
    assert_eq!(
        app.sealed_columns().await,
        ["client_key"],
        "it may still be needed"
    );
}

#[tokio::test]
async fn a_program_ends_it_too_and_the_page_names_the_vendor() {
    let app = TestApp::start().await;
    let (invited, browser) = connected(&app, AuthMethod::ClientSecretBasic).await;

    let ended = app.disconnect(&invited).await;

    assert_eq!(ended.revocation, Progress::Ended(Outcome::Revoked));
    assert_eq!(
        app.disconnect(&invited).await,
        ended,
        "a second time changes nothing"
    );
    let page = browser.get(&page_of(&invited)).await;
    page.assert_says("by Northvault.");
    let gone = browser
        .get(&format!("{}/disconnect", page_of(&invited)))
        .await;
    gone.assert_goes_to(&page_of(&invited));
    assert_eq!(app.revocations().len(), 1);
}

#[tokio::test]
async fn a_connection_without_a_refresh_token_loses_its_access_token() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    let fault = fake_okta::Fault::without_token_field("refresh_token");
    app.org("acme").faults().add(fault);
    browser
        .connect(&app, &invited, ADA)
        .await
        .assert_status(200);

    browser.disconnect(&invited).await.assert_status(200);

    let asked = &app.revocations()[0];
    assert_eq!(asked.field("token_type_hint"), Some("access_token"));
    assert_eq!(app.outcomes().await, ["disconnected revoked"]);
}
