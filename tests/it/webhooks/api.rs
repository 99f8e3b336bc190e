//! `/api/v1/webhooks`, called as a program calls it.

use grantway::domain::api_key::ApiRole;
use reqwest::Method;
use serde_json::{Value, json};

use super::receiver::{Receiver, Say};
use crate::support::outcome::eventually;
use crate::support::{Settings, TestApp};

pub(super) async fn desk() -> (TestApp, Receiver) {
    let receiver = Receiver::start().await;
    let settings = Settings {
        webhook_origins: Some(receiver.origin.clone().leak()),
        ..Settings::default()
    };
    (TestApp::start_with(settings).await, receiver)
}

#[tokio::test]
#[expect(
    clippy::too_many_lines,
    reason = "one endpoint's whole life, in its order"
)]
async fn a_program_makes_tries_changes_and_replays_a_webhook() {
    let (app, receiver) = desk().await;
    let caller = app.caller(ApiRole::Onboarding).await;
    let body =
        json!({ "url": receiver.url(), "events": ["connection.connected"], "description": "ours" });
    let once = caller.clone().with("idempotency-key", "k-1");
    let made = once
        .post("/webhooks", &body)
        .await
        .assert_status(201)
        .json();
    let repeated = once
        .post("/webhooks", &body)
        .await
        .assert_status(201)
        .json();
    assert_eq!(made, repeated, "the same answer, the secret too");
    assert_eq!(app.database.count("webhook_endpoints").await, 1);
    let secret = made["secret"].as_str().unwrap();
    let path = format!("/webhooks/{}", made["id"].as_str().unwrap());

    let tried = caller.post(&format!("{path}/test"), &json!({})).await;
    assert_eq!(
        tried.assert_status(200).json(),
        json!({ "delivered": true, "status": 204, "problem": null })
    );
    receiver.received()[0].assert_signed_now(secret);
    receiver.next([Say::status(418)]);
    let tried = caller
        .post(&format!("{path}/test"), &json!({}))
        .await
        .json();
    assert_eq!(
        (&tried["delivered"], &tried["status"]),
        (&json!(false), &json!(418))
    );

    let invited = app.invite().await;
    app.browser()
        .connect(&app, &invited, "ada@acme.example")
        .await;
    eventually("it is told", async || receiver.received().len() == 3).await;
    eventually("it is noted", async || {
        app.database
            .count("webhook_deliveries WHERE state = 'delivered'")
            .await
            == 1
    })
    .await;
    let list = caller
        .get(&format!("{path}/deliveries?state=delivered&limit=5"))
        .await;
    let list = list.assert_status(200).json();
    assert_eq!(list["deliveries"][0]["tenant"], invited.tenant.to_string());
    let event = &list["deliveries"][0]["event"];
    let again = caller
        .post(&format!("{path}/replays"), &json!({ "event": event }))
        .await;
    assert_eq!(again.assert_status(202).json(), json!({ "replayed": 1 }));
    eventually("it is told again", async || receiver.received().len() == 4).await;

    let disabled = caller.post(&format!("{path}/disable"), &json!({})).await;
    assert_eq!(
        disabled.assert_status(200).json()["disabled_reason"],
        "asked"
    );
    let enabled = caller.post(&format!("{path}/enable"), &json!({})).await;
    assert_eq!(enabled.assert_status(200).json()["enabled"], true);
    let rotated = caller.post(&format!("{path}/secret"), &json!({})).await;
    assert_ne!(rotated.assert_status(201).json()["secret"], secret);
    let listed = caller.get("/webhooks").await.assert_status(200).json();
    assert_eq!(listed["webhooks"], json!([caller.get(&path).await.json()]));
    assert!(!listed.to_string().contains("whsec_"));
    caller.delete(&path).await.assert_status(204);
    caller.get(&path).await.assert_problem(404, "not-found");
    let actor = "audit_events WHERE action LIKE 'webhook.%' AND actor_kind <> 'api_key'";
    assert_eq!(app.database.count(actor).await, 0);
}

#[tokio::test]
async fn what_is_not_acceptable_is_named() {
    let (app, receiver) = desk().await;
    let caller = app.caller(ApiRole::Onboarding).await;
    for (body, field) in [
        (json!({ "url": "https://169.254.169.254/" }), "url"),
        (json!({ "url": "http://hooks.example.com/" }), "url"),
        (
            json!({ "url": receiver.url(), "events": ["tenant.created"] }),
            "events",
        ),
        (
            json!({ "url": receiver.url(), "description": "x".repeat(201) }),
            "description",
        ),
    ] {
        let problem = caller
            .post("/webhooks", &body)
            .await
            .assert_problem(422, "invalid-input");
        assert_eq!(problem["errors"][0]["field"], field, "{body}");
    }
    let made = caller
        .post("/webhooks", &json!({ "url": receiver.url() }))
        .await
        .json();
    let path = format!("/webhooks/{}", made["id"].as_str().unwrap());
    for body in [
        json!({}),
        json!({ "dead": false }),
        json!({ "dead": true, "since": "x" }),
        json!({ "since": "x" }),
    ] {
        let replay = caller.post(&format!("{path}/replays"), &body).await;
        replay.assert_problem(422, "invalid-input");
    }
    caller
        .get(&format!("{path}/deliveries?limit=0"))
        .await
        .assert_problem(400, "malformed-request");
}

