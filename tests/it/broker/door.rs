//! Who may ask at all.

use grantway::domain::api_key::ApiRole;
use grantway::domain::audit::Actor;
use grantway::domain::id::TenantId;
use serde_json::json;

use super::{Desk, token};

#[tokio::test]
async fn only_a_worker_gets_a_token() {
    let desk = Desk::open().await;
    for role in [ApiRole::Onboarding, ApiRole::Support] {
        let caller = desk.app.caller(role).await;
        let reply = caller.post(&desk.path(), &json!({})).await;
        reply.assert_problem(403, "wrong-role");
    }
    let nobody = desk.app.caller_without_key();
    let reply = nobody.post(&desk.path(), &json!({})).await;
    reply.assert_problem(401, "key-missing");
}

#[tokio::test]
async fn a_key_whose_text_claims_another_role_is_no_key() {
    let desk = Desk::open().await;
    let support = desk.app.caller(ApiRole::Support).await;
    let forged = support.key.unwrap().replace("gwk_support_", "gwk_worker_");

    let reply = desk
        .app
        .caller_with(&forged)
        .post(&desk.path(), &json!({}))
        .await;

    reply.assert_problem(401, "key-invalid");
}

#[tokio::test]
async fn a_revoked_key_is_refused_at_its_next_call() {
    let desk = Desk::open().await;
    token(&desk.ask_for_anything().await);

    let keys = desk.app.api_keys();
    let revoked = keys
        .revoke(desk.worker.id.unwrap(), Actor::CommandLine)
        .await;

    assert!(revoked.unwrap());
    desk.ask_for_anything()
        .await
        .assert_problem(401, "key-invalid");
}

#[tokio::test]
async fn a_tenant_that_is_not_there_is_not_found_however_it_is_written() {
    let desk = Desk::open().await;
    for id in [
        TenantId::new().to_string(),
        desk.invited.connection.to_string(),
        "x".to_owned(),
    ] {
        let path = format!("/tenants/{id}/access-token");
        let reply = desk.worker.post(&path, &json!({})).await;
        reply.assert_problem(404, "not-found");
        let nobody = desk
            .app
            .caller_with("gwk_worker_x")
            .post(&path, &json!({}))
            .await;
        nobody.assert_problem(401, "key-invalid");
    }
}

#[tokio::test]
async fn a_body_that_cannot_be_read_is_refused_without_a_token() {
    let desk = Desk::open().await;
    let path = desk.path();
    let send = |body: &str| {
        desk.worker
            .send(reqwest::Method::POST, &path, Some(body.to_owned()))
    };
    send("{").await.assert_problem(400, "malformed-request");
    send("{\"scope\": []}")
        .await
        .assert_problem(422, "invalid-input");
    send("{\"scopes\": \"okta.users.read\"}")
        .await
        .assert_problem(422, "invalid-input");
}

#[tokio::test]
async fn the_token_is_in_no_log_and_unsealed_in_no_column() {
    let desk = Desk::open().await;
    let token = token(&desk.ask_for_anything().await);

    assert!(!desk.app.log.text().contains(&token), "no token is logged");
    assert!(
        !desk.app.database.dump().await.contains(&token),
        "nor stored unsealed"
    );
}
