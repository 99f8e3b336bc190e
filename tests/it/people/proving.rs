//! What ends a connection or takes access away asks for a sign-in of the last fifteen minutes, with the
//! role seen in Okta.

use time::Duration;

use super::{ADA, OSCAR, connected, connected_with, page_of};
use crate::support::{Answer, Browser, Invited, TestApp};

/// Later than a proof lasts, sooner than a session ends.
const LATER: Duration = Duration::minutes(16);

/// Signs in where the page before Okta leads.
async fn verify(browser: &Browser, page: &Answer, login: &str) -> Answer {
    let authorize = page
        .assert_status(200)
        .assert_says("Verify your role")
        .link("/oauth2/v1/authorize")
        .unwrap();
    let back = browser.sign_in_at_okta(&authorize, login).await;
    browser.follow(back.as_str()).await
}

async fn stale(app: &TestApp) -> (Invited, Browser) {
    let (invited, ada) = connected(app).await;
    app.advance(LATER);
    (invited, ada)
}

#[tokio::test]
async fn an_old_sign_in_signs_in_again_and_goes_on_where_it_was() {
    let app = TestApp::start().await;
    let (invited, ada) = stale(&app).await;
    let (tokens, live) = (app.org("acme").live_tokens(), app.live().await);
    let disconnect = format!("{}/disconnect", page_of(&invited));
    ada.post(&disconnect, &[])
        .await
        .assert_goes_to(&format!("{disconnect}/verify"));
    let cookie = ada.cookie();

    let page = ada.follow(&disconnect).await;
    let landed = verify(&ada, &page, ADA).await;

    assert_eq!(landed.url.path(), disconnect);
    landed
        .assert_status(200)
        .assert_says("Nothing has happened yet.");
    assert_ne!(ada.cookie(), cookie, "a new sign-in is a new session");
    assert_eq!(
        app.org("acme").live_tokens(),
        tokens,
        "its token is revoked"
    );
    assert_eq!(app.live().await, live);
    assert_eq!(app.noted("administrator.role_verified").await, 1);
    ada.post(&disconnect, &[])
        .await
        .assert_goes_to(&page_of(&invited));
    assert_eq!(app.noted("connection.disconnected").await, 1);
}

#[tokio::test]
async fn a_sign_in_at_the_front_door_shows_no_role() {
    let app = TestApp::start().await;
    let (invited, _) = stale(&app).await;
    let ada = app.browser();
    ada.sign_in(&app, "acme", ADA, Some(invited.tenant))
        .await
        .assert_status(200);

    let disconnect = format!("{}/disconnect", page_of(&invited));
    ada.get(&disconnect)
        .await
        .assert_goes_to(&format!("{disconnect}/verify"));
}

#[tokio::test]
async fn one_browsers_sign_in_proves_nothing_for_another_one() {
    let app = TestApp::start().await;
    let (invited, old) = stale(&app).await;
    let fresh = app.browser();
    fresh
        .sign_in(&app, "acme", ADA, Some(invited.tenant))
        .await
        .assert_status(200);
    let people = format!("{}/people/verify", page_of(&invited));
    let page = fresh.get(&people).await;
    verify(&fresh, &page, ADA).await.assert_status(200);

    let disconnect = format!("{}/disconnect", page_of(&invited));
    fresh.get(&disconnect).await.assert_status(200);
    old.get(&disconnect)
        .await
        .assert_goes_to(&format!("{disconnect}/verify"));
}

#[tokio::test]
async fn a_role_that_was_lost_is_seen() {
    let app = TestApp::start().await;
    let (invited, ada) = stale(&app).await;
    app.org("acme").set_role(ADA, fake_okta::Role::OrgAdmin);
    let disconnect = format!("{}/disconnect", page_of(&invited));

    let page = ada.follow(&disconnect).await;
    let landed = verify(&ada, &page, ADA).await;

    landed
        .assert_status(403)
        .assert_says("Only a Super Administrator can do this")
        .assert_says("support@northvault.example");
    ada.post(&disconnect, &[]).await.assert_status(403);
    ada.get(&format!("{}/people", page_of(&invited)))
        .await
        .assert_status(403);
    assert_eq!(app.noted("connection.disconnected").await, 0);
}

#[tokio::test]
async fn another_account_proves_nothing() {
    let app = TestApp::start().await;
    let (invited, ada) = stale(&app).await;
    let before = app.live().await;

    let page = ada
        .follow(&format!("{}/disconnect", page_of(&invited)))
        .await;
    let landed = verify(&ada, &page, OSCAR).await;

    landed
        .assert_status(403)
        .assert_says("That was another account")
        .assert_says(OSCAR);
    assert_eq!(app.live().await, before);
    assert_eq!(app.noted("administrator.role_verified").await, 0);
}

#[tokio::test]
async fn where_okta_does_not_tell_the_role_the_page_says_what_to_do() {
    let app = TestApp::start().await;
    let mut scopes = app.catalog();
    scopes.retain(|scope| scope != "okta.roles.manage");
    let (invited, ada) = connected_with(&app, &scopes).await;
    let people = format!("{}/people", page_of(&invited));

    let page = ada.follow(&people).await;
    let landed = verify(&ada, &page, ADA).await;

    landed
        .assert_status(403)
        .assert_says("Okta did not confirm your role")
        .assert_says("grant okta.roles.manage")
        .assert_says("support@northvault.example");
    app.org("acme")
        .grant(&invited.client_id, &["okta.roles.manage"]);
    let page = ada.follow(&people).await;
    let landed = verify(&ada, &page, ADA).await;
    assert_eq!(landed.url.path(), people);
    landed
        .assert_status(200)
        .assert_says("Super Administrator, verified");
}