#[tokio::test]
async fn deliveries_are_paged_without_gap_or_repetition_while_more_come() {
    let (app, receiver) = desk().await;
    let caller = app.caller(ApiRole::Onboarding).await;
    let made = caller
        .post("/webhooks", &json!({ "url": receiver.url() }))
        .await
        .json();
    let path = format!("/webhooks/{}/deliveries", made["id"].as_str().unwrap());
    let all = |state: &'static str| {
        let (caller, path) = (caller.clone(), path.clone());
        async move { caller.get(&format!("{path}?limit=100{state}")).await.json() }
    };
    for count in 1..=5 {
        let happened = format!(
            "INSERT INTO outbox_events (id, at, type, data) VALUES (gen_random_uuid(), now(), 'catalog.changed', '{{\"n\":{count}}}')"
        );
        app.database.change(&happened).await;
        eventually("it is told", async || receiver.received().len() == count).await;
    }
    let told = || async {
        all("&state=delivered").await["deliveries"]
            .as_array()
            .unwrap()
            .len()
    };
    eventually("it is noted", async || told().await == 5).await;
    let expected = all("").await;
    assert!(expected["next_cursor"].is_null());

    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = caller.get(&format!("{path}?limit=2{cursor}")).await;
        let page = page.assert_status(200).json();
        seen.extend(page["deliveries"].as_array().unwrap().clone());
        let Some(next) = page["next_cursor"].as_str() else {
            break;
        };
        cursor = format!("&cursor={next}");
        app.database
            .change("INSERT INTO outbox_events (id, at, type, data) VALUES (gen_random_uuid(), now(), 'catalog.changed', '{}')")
            .await;
    }

    assert_eq!(json!(seen), expected["deliveries"]);
    for query in ["limit=0", "limit=101", "cursor=x", "state=x"] {
        let refused = caller.get(&format!("{path}?{query}")).await;
        refused.assert_problem(400, "malformed-request");
    }
}

/// Every call by every wrong caller, and for a webhook that is not there.
#[tokio::test]
async fn only_the_onboarding_role_may_call_and_only_for_what_is_there() {
    let (app, receiver) = desk().await;
    let onboarding = app.caller(ApiRole::Onboarding).await;
    let made = onboarding
        .post("/webhooks", &json!({ "url": receiver.url() }))
        .await
        .json();
    let others = [
        app.caller(ApiRole::Worker).await,
        app.caller(ApiRole::Support).await,
    ];
    for id in [
        made["id"].as_str().unwrap(),
        "0193a8a0-0000-7000-8000-000000000000",
        "x",
    ] {
        let at = |rest: &str| format!("/webhooks/{id}{rest}");
        let calls: [(Method, String, Option<Value>); 10] = [
            (Method::GET, "/webhooks".to_owned(), None),
            (
                Method::POST,
                "/webhooks".to_owned(),
                Some(json!({ "url": receiver.url() })),
            ),
            (Method::GET, at(""), None),
            (Method::DELETE, at(""), None),
            (Method::POST, at("/disable"), None),
            (Method::POST, at("/enable"), None),
            (Method::POST, at("/secret"), None),
            (Method::POST, at("/test"), None),
            (Method::GET, at("/deliveries"), None),
            (Method::POST, at("/replays"), Some(json!({ "dead": true }))),
        ];
        for (method, path, body) in calls {
            let body = body.map(|body| body.to_string());
            let nobody = app
                .caller_without_key()
                .send(method.clone(), &path, body.clone())
                .await;
            nobody.assert_problem(401, "key-missing");
            for other in &others {
                let refused = other.send(method.clone(), &path, body.clone()).await;
                refused.assert_problem(403, "wrong-role");
            }
            let is_there = path == "/webhooks" || made["id"] == id;
            if !is_there {
                let missing = onboarding.send(method, &path, body).await;
                missing.assert_problem(404, "not-found");
            }
        }
    }
    assert_eq!(receiver.received().len(), 0);
    assert_eq!(
        app.database
            .count("webhook_endpoints WHERE disabled_at IS NULL")
            .await,
        1
    );
}
