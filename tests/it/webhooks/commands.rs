//! `grantway webhook …`, as a script runs it.

use serde_json::Value;

use super::receiver::{Receiver, Say};
use crate::support::command::{Ran, configuration, run};
use crate::support::database::TestDatabase;

struct Desk {
    database: TestDatabase,
    receiver: Receiver,
}

impl Desk {
    async fn new() -> Self {
        Self {
            database: TestDatabase::new().await,
            receiver: Receiver::start().await,
        }
    }

    async fn webhook(&self, args: &[&str]) -> Ran {
        let mut variables = configuration(&self.database);
        variables.push(("GRANTWAY_EXTRA_WEBHOOK_ORIGINS", &self.receiver.origin));
        run(&[&["webhook"], args].concat(), &variables).await
    }

    async fn json(&self, args: &[&str]) -> Value {
        let ran = self.webhook(&[args, &["--json"]].concat()).await;
        serde_json::from_str(&ran.assert_code(0).stdout).unwrap()
    }
}

#[tokio::test]
#[expect(
    clippy::too_many_lines,
    reason = "one endpoint's whole life, in its order"
)]
async fn an_endpoint_is_made_tried_changed_and_forgotten() {
    let desk = Desk::new().await;
    let url = desk.receiver.url();
    let made = desk
        .json(&[
            "create",
            "--url",
            &url,
            "--events",
            "grants.changed,connection.recovered",
            "--description",
            "ours",
        ])
        .await;
    let (id, secret) = (
        made["id"].as_str().unwrap(),
        made["secret"].as_str().unwrap(),
    );
    assert!(secret.starts_with("whsec_"));

    let tried = desk.json(&["test", id]).await;
    assert_eq!(
        (&tried["delivered"], &tried["status"]),
        (&Value::Bool(true), &Value::from(204))
    );
    let received = desk.receiver.received();
    received[0].assert_signed_now(secret);
    assert_eq!(received[0].json()["type"], "webhook.test");
    desk.receiver.next([Say::status(500)]);
    desk.webhook(&["test", id])
        .await
        .assert_code(1)
        .assert_complains("it answered 500");

    desk.json(&["disable", id]).await;
    let listed = desk.json(&["list"]).await;
    assert_eq!(listed[0]["enabled"], false);
    assert_eq!(listed[0]["disabled_reason"], "asked");
    assert!(!listed.to_string().contains("whsec_"));
    desk.json(&["enable", id]).await;
    assert_eq!(desk.json(&["list"]).await[0]["enabled"], true);
    assert_ne!(
        desk.json(&["rotate-secret", id]).await["secret"],
        made["secret"]
    );
    assert_eq!(
        desk.json(&["deliveries", id, "--dead"]).await,
        Value::Array(Vec::new())
    );
    assert_eq!(
        desk.json(&["replay", id, "--since", "2026-01-01T00:00:00Z"])
            .await["replayed"],
        0
    );
    desk.json(&["delete", id]).await;
    desk.webhook(&["delete", id])
        .await
        .assert_code(2)
        .assert_complains("no such endpoint");
    let actions = "SELECT action FROM audit_events WHERE action LIKE 'webhook.%' ORDER BY id";
    assert_eq!(
        desk.database.column(actions).await,
        [
            "webhook.created",
            "webhook.tested",
            "webhook.tested",
            "webhook.disabled",
            "webhook.enabled",
            "webhook.secret_rotated",
            "webhook.deleted"
        ]
    );
}

#[tokio::test]
async fn what_is_wrong_is_said_and_makes_nothing() {
    let desk = Desk::new().await;
    let url = desk.receiver.url();
    for (args, says) in [
        (
            &["create", "--url", "http://hooks.example.com/"][..],
            "must begin with https://",
        ),
        (
            &["create", "--url", "https://10.0.0.1/"],
            "not an IP address",
        ),
        (
            &["create", "--url", &url, "--events", "tenant.created"],
            "is no type of event",
        ),
        (&["create"], "--url"),
        (
            &["replay", "0193a8a0-0000-7000-8000-000000000000"],
            "--dead",
        ),
        (
            &["enable", "0193a8a0-0000-7000-8000-000000000000"],
            "no such endpoint",
        ),
        (&["enable", "first"], "invalid value"),
    ] {
        desk.webhook(args)
            .await
            .assert_code(2)
            .assert_complains(says);
    }
    assert_eq!(desk.database.count("webhook_endpoints").await, 0);
}
