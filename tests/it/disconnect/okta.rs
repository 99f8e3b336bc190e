//! Okta does not answer, or refuses: workers are refused at once all the same, and Okta is asked again.

use fake_okta::{AuthMethod, Effect, Fault};
use grantway::domain::revocation::Progress;
use time::Duration;
use uuid::Uuid;

use super::{METHODS, connected, page_of};
use crate::support::TestApp;

const REVOKE: &str = "/oauth2/v1/revoke";

#[tokio::test]
async fn tokens_are_revoked_later_when_okta_was_down() {
    for method in METHODS {
        let mut app = TestApp::start().await;
        let (invited, browser) = connected(&app, method).await;
        let outage = app.stop_okta().await;

        let page = browser.disconnect(&invited).await;

        page.assert_status(200)
            .assert_says("Okta has not answered yet; we keep trying")
            .assert_says("Last try");
        assert_eq!(app.state().await, "disconnected");
        assert_eq!(
            app.database.count("token_sets").await,
            0,
            "nobody gets a token"
        );
        assert!(!app.revoke_once().await, "not before its time");
        app.start_okta(outage).await;
        app.advance(Duration::minutes(1));
        assert!(app.revoke_once().await);

        // The client proved itself, although the connection itself holds no secret any more.
        let asked = app.revocations();
        assert_eq!(asked.len(), 1);
        assert_eq!(
            (asked[0].status, asked[0].client_id.clone()),
            (200, Some(invited.client_id.clone()))
        );
        assert_eq!(app.sealed_columns().await, Vec::<String>::new());
        let page = browser.get(&page_of(&invited)).await;
        page.assert_says("Okta has confirmed that the tokens are revoked");
        app.advance(Duration::days(1));
        assert!(!app.revoke_once().await, "and that is the end of it");
    }
}

#[tokio::test]
async fn while_okta_is_silent_only_what_the_revocation_needs_is_kept() {
    for (method, kept) in [
        (
            AuthMethod::ClientSecretBasic,
            ["revoked token", "revoking secret"],
        ),
        (AuthMethod::PrivateKeyJwt, ["revoked token", "revoking key"]),
    ] {
        let app = TestApp::start().await;
        let (invited, browser) = connected(&app, method).await;
        app.org("acme")
            .faults()
            .add(Fault::on(REVOKE, Effect::ServerError));

        browser.disconnect(&invited).await;

        assert_eq!(app.sealed_columns().await, kept);
        let opened = app.database.dump().await;
        assert!(!opened.contains("fakeokta_") && !opened.contains("PRIVATE KEY"));
    }
}

#[tokio::test]
async fn a_rate_limit_is_waited_for_and_pauses_grow() {
    let app = TestApp::start().await;
    let (invited, _) = connected(&app, AuthMethod::ClientSecretBasic).await;
    let limited = Effect::RateLimited {
        reset_in: 300,
        concurrency: false,
    };
    app.org("acme")
        .faults()
        .add(Fault::on(REVOKE, limited).once());
    app.org("acme")
        .faults()
        .add(Fault::on(REVOKE, Effect::ServerError).once().after(1));

    let ended = app.disconnect(&invited).await;

    assert_eq!(ended.revocation, Progress::Pending);
    app.advance(Duration::minutes(4));
    assert!(!app.revoke_once().await, "Okta asked for five minutes");
    app.advance(Duration::minutes(2));
    assert!(app.revoke_once().await, "which now are over");
    assert_eq!(
        app.outcomes().await,
        ["disconnected open"],
        "and the next error is none of ours"
    );
    app.advance(Duration::seconds(59));
    assert!(
        !app.revoke_once().await,
        "the second pause is longer than the first"
    );
    app.advance(Duration::minutes(1));
    assert!(app.revoke_once().await);
    assert_eq!(app.outcomes().await, ["disconnected revoked"]);
}

