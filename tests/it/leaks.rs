//! Secrets: where they never stand, and that a stolen or shuffled database is of no use.

mod canaries;
mod debug;
mod moved;
mod trail;
mod tripwire;

use fake_okta::AuthMethod;

use self::canaries::Canaries;
use crate::support::TestApp;

const METHODS: [AuthMethod; 2] = [AuthMethod::ClientSecretBasic, AuthMethod::PrivateKeyJwt];

#[tokio::test]
async fn no_dump_of_the_database_holds_a_secret_in_clear() {
    for method in METHODS {
        let app = TestApp::start().await;
        let (canaries, _) = Canaries::of_a_walk(&app, method).await;

        let dump = app.database.dump().await;

        assert!(dump.contains("okta.users.manage"), "the dump has the facts");
        canaries.assert_absent(&dump, "the dump");
        for marker in ["PRIVATE KEY", "fakeokta_", "eyJ"] {
            assert!(!dump.contains(marker), "{marker} stands in the dump");
        }
    }
}

#[tokio::test]
async fn no_log_holds_a_secret_at_any_level() {
    for method in METHODS {
        let app = TestApp::start().await;
        let (canaries, _) = Canaries::of_a_walk(&app, method).await;

        let log = app.log.text();

        for spoken in [
            "/oauth/callback/{connection}",
            "/onboard/{link}",
            "answered",
        ] {
            assert!(log.contains(spoken), "the log speaks of {spoken}");
        }
        canaries.assert_absent(&log, "the log");
        for marker in ["PRIVATE KEY", "eyJhbGci", "code=", "state="] {
            assert!(!log.contains(marker), "{marker} stands in the log");
        }
    }
}

#[tokio::test]
async fn no_page_after_the_walk_shows_a_secret() {
    for method in METHODS {
        let app = TestApp::start().await;
        let (canaries, page) = Canaries::of_a_walk(&app, method).await;

        page.assert_status(200);
        canaries.assert_absent(&page.body, "the status page");
        canaries.assert_absent(page.url.as_str(), "its address");
    }
}

/// Where it goes wrong, errors quote things: none of these.
#[tokio::test]
async fn what_goes_wrong_is_told_without_the_secrets_that_were_sent() {
    let app = TestApp::start().await;
    let invited = app
        .invite_with("acme", AuthMethod::ClientSecretBasic, &app.catalog())
        .await;
    let browser = app.browser();
    browser.walk_to_app(&app, &invited).await;
    let form = [
        ("client_auth", "client_secret_basic"),
        ("client_id", invited.client_id.as_str()),
        ("client_secret", "CANARY-wrong-secret-of-an-app"),
    ];
    let refused = browser.post("/onboarding/app", &form).await;
    refused.assert_status(422);
    browser.submit_app(&invited).await.assert_status(303);
    let okta = browser.okta_address().await;
    let state = canaries::parameter(&okta, "state");
    let callback = format!("/oauth/callback/{}", invited.connection);
    let answers = [
        browser
            .get(&format!("{callback}?code=CANARY-of-a-code&state={state}"))
            .await,
        browser
            .get(&format!(
                "{callback}?code=CANARY-of-a-code&state=CANARY-state"
            ))
            .await,
        app.browser()
            .get(&format!("{callback}?code=CANARY&code=CANARY&state=x"))
            .await,
    ];

    for answer in answers.iter().chain([&refused]) {
        assert!((400..500).contains(&answer.status), "{}", answer.words());
        assert!(!answer.body.contains("CANARY"), "{}", answer.words());
    }
    for place in [app.log.text(), app.database.dump().await] {
        assert!(!place.contains("CANARY") && !place.contains(&state));
    }
}
