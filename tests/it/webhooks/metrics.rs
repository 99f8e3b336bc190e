//! What operators see of webhooks in `/metrics`.

use grantway::domain::api_key::ApiRole;
use serde_json::json;
use time::Duration;

use super::api::desk;
use super::receiver::Say;
use crate::metrics::scrape::Scrape;
use crate::support::outcome::eventually;

#[tokio::test]
async fn every_try_is_counted_by_its_outcome_and_names_nobody() {
    let (app, receiver) = desk().await;
    let caller = app.caller(ApiRole::Onboarding).await;
    let made = caller
        .post("/webhooks", &json!({ "url": receiver.url() }))
        .await;
    let id = made.assert_status(201).json()["id"].clone();
    let tries = "grantway_webhook_deliveries_total";
    let counted = async |outcome: &str| {
        let scrape = Scrape::of(&app).await;
        scrape.value(tries, &[("outcome", outcome)])
    };
    for outcome in ["delivered", "failed", "gone", "dead"] {
        assert_eq!(counted(outcome).await, 0, "{outcome}");
    }
    receiver.next([Say::status(500)]);
    let happened = "INSERT INTO outbox_events (id, at, type, data) VALUES (gen_random_uuid(), now(), 'catalog.changed', '{}')";
    app.database.change(happened).await;
    eventually("it fails", async || counted("failed").await == 1).await;

    app.advance(Duration::seconds(10));

    eventually("it is delivered", async || counted("delivered").await == 1).await;
    assert_eq!((counted("failed").await, counted("dead").await), (1, 0));
    receiver.next([Say::status(410)]);
    app.database.change(happened).await;
    eventually("the endpoint is gone", async || counted("gone").await == 1).await;
    let text = Scrape::of(&app).await.text;
    assert!(!text.contains(id.as_str().unwrap()) && !text.contains(&receiver.origin));
}
