//! A worker that waits for a token while Okta renews it, and the refresh itself.

use fake_okta::{Effect, Fault, Rotation};
use grantway::domain::api_key::ApiRole;
use grantway::domain::audit::Actor;
use serde_json::json;
use time::Duration;

use super::{ADA, answer_late, connected, issued, page_of};
use crate::api::caller::Caller;
use crate::support::{Invited, TestApp};

/// A connected tenant whose access token has run out, and whose refresh token is rotated when it is used.
async fn run_out(app: &TestApp, after: Duration) -> Invited {
    let (invited, _) = connected(app).await;
    app.org("acme").update_app(&invited.client_id, |app| {
        app.rotation = Rotation::Rotate { leeway: 30 };
    });
    app.advance(after);
    invited
}

/// Whatever ends it while Okta is asked, there is no token.
async fn refused(end: impl AsyncFnOnce(&TestApp, &Invited, &Caller)) {
    let app = TestApp::start().await;
    let invited = run_out(&app, Duration::hours(2)).await;
    answer_late(&app.org("acme"));
    refused_now(&app, &invited, end).await;
}

async fn refused_now(
    app: &TestApp,
    invited: &Invited,
    end: impl AsyncFnOnce(&TestApp, &Invited, &Caller),
) {
    let worker = app.caller(ApiRole::Worker).await;
    let path = format!("/tenants/{}/access-token", invited.tenant);
    let nothing = json!({});
    let (reply, ()) = tokio::join!(worker.post(&path, &nothing), async {
        issued(&app.org("acme")).await;
        end(app, invited, &worker).await;
    });

    assert!(reply.status >= 400, "{}", reply.body);
    assert!(!reply.body.contains("\"access_token\""), "{}", reply.body);
}

#[tokio::test]
async fn a_worker_that_waits_gets_no_token_of_a_connection_that_ended() {
    refused(async |app, invited, _| {
        app.end_connection(invited).await;
        app.assert_living(0, "what the refresh brought is revoked")
            .await;
    })
    .await;
}

#[tokio::test]
async fn a_worker_that_waits_gets_no_token_by_a_key_that_was_revoked() {
    refused(async |app, _, worker| {
        let keys = app.api_keys();
        let revoked = keys.revoke(worker.id.unwrap(), Actor::CommandLine).await;
        assert!(revoked.unwrap());
    })
    .await;
}

#[tokio::test]
async fn a_worker_that_waits_gets_no_token_of_a_connection_on_hold() {
    refused(async |app, _, _| {
        let hold = "UPDATE connections SET state = 'on_hold', attention_reason = NULL";
        app.database.change(hold).await;
    })
    .await;
}

/// Okta cannot renew it, and what is left of the old token would do, but for the end.
#[tokio::test]
async fn the_token_that_is_left_is_not_given_after_the_end_either() {
    let app = TestApp::start().await;
    let invited = run_out(&app, Duration::minutes(57)).await;
    answer_late(&app.org("acme"));
    let away = Fault::on_token(Effect::ServerError).once();
    app.org("acme").faults().add(away);

    refused_now(&app, &invited, async |app, invited, _| {
        app.end_connection(invited).await;
    })
    .await;
}

/// The sign-in replaces tokens that are being refreshed: what comes of the refresh belongs to nobody.
#[tokio::test]
async fn what_a_refresh_brings_after_a_new_sign_in_is_revoked() {
    let app = TestApp::start().await;
    let (invited, ada) = connected(&app).await;
    app.org("acme").update_app(&invited.client_id, |app| {
        app.rotation = Rotation::Rotate { leeway: 30 };
    });
    let authorize = ada.press_authorize_again(&invited).await;
    let back = ada.sign_in_at_okta(&authorize, ADA).await;
    app.database
        .change("UPDATE token_sets SET access_expires_at = now()")
        .await;
    let okta = app.org("acme");
    answer_late(&okta);
    let refresh = grantway::flows::Refresh::new(app.shared.clone());

    let (renewed, ()) = tokio::join!(refresh.token(invited.tenant), async {
        issued(&okta).await;
        ada.get(back.as_str()).await.assert_status(303);
    });

    renewed.unwrap();
    app.assert_living(1, "only the sign-in's own tokens live")
        .await;
    ada.get(&page_of(&invited)).await.assert_status(200);
}

#[tokio::test]
async fn ended_sessions_and_links_leave_the_refresh_alone() {
    let app = TestApp::start().await;
    let invited = run_out(&app, Duration::hours(2)).await;
    let okta = app.org("acme");
    answer_late(&okta);
    let refresh = grantway::flows::Refresh::new(app.shared.clone());

    let (renewed, ()) = tokio::join!(refresh.token(invited.tenant), async {
        issued(&okta).await;
        app.end_sessions(&invited).await;
        app.revoke_link(&invited, &invited.link).await;
    });

    assert_eq!(renewed.unwrap().generation, 2);
}
