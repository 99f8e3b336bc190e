//! In order per tenant and endpoint; nothing lost, nothing invented.

use grantway::domain::audit::Action;
use grantway::domain::id::TenantId;
use grantway::flows::Sent;

use super::receiver::{Received, Say};
use super::world::World;

fn reasons(received: &[Received], tenant: TenantId) -> Vec<String> {
    let of_tenant = received
        .iter()
        .filter(|one| one.tenant() == tenant.to_string());
    of_tenant.map(Received::reason).collect()
}

#[tokio::test]
async fn a_tenants_events_come_signed_and_in_order() {
    let world = World::new().await;
    let (_, secret) = world.endpoint(&[]).await;
    let acme = world.tenant("acme").await;
    for word in ["one", "two", "three"] {
        world.happens(acme, word).await;
    }

    assert_eq!(world.deliver().await, 3);

    let received = world.receiver.received();
    assert_eq!(reasons(&received, acme), ["one", "two", "three"]);
    for one in &received {
        one.assert_signed_now(&secret);
        assert_eq!(one.header("content-type"), "application/json");
    }
    let ids = world
        .database
        .column("SELECT id::text FROM outbox_events ORDER BY sequence")
        .await;
    let sent: Vec<_> = received
        .iter()
        .map(|one| one.header("webhook-id"))
        .collect();
    assert_eq!(sent, ids);
    assert_eq!(world.deliver().await, 0, "each once");
}

#[tokio::test]
async fn one_tenants_failure_holds_back_its_later_events_and_nobody_elses() {
    let world = World::new().await;
    world.endpoint(&[]).await;
    let (acme, globex) = (world.tenant("acme").await, world.tenant("globex").await);
    world.receiver.next([Say::status(500)]);
    world.happens(acme, "a1").await;
    world.deliver().await;
    world.happens(acme, "a2").await;
    world.happens(globex, "g1").await;
    world.deliver().await;
    let accepted = world.receiver.accepted();
    assert_eq!(reasons(&accepted, acme), Vec::<String>::new());
    assert_eq!(reasons(&accepted, globex), ["g1"]);

    world.clock.advance(time::Duration::minutes(1));
    world.deliver().await;

    assert_eq!(reasons(&world.receiver.accepted(), acme), ["a1", "a2"]);
}

/// Sequences are given before commits: a lower one may show later, and must not be passed over.
#[tokio::test]
async fn an_event_that_becomes_visible_late_is_sent_too() {
    let world = World::new().await;
    world.endpoint(&[]).await;
    let (acme, globex) = (world.tenant("acme").await, world.tenant("globex").await);
    let mut open = world.database.pool.begin().await.unwrap();
    sqlx::query(
        "INSERT INTO outbox_events (id, tenant_id, at, type, data, subject)
         SELECT gen_random_uuid(), id, now(), 'connection.recovered', '{\"reason\": \"late\"}',
                jsonb_build_object('tenant', jsonb_build_object('id', id)) FROM tenants WHERE id = $1",
    )
    .bind(acme.as_uuid())
    .execute(&mut *open)
    .await
    .unwrap();
    world.happens(globex, "early").await;
    assert_eq!(world.deliver().await, 1);

    open.commit().await.unwrap();

    assert_eq!(world.deliver().await, 1);
    let sent: Vec<_> = world
        .receiver
        .received()
        .iter()
        .map(Received::reason)
        .collect();
    assert_eq!(sent, ["early", "late"]);
}

#[tokio::test]
async fn what_was_rolled_back_is_not_told() {
    let world = World::new().await;
    world.endpoint(&[]).await;
    let acme = world.tenant("acme").await;
    let mut open = world.database.pool.begin().await.unwrap();
    sqlx::query(
        "INSERT INTO outbox_events (id, tenant_id, at, type, data) VALUES (gen_random_uuid(), $1, now(), 'x.y', '{}')",
    )
    .bind(acme.as_uuid())
    .execute(&mut *open)
    .await
    .unwrap();
    open.rollback().await.unwrap();

    // The audit trail refuses this line, so its statement writes no event either.
    let mut refused = super::world::event(acme, Action::Recovered, "never");
    refused.tenant = Some(TenantId::new());
    let now = world.shared.clock.now();
    assert!(world.shared.store.record(&refused, now).await.is_err());

    assert_eq!(world.worker().look().await.unwrap(), Sent::Idle);
    assert_eq!(world.database.count("outbox_events").await, 0);
}

#[tokio::test]
async fn each_endpoint_gets_what_it_asked_for() {
    let world = World::new().await;
    let (_, all) = world.endpoint(&[]).await;
    let (_, some) = world
        .endpoint(&["connection.recovered", "grants.changed"])
        .await;
    let acme = world.tenant("acme").await;
    world.happens(acme, "attention").await;
    let now = world.shared.clock.now();
    for action in [Action::Recovered, Action::GrantsChanged, Action::SignedIn] {
        let event = super::world::event(acme, action, action.code());
        world.shared.store.record(&event, now).await.unwrap();
    }

    world.deliver().await;

    let received = world.receiver.received();
    let of = |secret: &str| -> Vec<String> {
        let signed = received.iter().filter(|one| one.is_signed(secret));
        signed.map(Received::reason).collect()
    };
    assert_eq!(
        of(&all),
        ["attention", "connection.recovered", "grants.changed"]
    );
    assert_eq!(of(&some), ["connection.recovered", "grants.changed"]);
}
