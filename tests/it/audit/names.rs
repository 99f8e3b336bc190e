//! What an actor was called is part of the line: a later rename changes nothing of the past.

use grantway::domain::audit::{Action, Actor, AuditEvent};
use grantway::domain::id::PersonId;
use grantway::store::TimelinePlace;
use time::Duration;
use uuid::Uuid;

use super::trail::Trail;

#[tokio::test]
async fn a_person_who_is_renamed_keeps_the_old_name_in_old_lines() {
    let trail = Trail::write().await;
    let (store, clock) = (&trail.app.shared.store, &trail.app.shared.clock);
    let invited = trail.app.invite().await;
    let landed = trail
        .app
        .browser()
        .connect(&trail.app, &invited, "ada@acme.example")
        .await;
    landed.assert_status(200);
    let called = "SELECT name FROM people LIMIT 1";
    let name = trail.app.database.column(called).await.remove(0);
    let person = "SELECT id::text FROM people LIMIT 1";
    let person: Uuid = trail.app.database.column(person).await[0].parse().unwrap();

    trail
        .app
        .database
        .change("UPDATE people SET name = 'Eve'")
        .await;
    let actor = Actor::Administrator(PersonId::from_uuid(person));
    let later = AuditEvent::new(invited.tenant, actor, Action::CheckRequested);
    trail.write_line(&later).await;

    let lines = "SELECT action || ' ' || actor_name FROM audit_events WHERE actor_kind = 'administrator' ORDER BY id";
    let lines = trail.app.database.column(lines).await;
    assert_eq!(lines.last().unwrap(), "check.requested Eve");
    assert!(
        lines.contains(&format!("connection.connected {name}")),
        "{lines:?}"
    );
    let end = TimelinePlace {
        at: clock.now() + Duration::HOUR,
        id: Uuid::max(),
    };
    let told = store.find_happenings(invited.tenant, end, &["connection.connected"], 10);
    let told = told.await.unwrap();
    assert_eq!(told[0].actor_name.as_ref(), Some(&name));
    // The name is signed like everything else.
    assert!(trail.verify().await.is_ok());
    trail
        .tamper("UPDATE audit_events SET actor_name = 'Mallory' WHERE actor_name = 'Eve'")
        .await;
    assert!(trail.verify().await.is_err());
}
