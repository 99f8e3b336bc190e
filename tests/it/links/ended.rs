//! A link that does not open says why, and how to get another.

use time::Duration;

use crate::support::sessions::token_of;
use crate::support::{Answer, TestApp};

const ASK: &str = "Ask for a new link";

/// The page says which ending it is, and leads on.
#[track_caller]
fn assert_ended(answer: &Answer, status: u16, heading: &str) {
    answer.assert_status(status).assert_says(heading);
    let mail = answer.link("mailto:support@northvault.example");
    assert!(mail.is_some(), "it says whom to write to");
    assert!(answer.headers.get("set-cookie").is_none(), "no session");
    assert_eq!(answer.headers["cache-control"], "no-store");
}

#[tokio::test]
async fn an_expired_link_says_so() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    app.advance(Duration::hours(72) - Duration::seconds(5));
    app.browser().get(&invited.link).await.assert_status(303);
    app.advance(Duration::seconds(5));

    let answer = app.browser().get(&invited.link).await;

    assert_ended(&answer, 410, "This link has expired");
    answer
        .assert_says(ASK)
        .assert_says("What you entered is kept.");
}

#[tokio::test]
async fn a_revoked_link_says_so() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    app.revoke_link(&invited, &invited.link).await;

    let answer = app.browser().get(&invited.link).await;

    assert_ended(&answer, 410, "This link was withdrawn");
    answer.assert_says(ASK);
}

#[tokio::test]
async fn a_used_link_says_so_and_leads_its_own_administrator_home() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    browser.connect(&app, &invited, "ada@acme.example").await;

    let own = browser.get(&invited.link).await;
    own.assert_goes_to(&format!("/tenants/{}", invited.tenant));

    let colleague = app.browser().get(&invited.link).await;
    assert_ended(&colleague, 410, "This link has been used");
    colleague.assert_says("Sign in with Okta");

    browser.post("/sign-out", &[]).await;
    let later = browser.get(&invited.link).await;
    assert_ended(&later, 410, "This link has been used");
}

#[tokio::test]
async fn an_administrator_of_another_tenant_is_a_stranger_to_a_used_link() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    app.browser()
        .connect(&app, &invited, "ada@acme.example")
        .await;
    let elsewhere = app
        .invite_with(
            "globex",
            fake_okta::AuthMethod::PrivateKeyJwt,
            &app.catalog(),
        )
        .await;
    let other = app.browser();
    other.connect(&app, &elsewhere, "ada@globex.example").await;

    let answer = other.get(&invited.link).await;

    assert_ended(&answer, 410, "This link has been used");
    assert!(!answer.body.contains(&invited.tenant.to_string()));
}

#[tokio::test]
async fn a_link_that_never_was_says_so() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let token = token_of(&invited.link);
    let cut = &token[..42];
    let longer = format!("{token}x");
    let swapped = token.to_ascii_uppercase();
    for wrong in [cut, &longer, &swapped, "x", "%00", "../..", "a%2Fb"] {
        let answer = app.browser().get(&format!("/onboard/{wrong}")).await;
        if wrong != "../.." {
            assert_ended(&answer, 404, "This link does not open anything");
            answer.assert_says(ASK);
        }
    }
}

#[tokio::test]
async fn an_endless_link_is_not_even_looked_up() {
    let app = TestApp::start().await;
    app.invite().await;
    app.log.take_statements_of_requests();

    let answer = app
        .browser()
        .get(&format!("/onboard/{}", "a".repeat(4000)))
        .await;

    assert_ended(&answer, 404, "This link does not open anything");
    assert_eq!(app.log.take_statements_of_requests(), Vec::<String>::new());
}

#[tokio::test]
async fn a_link_that_was_opened_a_thousand_times_opens_no_more() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    app.database
        .change("UPDATE onboarding_links SET open_count = 998")
        .await;
    app.browser().get(&invited.link).await.assert_status(303);

    let answer = app.browser().get(&invited.link).await;

    assert_ended(&answer, 410, "This link was withdrawn");
    answer.assert_says(ASK);
}
