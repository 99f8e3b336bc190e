//! An end while a secret does not open: it is the end all the same, and says what Okta could not be asked for.

use grantway::domain::api_key::ApiRole;
use grantway::domain::revocation::{Outcome, Progress};
use serde_json::json;

use super::{connected, page_of};
use crate::support::TestApp;

/// The columns that a disconnection needs opened, broken as a lost key breaks them.
const BROKEN: [&str; 3] = [
    "UPDATE token_sets SET refresh_token = overlay(refresh_token PLACING '\\x00' FROM octet_length(refresh_token))",
    "UPDATE connections SET client_secret = overlay(client_secret PLACING '\\x00' FROM octet_length(client_secret))",
    "UPDATE token_sets SET refresh_token = overlay(refresh_token PLACING 'lost!'::bytea FROM 1),
            access_token = overlay(access_token PLACING 'lost!'::bytea FROM 1)",
];

#[tokio::test]
async fn a_disconnect_ends_the_connection_although_a_secret_does_not_open() {
    for broken in BROKEN {
        let app = TestApp::start().await;
        let (invited, ada) = connected(&app).await;
        let worker = app.caller(ApiRole::Worker).await;
        app.database.change(broken).await;

        let ended = app.end_connection(&invited).await;

        assert_eq!(ended.revocation, Progress::Ended(Outcome::Unreadable));
        let page = ada.get(&page_of(&invited)).await;
        page.assert_status(200)
            .assert_says("The tokens could not be revoked")
            .assert_says("could not decrypt the credentials")
            .assert_says("Set it to Inactive.");
        let path = format!("/tenants/{}/access-token", invited.tenant);
        assert_eq!(worker.post(&path, &json!({})).await.status, 409);
        assert_eq!(app.database.count("token_sets").await, 0);
        let sealed = "connections WHERE client_secret IS NOT NULL OR client_key IS NOT NULL";
        assert_eq!(app.database.count(sealed).await, 0);
        let noted = "audit_events WHERE action = 'tokens.not_revoked' AND detail ->> 'outcome' = 'unreadable'";
        assert_eq!(app.database.count(noted).await, 1);
        assert!(
            !app.revoke_once().await,
            "there is nothing to ask Okta with"
        );
    }
}

#[tokio::test]
async fn a_key_that_no_secret_app_needs_may_be_lost() {
    let app = TestApp::start().await;
    let (invited, _) = connected(&app).await;
    app.database
        .change("UPDATE connections SET client_key = overlay(client_key PLACING '\\x00' FROM octet_length(client_key))")
        .await;

    let ended = app.end_connection(&invited).await;

    assert_eq!(ended.revocation, Progress::Ended(Outcome::Revoked));
    app.assert_living(0, "Okta was asked").await;
}

/// A new sign-in goes on too, and says what is left of the one before.
#[tokio::test]
async fn a_new_sign_in_replaces_tokens_that_do_not_open() {
    let app = TestApp::start().await;
    let (invited, ada) = connected(&app).await;
    app.database.change(BROKEN[0]).await;

    let authorize = ada.press_authorize_again(&invited).await;
    let back = ada.sign_in_at_okta(&authorize, super::ADA).await;
    ada.follow(back.as_str()).await.assert_status(200);

    let row = "SELECT reason || ' ' || outcome FROM revocations";
    assert_eq!(app.database.column(row).await, ["replaced unreadable"]);
}
