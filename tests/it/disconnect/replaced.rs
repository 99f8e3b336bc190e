//! *Authorize again* leaves no token of the sign-in before it alive.

use fake_okta::AuthMethod;
use time::Duration;

use super::{ADA, METHODS, connected};
use crate::support::{Invited, TestApp};

#[tokio::test]
async fn the_tokens_that_a_new_sign_in_replaces_are_revoked_and_the_new_ones_live() {
    for method in METHODS {
        let app = TestApp::start().await;
        let (invited, browser) = connected(&app, method).await;
        let old = app.live_refresh_token(&invited).await;
        assert!(!app.revoke_once().await, "a first sign-in replaces nothing");

        let authorize = browser.press_authorize_again(&invited).await;
        let back = browser.sign_in_at_okta(&authorize, ADA).await;
        browser.follow(back.as_str()).await.assert_status(200);
        assert!(app.revoke_once().await);

        let new = app.live_refresh_token(&invited).await;
        assert_ne!(old, new);
        let asked = app.revocations();
        assert_eq!(asked.len(), 1);
        assert_eq!(asked[0].field("token"), Some(old.as_str()));
        assert_eq!(app.org("acme").live_tokens().0, [new], "{method:?}");
        assert_eq!(app.outcomes().await, ["replaced revoked"]);
        assert_eq!(app.state().await, "connected");
    }
}

#[tokio::test]
async fn the_tokens_of_an_app_that_another_one_replaced_are_revoked_with_its_own_credentials() {
    let app = TestApp::start().await;
    let (invited, _) = connected(&app, AuthMethod::ClientSecretBasic).await;
    let old = app.live_refresh_token(&invited).await;
    let other = app.org("acme").add_app(fake_okta::App {
        redirect_uris: app
            .org("acme")
            .app(&invited.client_id)
            .unwrap()
            .redirect_uris,
        granted_scopes: app.catalog(),
        everyone: true,
        ..fake_okta::App::default()
    });
    let again = Invited {
        link: app.another_link(&invited).await,
        client_id: other.client_id,
        client_secret: other.client_secret,
        ..invited.clone()
    };
    app.browser()
        .connect(&app, &again, ADA)
        .await
        .assert_status(200);

    assert!(app.revoke_once().await);

    let asked = &app.revocations()[0];
    assert_eq!(asked.client_id.as_deref(), Some(invited.client_id.as_str()));
    assert_eq!(
        (asked.status, asked.field("token")),
        (200, Some(old.as_str()))
    );
    app.advance(Duration::minutes(1));
    assert!(!app.revoke_once().await);
}
