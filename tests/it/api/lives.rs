//! A connection's life, followed by programs: held, activated, checked, told of.

use grantway::domain::api_key::ApiRole;
use serde_json::{Value, json};

use super::caller::Caller;
use crate::support::{Invited, Settings, TestApp};

async fn state(caller: &Caller, invited: &Invited) -> Value {
    let status = caller
        .get(&format!("/tenants/{}/status", invited.tenant))
        .await;
    status.assert_status(200).json()["connection"]["state"].clone()
}

#[tokio::test]
async fn a_held_connection_is_released_once_and_by_name() {
    let settings = Settings {
        hold_new_connections: true,
        ..Settings::default()
    };
    let app = TestApp::start_with(settings).await;
    let caller = app.caller(ApiRole::Onboarding).await;
    let invited = app.invite().await;
    let path = format!("/tenants/{}/activation", invited.tenant);
    caller
        .post(&path, &json!({}))
        .await
        .assert_problem(409, "not-connected");
    app.browser()
        .connect(&app, &invited, "ada@acme.example")
        .await
        .assert_status(200);
    assert_eq!(state(&caller, &invited).await, "on_hold");

    let activated = caller
        .post(&path, &json!({}))
        .await
        .assert_status(200)
        .json();
    caller.post(&path, &json!({})).await.assert_status(200);

    assert_eq!(activated["connection"]["state"], "connected");
    assert_eq!(state(&caller, &invited).await, "connected");
    let lines = app
        .database
        .column("SELECT actor_kind || ' ' || actor FROM audit_events WHERE action = 'connection.activated'")
        .await;
    assert_eq!(lines, [format!("api_key {}", caller.id.unwrap())]);
}

#[tokio::test]
async fn an_activation_does_not_hide_what_a_person_must_mend() {
    let settings = Settings {
        hold_new_connections: true,
        ..Settings::default()
    };
    let app = TestApp::start_with(settings).await;
    let caller = app.caller(ApiRole::Onboarding).await;
    let invited = app.invite().await;
    app.browser()
        .connect(&app, &invited, "oscar@acme.example")
        .await
        .assert_status(200);

    let path = format!("/tenants/{}/activation", invited.tenant);
    let activated = caller
        .post(&path, &json!({}))
        .await
        .assert_status(200)
        .json();

    assert_eq!(
        activated["connection"]["reason"], "not_super_administrator",
        "{activated}"
    );
    assert_eq!(state(&caller, &invited).await, "needs_attention");
}

#[tokio::test]
async fn a_check_is_asked_for_only_where_there_is_something_to_check() {
    let app = TestApp::start().await;
    let caller = app.caller(ApiRole::Support).await;
    let invited = app.invite().await;
    let path = format!("/tenants/{}/checks", invited.tenant);
    let send = async || caller.send(reqwest::Method::POST, &path, None).await;
    send().await.assert_problem(409, "not-connected");

    app.browser()
        .connect(&app, &invited, "ada@acme.example")
        .await
        .assert_status(200);
    let accepted = send().await;

    let status = accepted.assert_status(202).json()["status"].clone();
    assert_eq!(accepted.header("location"), status.as_str());
    let status = caller
        .get(status.as_str().unwrap())
        .await
        .assert_status(200)
        .json();
    assert_eq!(status["categories"].as_array().unwrap().len(), 13);
    assert_eq!(
        app.database
            .count("audit_events WHERE action = 'check.requested' AND actor_kind = 'api_key'")
            .await,
        1
    );
}

#[tokio::test]
async fn the_trail_is_told_page_by_page_without_what_is_for_people_alone() {
    let app = TestApp::start().await;
    let caller = app.caller(ApiRole::Worker).await;
    let invited = app.invite().await;
    let browser = app.browser();
    let okta = browser.walk_to_okta(&app, &invited).await;
    let back = browser.cancel_at_okta(&okta).await;
    browser.follow(back.as_str()).await;
    let path = format!("/tenants/{}/events?limit=3", invited.tenant);

    let (mut events, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = caller.get(&format!("{path}{cursor}")).await;
        let page = page.assert_status(200).json();
        events.extend(page["events"].as_array().unwrap().clone());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }

    let count = format!("audit_events WHERE tenant_id = '{}'", invited.tenant);
    assert_eq!(
        i64::try_from(events.len()).unwrap(),
        app.database.count(&count).await
    );
    assert_eq!(events.last().unwrap()["action"], "tenant.created");
    let failed = events
        .iter()
        .find(|event| event["action"] == "authorization.failed");
    let failed = failed.unwrap();
    assert_eq!(failed["actor"]["kind"], "link_holder");
    assert_eq!(failed["detail"]["error"], "access_denied");
    assert!(failed["detail"].get("description").is_none(), "{failed}");
}
