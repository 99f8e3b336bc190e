//! The audit trail: who did what, without secrets, and for good.

use fake_okta::AuthMethod;

use super::canaries::Canaries;
use crate::support::TestApp;

const ROWS: &str = "SELECT e::text FROM audit_events e ORDER BY id";

#[tokio::test]
async fn the_trail_tells_the_whole_way_and_no_secret() {
    let app = TestApp::start().await;
    let (canaries, _) = Canaries::of_a_walk(&app, AuthMethod::ClientSecretBasic).await;

    let actions = app
        .database
        .column("SELECT action FROM audit_events ORDER BY id")
        .await;

    for action in [
        "tenant.created",
        "link.created",
        "link.opened",
        "link.claimed",
        "organization.found",
        "organization.confirmed",
        "permissions.read",
        "app.saved",
        "authorization.begun",
        "connection.connected",
    ] {
        assert!(actions.iter().any(|found| found == action), "{action}");
    }
    let rows = app.database.column(ROWS).await.join("\n");
    canaries.assert_absent(&rows, "the trail");
    assert!(!rows.contains("fakeokta_"));
}

#[tokio::test]
async fn the_trail_can_neither_be_changed_nor_shortened() {
    let app = TestApp::start().await;
    app.invite().await;
    let before = app.database.column(ROWS).await;
    assert_eq!(before.len(), 2);
    for statement in [
        "UPDATE audit_events SET action = 'nothing'",
        "UPDATE audit_events SET at = now() WHERE action = 'tenant.created'",
        "DELETE FROM audit_events",
        "DELETE FROM audit_events WHERE action = 'link.created'",
        "TRUNCATE audit_events, audit_signatures",
        "TRUNCATE audit_events CASCADE",
        "INSERT INTO audit_events (id, at, actor_kind, action) SELECT id, at, actor_kind, action FROM audit_events
         ON CONFLICT (id) DO UPDATE SET detail = '{}'",
    ] {
        let error = app.database.try_change(statement).await.unwrap_err();
        let text = error.to_string();
        assert!(
            text.contains("the audit trail only grows"),
            "{statement}: {text}"
        );
    }
    assert_eq!(app.database.column(ROWS).await, before);
}

#[tokio::test]
async fn a_tenant_cannot_be_removed_from_under_its_trail() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let remove = format!("DELETE FROM tenants WHERE id = '{}'", invited.tenant);

    assert!(app.database.try_change(&remove).await.is_err());

    assert_eq!(app.database.count("tenants").await, 1);
}
