//! Keys that do not work, tried without end.

use grantway::domain::api_key::ApiRole;
use grantway::domain::audit::Actor;

use super::caller::Caller;
use crate::support::{Settings, TestApp};

async fn limited() -> TestApp {
    TestApp::start_with(Settings {
        wrong_keys: 3,
        trusted_proxies: "127.0.0.0/8",
        ..Settings::default()
    })
    .await
}

fn guess(app: &TestApp, number: usize) -> Caller {
    let key = format!("gwk_worker_{number:043}");
    app.caller_with(&key).with("x-forwarded-for", "203.0.113.1")
}

#[tokio::test]
async fn guessed_keys_are_refused_unread_after_a_few() {
    let app = limited().await;
    let token = format!("/tenants/{}/access-token", uuid::Uuid::now_v7());
    guess(&app, 1)
        .get("/catalog")
        .await
        .assert_problem(401, "key-invalid");
    guess(&app, 2)
        .post(&token, &serde_json::json!({}))
        .await
        .assert_problem(401, "key-invalid");
    app.caller_with("nonsense")
        .with("x-forwarded-for", "203.0.113.1:9")
        .get("/catalog")
        .await
        .assert_problem(401, "key-invalid");
    guess(&app, 4)
        .get("/catalog")
        .await
        .assert_problem(429, "too-many-requests");
    app.log.take_statements_of_requests();

    for number in 5..10 {
        let refused = guess(&app, number).get("/catalog").await;
        refused.assert_problem(429, "too-many-requests");
        let wait: u64 = refused.headers["retry-after"]
            .to_str()
            .unwrap()
            .parse()
            .unwrap();
        assert!((1..=60).contains(&wait), "{wait}");
        let refused = guess(&app, number)
            .post(&token, &serde_json::json!({}))
            .await;
        refused.assert_problem(429, "too-many-requests");
    }

    let read = app.log.take_statements_of_requests();
    assert_eq!(read, Vec::<String>::new(), "nothing was looked up");
    let elsewhere = app.caller_with(&format!("gwk_worker_{}", "a".repeat(43)));
    let elsewhere = elsewhere.with("x-forwarded-for", "203.0.113.2");
    elsewhere.get("/catalog").await.assert_status(401);
}

/// One program with a wrong setting must not stop all that stand behind the same address.
#[tokio::test]
async fn a_key_that_works_goes_on_working_beside_them_and_ends_when_it_is_revoked() {
    let app = limited().await;
    let caller = app.caller(ApiRole::Support).await;
    let honest = caller.clone().with("x-forwarded-for", "203.0.113.1");
    honest.get("/catalog").await.assert_status(200);
    for number in 0..8 {
        guess(&app, number).get("/catalog").await;
    }

    for _ in 0..3 {
        honest.get("/catalog").await.assert_status(200);
    }

    let id = caller.id.unwrap();
    assert!(app.api_keys().revoke(id, Actor::CommandLine).await.unwrap());
    for _ in 0..2 {
        let refused = honest.get("/catalog").await;
        assert!([401, 429].contains(&refused.status), "{}", refused.status);
    }
}