#[tokio::test]
async fn an_app_that_is_gone_ends_the_trying_and_the_page_says_what_to_do() {
    for method in METHODS {
        let app = TestApp::start().await;
        let (invited, browser) = connected(&app, method).await;
        app.org("acme").remove_app(&invited.client_id);

        let page = browser.disconnect(&invited).await;

        page.assert_says("The tokens could not be revoked")
            .assert_says("Set it to Inactive.");
        assert_eq!(app.outcomes().await, ["disconnected refused"], "{method:?}");
        assert_eq!(app.sealed_columns().await, Vec::<String>::new());
        app.advance(Duration::days(2));
        assert!(!app.revoke_once().await, "nobody asks any more");
        let told = "audit_events WHERE action = 'tokens.not_revoked'";
        assert_eq!(app.database.count(told).await, 1);
    }
}

#[tokio::test]
async fn that_okta_cannot_read_our_keys_just_now_is_no_last_word() {
    let app = TestApp::start().await;
    let (invited, _) = connected(&app, AuthMethod::PrivateKeyJwt).await;
    let unread = Effect::Answer {
        status: 400,
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        body: r#"{"error":"jwks_uri_error","error_description":"The client's jwks_uri cannot be read."}"#.to_owned(),
    };
    app.org("acme")
        .faults()
        .add(Fault::on(REVOKE, unread).once());

    let ended = app.disconnect(&invited).await;

    assert_eq!(ended.revocation, Progress::Pending);
    app.advance(Duration::minutes(1));
    assert!(app.revoke_once().await);
    assert_eq!(app.outcomes().await, ["disconnected revoked"]);
}

#[tokio::test]
async fn an_organization_that_never_answers_is_given_up_when_its_tokens_have_ended() {
    let app = TestApp::start().await;
    let (invited, browser) = connected(&app, AuthMethod::ClientSecretBasic).await;
    app.org("acme")
        .faults()
        .add(Fault::on(REVOKE, Effect::ServerError));
    app.disconnect(&invited).await;
    app.advance(Duration::days(60));
    assert!(app.revoke_once().await);
    assert_eq!(app.outcomes().await, ["disconnected open"]);

    app.advance(Duration::days(31));
    let asked = app.revocations().len();
    assert!(app.revoke_once().await);

    assert_eq!(
        app.revocations().len(),
        asked,
        "there is nothing left to ask for"
    );
    assert_eq!(app.outcomes().await, ["disconnected expired"]);
    assert_eq!(app.sealed_columns().await, Vec::<String>::new());
    drop(browser);
}

/// The worker dies after the commit: its claim runs out, and another one goes on.
#[tokio::test]
async fn another_replica_goes_on_when_the_claim_of_a_dead_one_has_run_out() {
    let app = TestApp::start().await;
    let (invited, _) = connected(&app, AuthMethod::PrivateKeyJwt).await;
    app.org("acme")
        .faults()
        .add(Fault::on(REVOKE, Effect::ServerError).once());
    app.disconnect(&invited).await;
    app.advance(Duration::minutes(1));
    let now = app.shared.clock.now();
    let store = &app.shared.store;
    let lease = Duration::minutes(2);
    let dead = store.claim_due_revocation(Uuid::now_v7(), lease, now).await;
    let dead = dead.unwrap().expect("it is due");

    // A replica whose clock is ahead takes nobody's claim: the database's clock counts.
    app.advance(Duration::hours(1));
    assert!(!app.revoke_once().await, "it is the dead one's still");
    let run_out =
        "UPDATE revocations SET claim_ends_at = clock_timestamp() WHERE claimed_by IS NOT NULL";
    app.database.change(run_out).await;
    assert!(app.revoke_once().await);

    assert_eq!(app.outcomes().await, ["disconnected revoked"]);
    let why = (&grantway::domain::failure::OktaFailure::new(
        grantway::domain::failure::FailureKind::Unreachable,
    ))
        .into();
    let late = store.postpone_revocation(&dead, Some(&why), now).await;
    assert!(!late.unwrap(), "whoever wakes up late writes nothing");
}
