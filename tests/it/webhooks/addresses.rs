//! Where messages may go: refused at creation, and again at each delivery.

use grantway::domain::audit::Actor;
use grantway::flows::{DeliveryFilter, EndpointRequest, WebhookError};
use time::Duration;

use super::receiver::{Receiver, Say};
use super::world::{World, replica};

async fn created(world: &World, url: &str) -> Result<(), WebhookError> {
    let request = EndpointRequest {
        url: url.to_owned(),
        ..EndpointRequest::default()
    };
    let made = world.webhooks().create(&request, Actor::CommandLine).await;
    made.map(drop)
}

#[tokio::test]
async fn an_endpoint_is_a_public_name_or_a_listed_origin() {
    let world = World::new().await;
    let other = Receiver::start().await;
    let port = world.receiver.origin.rsplit(':').next().unwrap();
    for url in [
        other.url(),
        format!("https://127.0.0.1:{port}/"),
        format!("http://localhost:{port}/"),
        format!("http://[::1]:{port}/"),
        format!("http://[::ffff:127.0.0.1]:{port}/"),
        format!("http://ada:x@127.0.0.1:{port}/"),
        "http://hooks.example.com/".to_owned(),
        "https://169.254.169.254/latest/meta-data".to_owned(),
        "https://metadata.google.internal/".to_owned(),
        "https://0x7f000001/".to_owned(),
        "https://localhost/".to_owned(),
    ] {
        let error = created(&world, &url).await.expect_err(&url);
        assert!(error.is_usage(), "{url}: {error}");
    }
    assert_eq!(world.database.count("webhook_endpoints").await, 0);
    assert_eq!(other.received().len(), 0);
    created(&world, &world.receiver.url()).await.unwrap();
}

#[tokio::test]
async fn a_name_that_leads_inside_is_refused_at_creation_and_at_delivery() {
    let world = World::new().await;
    // A listed origin may be private; what the policy takes for public may not.
    let port = world.receiver.origin.rsplit(':').next().unwrap();
    let listed = replica(
        &world.database.url,
        &format!("http://localhost:{port}"),
        &world.clock,
    )
    .await;
    let url = listed
        .webhook_policy
        .parse(&format!("http://localhost:{port}/x"))
        .unwrap();
    assert_eq!(listed.webhooks.vet(&url).await, Ok(()));
    let (endpoint, _) = world.endpoint(&[]).await;
    let acme = world.tenant("acme").await;
    world.happens(acme, "one").await;

    // The operator took the origin off the list, or somebody wrote another address into the row.
    world
        .database
        .change("UPDATE webhook_endpoints SET url = 'http://127.0.0.1:9/x'")
        .await;
    world.deliver().await;

    let found = world
        .webhooks()
        .deliveries(endpoint, DeliveryFilter::default(), 1)
        .await
        .unwrap();
    assert_eq!(found[0].last_problem.as_deref(), Some("not_allowed"));
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_counts_as_a_failure() {
    let world = World::new().await;
    let elsewhere = Receiver::start().await;
    let (endpoint, _) = world.endpoint(&[]).await;
    let acme = world.tenant("acme").await;
    for status in [301, 302, 307, 308] {
        world
            .receiver
            .next([Say::status(status).with("location", &elsewhere.url())]);
    }
    world.happens(acme, "one").await;
    for status in [301, 302, 307, 308] {
        world.deliver().await;
        let found = world
            .webhooks()
            .deliveries(endpoint, DeliveryFilter::default(), 1)
            .await
            .unwrap();
        assert_eq!(found[0].last_status, Some(status));
        world.clock.advance(Duration::hours(3));
    }

    assert_eq!(elsewhere.received().len(), 0);
    world.deliver().await;
    assert_eq!(world.receiver.accepted().len(), 1);
}
