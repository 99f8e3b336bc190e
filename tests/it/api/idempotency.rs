//! `Idempotency-Key`: made once, answered the same again.

use futures_util::future::join_all;
use grantway::domain::api_key::ApiRole;
use grantway::flows::{Idempotency, Turn};
use serde_json::json;
use time::Duration;

use super::caller::Caller;
use crate::support::TestApp;
use crate::support::sessions::token_of;

const HEADER: &str = "idempotency-key";

async fn tenants(app: &TestApp) -> i64 {
    app.database.count("tenants").await
}

async fn caller(app: &TestApp, key: &str) -> Caller {
    app.caller(ApiRole::Onboarding).await.with(HEADER, key)
}

#[tokio::test]
async fn a_request_sent_again_is_made_once_and_answered_the_same() {
    let app = TestApp::start().await;
    let caller = caller(&app, "first").await;
    let body = app.new_tenant("Acme Ltd");

    let first = caller.post("/tenants", &body).await;
    let again = caller.post("/tenants", &body).await;

    assert_eq!(
        first.assert_status(201).header("idempotency-replayed"),
        None
    );
    assert_eq!(
        again.assert_status(201).header("idempotency-replayed"),
        Some("true")
    );
    assert_eq!(first.body, again.body);
    assert_eq!(first.header("location"), again.header("location"));
    assert_eq!(first.header("content-type"), again.header("content-type"));
    assert_eq!(tenants(&app).await, 1);
}

#[tokio::test]
async fn of_many_at_once_one_is_made() {
    let app = TestApp::start().await;
    let caller = caller(&app, "crowd").await;
    let body = app.new_tenant("Acme Ltd");

    let all = join_all((0..10).map(|_| caller.post("/tenants", &body))).await;

    assert_eq!(tenants(&app).await, 1);
    for reply in all {
        match reply.status {
            201 => {}
            409 => {
                reply.assert_problem(409, "request-in-progress");
                assert_eq!(reply.header("retry-after"), Some("1"));
            }
            other => panic!("{other}: {}", reply.body),
        }
    }
    caller.post("/tenants", &body).await.assert_status(201);
}

#[tokio::test]
async fn a_link_that_is_answered_again_is_not_kept_in_clear() {
    let app = TestApp::start().await;
    let caller = caller(&app, "a-link").await;
    let tenant = app.invite().await.tenant;
    let path = format!("/tenants/{tenant}/links");

    let first = caller
        .post(&path, &json!({}))
        .await
        .assert_status(201)
        .json();
    let again = caller
        .post(&path, &json!({}))
        .await
        .assert_status(201)
        .json();

    assert_eq!(first["url"], again["url"]);
    let token = token_of(first["url"].as_str().unwrap());
    let dump = app.database.dump().await;
    assert!(!dump.contains(token), "the link is in the database");
    assert!(
        !dump.contains("a-link"),
        "the name of the request is hashed"
    );
    assert!(!app.log.text().contains(token));
    app.browser()
        .get(first["url"].as_str().unwrap())
        .await
        .assert_goes_to("/onboarding");
}

#[tokio::test]
async fn a_key_belongs_to_one_request_of_one_caller() {
    let app = TestApp::start().await;
    let one = caller(&app, "mine").await;
    one.post("/tenants", &app.new_tenant("Acme Ltd"))
        .await
        .assert_status(201);

    let other_body = one.post("/tenants", &app.new_tenant("Acme Inc")).await;
    other_body.assert_problem(422, "idempotency-key-reused");
    let tenant = app.invite().await.tenant;
    let other_call = one
        .post(&format!("/tenants/{tenant}/links"), &json!({}))
        .await;
    other_call.assert_problem(422, "idempotency-key-reused");

    let other_caller = caller(&app, "mine").await;
    let made = other_caller
        .post("/tenants", &app.new_tenant("Acme Ltd"))
        .await;
    assert_eq!(made.assert_status(201).header("idempotency-replayed"), None);
}

#[tokio::test]
async fn a_refused_request_may_be_corrected_under_its_key() {
    let app = TestApp::start().await;
    let caller = caller(&app, "corrected").await;
    let wrong = json!({ "name": "", "organization": "x" });
    caller.post("/tenants", &wrong).await.assert_status(422);
    caller
        .post("/tenants", &app.new_tenant("Acme Ltd"))
        .await
        .assert_status(201);
}

#[tokio::test]
async fn after_a_day_the_key_is_free_again_and_nothing_is_left_of_it() {
    let app = TestApp::start().await;
    let caller = caller(&app, "daily").await;
    let body = app.new_tenant("Acme Ltd");
    caller.post("/tenants", &body).await.assert_status(201);

    app.advance(Duration::hours(23));
    caller.post("/tenants", &body).await.assert_status(201);
    assert_eq!(tenants(&app).await, 1);
    app.advance(Duration::hours(2));
    caller.post("/tenants", &body).await.assert_status(201);
    assert_eq!(tenants(&app).await, 2);

    app.advance(Duration::hours(25));
    grantway::flows::Janitor::new(app.shared.clone())
        .sweep()
        .await
        .unwrap();
    assert_eq!(app.database.count("idempotent_requests").await, 0);
}

#[tokio::test]
async fn a_request_that_was_cut_off_with_its_process_can_be_made_again() {
    let app = TestApp::start().await;
    let caller = caller(&app, "cut-off").await;
    let body = app.new_tenant("Acme Ltd");
    let whole = format!("POST /api/v1/tenants\n{body}");
    let flow = Idempotency::new(app.shared.clone());
    let begun = flow
        .begin(caller.id.unwrap(), "cut-off", whole.as_bytes())
        .await;
    assert!(matches!(begun.unwrap(), Turn::First(_)));

    let early = caller.post("/tenants", &body).await;
    early.assert_problem(409, "request-in-progress");
    app.advance(Duration::minutes(2));

    caller.post("/tenants", &body).await.assert_status(201);
}

#[tokio::test]
async fn a_key_that_is_none_is_refused() {
    let app = TestApp::start().await;
    let long = "k".repeat(256);
    for key in ["", "with space", "ünï", &long] {
        let caller = caller(&app, key).await;
        let refused = caller.post("/tenants", &app.new_tenant("Acme Ltd")).await;
        refused.assert_problem(400, "malformed-request");
    }
    let twice = caller(&app, "one").await.with(HEADER, "two");
    let refused = twice.post("/tenants", &app.new_tenant("Acme Ltd")).await;
    refused.assert_problem(400, "malformed-request");
    assert_eq!(tenants(&app).await, 0);
}
