//! Which events there are, and that a real onboarding tells of itself.

use serde_json::json;

use super::receiver::Receiver;
use super::world::World;
use crate::support::outcome::eventually;
use crate::support::{Settings, TestApp};
use grantway::domain::audit::Actor;
use grantway::flows::{EndpointRequest, Webhooks};
use grantway::vault;

#[tokio::test]
async fn an_onboarding_that_connects_is_told_with_the_customers_own_id() {
    let receiver = Receiver::start().await;
    let app = TestApp::start_with(Settings {
        webhook_origins: Some(receiver.origin.clone().leak()),
        ..Settings::default()
    })
    .await;
    let request = EndpointRequest {
        url: receiver.url(),
        ..EndpointRequest::default()
    };
    let made = Webhooks::new(app.shared.clone())
        .create(&request, Actor::CommandLine)
        .await
        .unwrap();
    let invited = app.invite().await;
    let browser = app.browser();
    browser.connect(&app, &invited, "ada@acme.example").await;

    eventually("it is told", async || !receiver.received().is_empty()).await;

    let calls = receiver.received();
    calls[0].assert_signed_now(vault::disclose(&made.secret));
    let body = calls[0].json();
    assert_eq!(body["type"], "connection.connected");
    assert_eq!(body["data"]["tenant"]["id"], invited.tenant.to_string());
    assert_eq!(body["data"]["tenant"]["name"], "acme Ltd");
    assert_eq!(body["data"]["connection"], json!({ "state": "connected" }));
    assert!(!calls[0].body.contains('@'));
}

#[tokio::test]
async fn a_new_catalog_is_told_once_and_the_first_not_at_all() {
    let world = World::new().await;
    world.endpoint(&[]).await;
    let (store, now) = (&world.shared.store, world.shared.clock.now());
    assert!(!store.announce_catalog("a", now).await.unwrap());
    assert!(!store.announce_catalog("a", now).await.unwrap());
    let later = now + time::Duration::minutes(1);
    let both = tokio::join!(
        store.announce_catalog("b", later),
        store.announce_catalog("b", later)
    );
    let told = [both.0.unwrap(), both.1.unwrap()];
    assert_eq!(told.iter().filter(|told| **told).count(), 1);

    world.deliver().await;

    let received = world.receiver.received();
    assert_eq!(received.len(), 1);
    let body = received[0].json();
    assert_eq!(body["type"], "catalog.changed");
    assert_eq!(body["data"], json!({ "version": "b", "previous": "a" }));
}
