//! A connection, ended by a program.

use fake_okta::{Effect, Fault};
use grantway::domain::api_key::ApiRole;
use grantway::domain::id::TenantId;
use serde_json::json;
use time::Duration;

use crate::support::TestApp;

const ADA: &str = "ada@acme.example";

#[tokio::test]
async fn a_program_ends_a_connection_and_asks_again_how_far_okta_is() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    app.browser().connect(&app, &invited, ADA).await;
    let caller = app.caller(ApiRole::Onboarding).await;
    let path = format!("/tenants/{}/connection", invited.tenant);
    let silent = Fault::on("/oauth2/v1/revoke", Effect::ServerError);
    app.org("acme").faults().add(silent.once());

    let first = caller.delete(&path).await;
    app.advance(Duration::minutes(1));
    assert!(app.revoke_once().await);
    let second = caller.delete(&path).await;

    let state = |revocation| json!({ "state": "disconnected", "revocation": revocation });
    assert_eq!(first.assert_status(202).json(), state("pending"));
    assert_eq!(second.assert_status(200).json(), state("revoked"));
    let told = "audit_events WHERE action = 'connection.disconnected' AND actor_kind = 'api_key'";
    assert_eq!(app.database.count(told).await, 1);
}

#[tokio::test]
async fn only_the_role_for_onboarding_ends_a_connection_and_only_one_that_is_there() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    app.browser().connect(&app, &invited, ADA).await;
    let path = format!("/tenants/{}/connection", invited.tenant);

    for role in [ApiRole::Worker, ApiRole::Support] {
        let refused = app.caller(role).await.delete(&path).await;
        refused.assert_problem(403, "wrong-role");
    }
    let nobody = app.caller_without_key().delete(&path).await;
    assert_eq!(nobody.status, 401);
    let caller = app.caller(ApiRole::Onboarding).await;
    let absent = format!("/tenants/{}/connection", TenantId::new());
    assert_eq!(caller.delete(&absent).await.status, 404);

    let connected = "connections WHERE state = 'connected'";
    assert_eq!(app.database.count(connected).await, 1);
}

#[tokio::test]
async fn what_was_never_connected_answers_that_there_is_nothing_to_end() {
    let app = TestApp::start().await;
    let caller = app.caller(ApiRole::Onboarding).await;
    let tenant = caller.make_tenant(&app, "Acme Ltd").await;

    let ended = caller
        .delete(&format!("/tenants/{tenant}/connection"))
        .await;

    let expected = json!({ "state": "pending", "revocation": "nothing_to_revoke" });
    assert_eq!(ended.assert_status(200).json(), expected);
}
