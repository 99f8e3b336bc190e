//! Lines from before places were signed: verified as what they are, and nothing new passes for one.

use grantway::domain::audit::{Action, Actor, AuditEvent};
use grantway::domain::id::TenantId;
use grantway::flows::FlawKind;

use super::trail::Trail;
use crate::support::command::{configuration, run};

fn event(trail: &Trail) -> AuditEvent {
    AuditEvent::new(trail.tenant, Actor::Service, Action::CheckRequested)
}

#[tokio::test]
async fn an_older_trail_is_whole_counted_and_said_and_its_ends_are_signed_at_the_next_start() {
    let trail = Trail::write().await;
    trail.grow_old().await;
    let proof = trail.verify().await.unwrap();
    assert_eq!((proof.lines, proof.older, proof.unended), (10, 10, 3));

    trail.settle().await;

    let proof = trail.verify().await.unwrap();
    assert_eq!((proof.lines, proof.older, proof.unended), (10, 10, 0));
    trail.write_line(&event(&trail)).await;
    let proof = trail.verify().await.unwrap();
    assert_eq!((proof.lines, proof.older, proof.unended), (11, 10, 0));
    let said = run(&["audit", "verify"], &configuration(&trail.app.database)).await;
    said.assert_code(0);
    let older = "Of these, 10 are older than signed places";
    assert!(said.stdout.contains(older), "{}", said.stdout);
}

/// Where no service was started yet, the first line does what the start would have done.
#[tokio::test]
async fn the_first_line_after_an_upgrade_signs_the_ends_of_all_chains() {
    let trail = Trail::write().await;
    trail.grow_old().await;

    trail.write_line(&event(&trail)).await;

    let proof = trail.verify().await.unwrap();
    assert_eq!((proof.lines, proof.older, proof.unended), (11, 10, 0));
}

#[tokio::test]
async fn nothing_is_taken_from_among_the_older_lines_once_their_end_is_signed() {
    let trail = Trail::write().await;
    trail.grow_old().await;
    trail.settle().await;
    trail.cut(3, 4).await;
    Trail::assert_flaw(trail.verify().await, FlawKind::Removed, Some(6));

    let trail = Trail::write().await;
    trail.grow_old().await;
    trail.settle().await;
    trail.write_line(&event(&trail)).await;
    trail.cut(3, 4).await;
    Trail::assert_flaw(trail.verify().await, FlawKind::NotOurs, Some(6));
}

#[tokio::test]
async fn a_chain_that_is_put_back_to_its_older_lines_is_found_and_never_signed_again() {
    let trail = Trail::write().await;
    trail.grow_old().await;
    trail.settle().await;
    for _ in 0..3 {
        trail.write_line(&event(&trail)).await;
    }
    trail.cut(8, 10).await;
    let chain = trail.tenant;
    let own = format!("DELETE FROM audit_ends WHERE chain = '{chain}'");
    trail.tamper(&own).await;
    Trail::assert_flaw(trail.verify().await, FlawKind::EndNotOurs, Some(8));

    // Without any signed end it looks as before the upgrade, but for the lines that are signed in place.
    let nil = AuditEvent::of_service(Actor::Service, Action::CheckRequested);
    trail.write_line(&nil).await;
    trail.tamper("DELETE FROM audit_ends").await;
    trail.settle().await;
    let flaw = trail.verify().await.expect_err("it is found");
    assert_eq!(flaw.kind, FlawKind::EndNotOurs);
    trail.write_line(&event(&trail)).await;
    let flaw = trail.verify().await.expect_err("it is found");
    assert_eq!(flaw.kind, FlawKind::EndNotOurs);
}

/// While an upgrade rolls out, both versions write.
#[tokio::test]
async fn an_older_replica_may_go_on_writing_beside() {
    let trail = Trail::write().await;
    trail.write_older_line(&event(&trail)).await;
    trail.write_older_line(&event(&trail)).await;
    let proof = trail.verify().await.unwrap();
    assert_eq!((proof.lines, proof.older), (12, 2));

    trail.write_line(&event(&trail)).await;

    let proof = trail.verify().await.unwrap();
    assert_eq!((proof.lines, proof.older, proof.unended), (13, 2, 0));
    trail.cut(8, 8).await;
    let flaw = trail.verify().await.expect_err("it is found");
    assert_eq!(flaw.kind, FlawKind::NotOurs);
}

/// A tenant that an older replica made has no signed end, until a newer one writes.
#[tokio::test]
async fn a_chain_that_an_older_replica_began_is_whole_too() {
    let trail = Trail::write().await;
    let tenant = TenantId::new();
    let made =
        format!("INSERT INTO tenants (id, name, created_at) VALUES ('{tenant}', 'Initech', now())");
    trail.app.database.change(&made).await;
    let begun = AuditEvent::new(tenant, Actor::CommandLine, Action::TenantCreated);
    trail.write_older_line(&begun).await;
    let proof = trail.verify().await.unwrap();
    assert_eq!((proof.older, proof.unended), (1, 1));

    trail.write_line(&begun).await;

    let proof = trail.verify().await.unwrap();
    assert_eq!((proof.older, proof.unended), (1, 0));
    trail
        .tamper(&format!("DELETE FROM audit_ends WHERE chain = '{tenant}'"))
        .await;
    Trail::assert_flaw(trail.verify().await, FlawKind::EndNotOurs, Some(3));
}

#[tokio::test]
async fn a_line_without_its_place_does_not_pass_where_places_were_signed() {
    let trail = Trail::write().await;
    trail.write_older_line(&event(&trail)).await;
    trail.write_line(&event(&trail)).await;
    assert!(trail.verify().await.is_ok());
    // As if the older line had come after the end was signed over it.
    let chain = trail.tenant;
    let signer = trail.app.shared.vault.audit_signer();
    let ends = trail
        .app
        .shared
        .store
        .read_chain_ends(None, 10)
        .await
        .unwrap();
    let (_, end) = ends.iter().find(|(id, _)| *id == chain.as_uuid()).unwrap();
    let kept_end = end.signed.as_ref().unwrap();
    let forged = grantway::domain::audit::AuditEnd {
        chain: chain.as_uuid(),
        entries: kept_end.entries,
        hash: &end.hash,
        older: 0,
        since: kept_end.since,
    };
    let mac = signer.sign(&forged.content()).mac;
    let mac = super::hexadecimal(&mac);
    trail
        .tamper(&format!(
            "UPDATE audit_ends SET older = 0, mac = '\\x{mac}' WHERE chain = '{chain}'"
        ))
        .await;

    Trail::assert_flaw(trail.verify().await, FlawKind::NotPlaced, Some(8));
}
