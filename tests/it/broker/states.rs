//! Connections that have no token to give.

use serde_json::json;

use super::{Desk, Settings, token};
use crate::support::TestApp;
use grantway::domain::api_key::ApiRole;

#[tokio::test]
async fn a_tenant_that_never_connected_has_none() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let worker = app.caller(ApiRole::Worker).await;

    let path = format!("/tenants/{}/access-token", invited.tenant);
    let reply = worker.post(&path, &json!({})).await;

    let problem = reply.assert_problem(409, "not-connected");
    assert!(problem["detail"].as_str().unwrap().contains("/links"));
}

#[tokio::test]
async fn a_connection_on_hold_gives_nobody_a_token() {
    let settings = Settings {
        hold_new_connections: true,
        ..Settings::default()
    };
    let desk = Desk::open_with(settings, &[]).await;

    let problem = desk.ask_for_anything().await.assert_problem(423, "on-hold");

    assert!(problem["detail"].as_str().unwrap().contains("/activation"));
    desk.set_state("connected", None).await;
    token(&desk.ask_for_anything().await);
}

#[tokio::test]
async fn an_ended_connection_gives_none_from_the_very_next_call() {
    let desk = Desk::open().await;
    token(&desk.ask_for_anything().await);

    desk.set_state("disconnected", None).await;

    desk.ask_for_anything()
        .await
        .assert_problem(409, "disconnected");
}

#[tokio::test]
async fn a_token_that_okta_refuses_is_not_given_and_one_that_lasts_is() {
    let desk = Desk::open().await;
    for reason in ["refresh_token_dead", "unknown_client", "other_organization"] {
        desk.set_state("needs_attention", Some(reason)).await;
        let problem = desk
            .ask_for_anything()
            .await
            .assert_problem(409, "needs-attention");
        assert_eq!(problem["reason"], reason);
        assert!(problem["detail"].as_str().unwrap().contains("/tenants/"));
    }
    for reason in [
        "not_super_administrator",
        "wrong_secret",
        "no_refresh_token",
        "sign_in_expired",
    ] {
        desk.set_state("needs_attention", Some(reason)).await;
        token(&desk.ask_for_anything().await);
    }
}
