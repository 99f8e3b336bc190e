//! API keys: what is kept of them, what they open, and how they end.

use grantway::domain::api_key::ApiRole;
use grantway::domain::audit::Actor;
use serde_json::json;
use time::Duration;

use crate::support::{Settings, TestApp};

#[tokio::test]
async fn a_key_is_kept_as_a_hash_and_never_written_anywhere() {
    let app = TestApp::start().await;
    let caller = app.caller(ApiRole::Onboarding).await;
    let key = caller.key.clone().unwrap();

    caller.get("/tenants").await.assert_status(200);
    caller.post("/tenants", &json!({})).await.assert_status(422);
    app.caller_with(&format!("{key}x"))
        .get("/tenants")
        .await
        .assert_status(401);
    app.api_keys()
        .revoke(caller.id.unwrap(), Actor::CommandLine)
        .await
        .unwrap();
    caller.get("/tenants").await.assert_status(401);

    let random = key.rsplit_once("onboarding_").unwrap().1;
    assert!(!app.database.dump().await.contains(random));
    assert!(!app.log.text().contains(random));
    let listed = format!("{:?}", app.api_keys().list().await.unwrap());
    assert!(!listed.contains(random));
}

#[tokio::test]
async fn a_revoked_key_is_refused_at_its_next_call() {
    let app = TestApp::start().await;
    let caller = app.caller(ApiRole::Support).await;
    caller.get("/tenants").await.assert_status(200);

    let keys = app.api_keys();
    let revoked = keys.revoke(caller.id.unwrap(), Actor::CommandLine);

    assert!(revoked.await.unwrap());
    let problem = caller.get("/tenants").await;
    problem.assert_problem(401, "key-invalid");
    assert_eq!(
        problem.header("www-authenticate"),
        Some("Bearer realm=\"grantway\", error=\"invalid_token\"")
    );
    let keys = app.api_keys();
    let again = keys.revoke(caller.id.unwrap(), Actor::CommandLine);
    assert!(!again.await.unwrap(), "it is revoked already");
}

#[tokio::test]
async fn making_and_revoking_a_key_stands_in_the_audit_trail() {
    let app = TestApp::start().await;
    let caller = app.caller(ApiRole::Worker).await;
    app.api_keys()
        .revoke(caller.id.unwrap(), Actor::CommandLine)
        .await
        .unwrap();

    let lines: Vec<(String, String)> =
        sqlx::query_as("SELECT action, detail ->> 'key' FROM audit_events ORDER BY id")
            .fetch_all(&app.database.pool)
            .await
            .unwrap();

    let id = caller.id.unwrap().to_string();
    let line = |action: &str| (action.to_owned(), id.clone());
    assert_eq!(lines, [line("api_key.created"), line("api_key.revoked")]);
}

#[tokio::test]
async fn the_last_use_of_many_keys_is_written_in_one_statement() {
    let app = TestApp::start().await;
    let keys = app.api_keys();
    let (first, second, idle) = (
        app.caller(ApiRole::Worker).await.id.unwrap(),
        app.caller(ApiRole::Worker).await.id.unwrap(),
        app.caller(ApiRole::Worker).await.id.unwrap(),
    );
    let began = app.shared.clock.now();

    for _ in 0..100 {
        keys.note_use(first);
    }
    app.advance(Duration::minutes(1));
    keys.note_use(second);
    let used = |list: Vec<grantway::domain::api_key::ApiKeyFacts>, id| {
        list.into_iter()
            .find(|key| key.id == id)
            .unwrap()
            .last_used_at
    };
    assert_eq!(
        used(keys.list().await.unwrap(), first),
        None,
        "nothing is written per use"
    );
    keys.write_uses().await.unwrap();

    let list = keys.list().await.unwrap();
    let at_first = used(list.clone(), first).unwrap() - began;
    assert!(
        at_first >= Duration::ZERO && at_first < Duration::minutes(1),
        "{at_first}"
    );
    assert!(used(list.clone(), second).unwrap() >= began + Duration::minutes(1));
    assert_eq!(used(list, idle), None);
    let writers = "(SELECT DISTINCT xmin::text FROM api_keys WHERE last_used_at IS NOT NULL) AS w";
    assert_eq!(
        app.database.count(writers).await,
        1,
        "one transaction wrote both"
    );
}

#[tokio::test]
async fn uses_of_calls_are_written_down_when_the_service_stops() {
    let mut app = TestApp::start().await;
    let caller = app.caller(ApiRole::Support).await;
    caller.get("/tenants").await.assert_status(200);

    app.stop().await;

    let at: Option<time::OffsetDateTime> =
        sqlx::query_scalar("SELECT last_used_at FROM api_keys WHERE id = $1")
            .bind(caller.id.unwrap().as_uuid())
            .fetch_one(&app.database.pool)
            .await
            .unwrap();
    assert!(at.is_some());
}

#[tokio::test]
async fn a_key_that_calls_too_often_is_told_when_to_go_on_and_others_are_not_held_up() {
    let settings = Settings {
        api_calls: 3,
        ..Settings::default()
    };
    let app = TestApp::start_with(settings).await;
    let (eager, calm) = (
        app.caller(ApiRole::Support).await,
        app.caller(ApiRole::Support).await,
    );
    for _ in 0..3 {
        eager.get("/tenants").await.assert_status(200);
    }

    let refused = eager.get("/tenants").await;

    refused.assert_problem(429, "too-many-requests");
    let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=20).contains(&wait), "{wait}");
    calm.get("/tenants").await.assert_status(200);
}
