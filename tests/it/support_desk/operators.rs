//! What an operator can do at a tenant's, and nobody else: asked first, done once, noted by name.

mod doors;

use grantway::domain::api_key::ApiRole;
use reqwest::Method;
use serde_json::{Value, json};

use super::{ADA, path_of, visit, visitor};
use crate::support::staff::{OLGA, OPERATOR_GROUP};
use crate::support::{Browser, Invited, Settings, TestApp};

const ACTS: [&str; 4] = [
    "activation",
    "disconnect",
    "links/revoke",
    "sessions/revoke",
];

/// An operator, on a visit at the tenant's.
async fn operator(app: &TestApp, invited: &Invited) -> Browser {
    let olga = app.staff_browser(OLGA).await;
    visit(&olga, invited).await;
    olga
}

/// A connected tenant, and its administrator's browser.
async fn connected(app: &TestApp) -> (Invited, Browser) {
    let invited = app.invite().await;
    let ada = app.browser();
    ada.connect(app, &invited, ADA).await.assert_status(200);
    (invited, ada)
}

/// A tenant whose connection waits, with a link that still opens: all four acts are there to be done.
async fn with_everything_to_do() -> (TestApp, Invited) {
    let app = TestApp::start_with(Settings {
        hold_new_connections: true,
        ..Settings::default()
    })
    .await;
    let (invited, _) = connected(&app).await;
    app.another_link(&invited).await;
    (app, invited)
}

fn act(invited: &Invited, act: &str) -> String {
    format!("{}/{act}", path_of(invited))
}

/// The trail's lines of one action: who, and with which facts.
async fn noted(app: &TestApp, action: &str) -> Vec<(String, Value)> {
    let query = format!(
        "SELECT jsonb_build_array(actor_kind || ' ' || coalesce((SELECT name FROM staff s WHERE s.id::text = actor), ''), detail)::text
         FROM audit_events WHERE action = '{action}' ORDER BY at"
    );
    let lines = app.database.column(&query).await;
    let parse = |line: &String| serde_json::from_str::<(String, Value)>(line).unwrap();
    lines.iter().map(parse).collect()
}

#[tokio::test]
async fn support_reads_who_can_do_it_and_can_do_none_of_it() {
    let (app, invited) = with_everything_to_do().await;
    let olga = operator(&app, &invited).await;
    let sam = visitor(&app, &invited).await;

    let page = sam.get(&path_of(&invited)).await;

    page.assert_says(
        "An operator can activate this connection, disconnect this customer, revoke 1 open link and end 1 session.",
    )
    .assert_says(OPERATOR_GROUP)
    .assert_says("Olga Example is signed in now.");
    let before = app.database.snapshot(None).await;
    for name in ACTS {
        let path = act(&invited, name);
        assert!(!page.body.contains(&path), "{name} is offered");
        for method in [Method::GET, Method::POST] {
            let form: &[(&str, &str)] = &[("link", "all")];
            let form = (method == Method::POST).then_some(form);
            let refused = sam.send(method, &path, form, &[]).await;
            refused.assert_explains(403, "This page is for operators");
        }
    }
    assert_eq!(app.database.snapshot(None).await, before);
    let theirs = olga.get(&path_of(&invited)).await;
    for name in ACTS {
        theirs.assert_has(&act(&invited, name));
    }
    assert!(!theirs.words().contains("An operator can"));
}

#[tokio::test]
async fn nothing_is_done_without_a_reason_by_another_site_or_at_a_tenant_that_is_not_there() {
    let (app, invited) = with_everything_to_do().await;
    let olga = app.staff_browser(OLGA).await;
    let before = app.database.snapshot(None).await;
    let all: &[(&str, &str)] = &[("link", "all")];
    for name in ACTS {
        let path = act(&invited, name);
        olga.get(&path).await.assert_says("Why are you looking");
        olga.post(&path, all)
            .await
            .assert_says("Why are you looking");
        let absent = format!("/support/tenants/{}/{name}", uuid::Uuid::now_v7());
        olga.get(&absent).await.assert_status(404);
        olga.post(&absent, all).await.assert_status(404);
    }
    assert_eq!(app.database.snapshot(None).await, before);
    visit(&olga, &invited).await;
    let before = app.database.snapshot(None).await;
    for name in ACTS {
        let path = act(&invited, name);
        olga.get(&path)
            .await
            .assert_says("Nothing has happened yet");
        for origin in [
            ("sec-fetch-site", "cross-site"),
            ("origin", "https://evil.example"),
        ] {
            let crossed = olga.send(Method::POST, &path, Some(all), &[origin]).await;
            crossed.assert_status(403);
        }
    }
    assert_eq!(
        app.database.snapshot(None).await,
        before,
        "asking does nothing"
    );
}

#[tokio::test]
async fn an_activation_is_compared_done_once_and_seen_by_programs() {
    let (app, invited) = with_everything_to_do().await;
    let caller = app.caller(ApiRole::Worker).await;
    let status = format!("/tenants/{}/status", invited.tenant);
    let olga = operator(&app, &invited).await;
    let path = act(&invited, "activation");

    let asked = olga.get(&path).await;
    asked
        .assert_says("Activate the connection of acme Ltd?")
        .assert_says(&app.org("acme").id())
        .assert_says(ADA)
        .assert_says("25 of 25 granted")
        .assert_says("Its state becomes: Connected.");
    let held = caller.get(&status).await.json();
    assert_eq!(held["connection"]["state"], "on_hold");
    let (first, second) = tokio::join!(olga.post(&path, &[]), olga.post(&path, &[]));
    for answer in [first, second] {
        answer.assert_goes_to(&path_of(&invited));
    }

    let told = olga.press(&path, &[]).await;
    told.assert_says("Activated, by Olga Example, staff.");
    assert!(
        !told.body.contains(&path),
        "there is nothing left to activate"
    );
    let active = caller.get(&status).await.json();
    assert_eq!(active["connection"]["state"], "connected");
    let expected = json!({ "state": "connected", "reason": null });
    let by_olga = ("staff Olga Example".to_owned(), expected);
    assert_eq!(noted(&app, "connection.activated").await, [by_olga]);
    olga.get(&path).await.assert_goes_to(&path_of(&invited));
}

#[tokio::test]
async fn a_disconnection_ends_the_tokens_at_okta_and_is_told_to_everybody() {
    let app = TestApp::start().await;
    let (invited, ada) = connected(&app).await;
    app.another_link(&invited).await;
    let caller = app.caller(ApiRole::Worker).await;
    let olga = operator(&app, &invited).await;
    let path = act(&invited, "disconnect");

    let asked = olga.get(&path).await;
    asked
        .assert_says("Northvault loses its access to")
        .assert_says("1 session of an administrator")
        .assert_says("1 open onboarding link:");
    assert!(app.org("acme").requests_to("/oauth2/v1/revoke").is_empty());
    let told = olga.press(&path, &[]).await;
    olga.post(&path, &[])
        .await
        .assert_goes_to(&path_of(&invited));

    told.assert_says("by Olga Example, staff.");
    assert_eq!(app.org("acme").requests_to("/oauth2/v1/revoke").len(), 1);
    let status = caller
        .get(&format!("/tenants/{}/status", invited.tenant))
        .await
        .json();
    assert_eq!(status["connection"]["state"], "disconnected");
    ada.get(&format!("/tenants/{}", invited.tenant))
        .await
        .assert_says("by Northvault.");
    let lines = noted(&app, "connection.disconnected").await;
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert_eq!(lines[0].0, "staff Olga Example");
}
