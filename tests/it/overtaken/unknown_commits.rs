//! A commit whose answer got lost: what is sent again is the same thing, once.

use grantway::domain::api_key::ApiRole;
use grantway::domain::audit::{Action, Actor, AuditEvent};
use grantway::domain::id::{ConnectionId, TenantId};
use grantway::flows::{Flights, Shared};
use grantway::store::{NewConnection, NewTenant, SealedBytes, SealedKey};
use serde_json::json;
use uuid::Uuid;

use super::connected;
use crate::support::TestApp;

#[tokio::test]
async fn a_tenant_that_was_made_without_an_answer_is_not_made_twice() {
    let app = TestApp::start().await;
    let caller = app.caller(ApiRole::Onboarding).await;
    let caller = caller.with("idempotency-key", "the-same-request");
    let body = app.new_tenant("Acme Ltd");
    let first = caller.post("/tenants", &body).await;
    first.assert_status(201);
    // As where the service was killed, or cut off from its database, between the commit and its note of it.
    app.database
        .change(
            "UPDATE idempotent_requests SET answer = NULL, answered_at = NULL, held_until = now() - interval '1 minute'",
        )
        .await;

    let again = caller.post("/tenants", &body).await;

    assert_eq!(again.assert_status(201).json(), first.json());
    assert_eq!(app.database.count("tenants").await, 1);
    let made = "audit_events WHERE action = 'tenant.created'";
    assert_eq!(app.database.count(made).await, 1);
}

#[tokio::test]
async fn the_same_tenant_can_be_stored_again_and_another_with_its_external_id_cannot() {
    let app = TestApp::start().await;
    let tenant = |id| NewTenant {
        id,
        name: "Acme Ltd".to_owned(),
        external_id: Some("4711".to_owned()),
        expected_origin: None,
    };
    let id = TenantId::new();
    let event = AuditEvent::new(id, Actor::CommandLine, Action::TenantCreated);
    let store = &app.shared.store;
    let now = app.shared.clock.now();
    let make = async |id| {
        let connection = NewConnection {
            id: ConnectionId::new(),
            key: SealedKey {
                private: SealedBytes(vec![1]),
                id: "key".to_owned(),
                public: json!({}),
            },
        };
        let events = std::slice::from_ref(&event);
        store
            .create_tenant(&tenant(id), &connection, None, events, now)
            .await
    };

    make(id).await.unwrap();
    make(id).await.unwrap();

    assert!(make(TenantId::new()).await.is_err());
    assert_eq!(app.database.count("tenants").await, 1);
    assert_eq!(app.database.count("audit_events").await, 1);
}

#[tokio::test]
async fn counts_that_are_sent_again_count_once() {
    let app = TestApp::start().await;
    let store = &app.shared.store;
    let today = app.shared.clock.now().date();
    let (batch, counts) = (Uuid::now_v7(), [(today, "refreshed", 3)]);

    for id in [batch, batch, Uuid::now_v7()] {
        store.add_refresh_days(id, &counts).await.unwrap();
    }

    let sum = "SELECT sum(count)::text FROM refresh_days";
    assert_eq!(app.database.column(sum).await, ["6"]);
}

/// The flow reads what stands before each try.
#[tokio::test]
async fn a_disconnect_that_is_repeated_ends_once_and_says_how_it_stands() {
    let app = TestApp::start().await;
    let (invited, _) = connected(&app).await;
    let first = app.end_connection(&invited).await;
    let again = app.end_connection(&invited).await;

    assert_eq!(first, again);
    let noted = "audit_events WHERE action = 'connection.disconnected'";
    assert_eq!(app.database.count(noted).await, 1);
    assert_eq!(app.database.count("revocations").await, 1);
}

/// A process of its own counts what it did, whatever became of the batch before.
#[tokio::test]
async fn nothing_counted_is_nothing_written() {
    let app = TestApp::start().await;
    let shared = Shared {
        flights: Flights::default(),
        ..app.shared.clone()
    };
    grantway::flows::Refresh::new(shared).write_tally().await;
    assert_eq!(app.database.count("refresh_batches").await, 0);
}
