//! The tables' owner at work, without the key ring: everything is counted and hashed anew, and found.

use grantway::domain::audit::{Action, Actor, AuditEvent};
use grantway::flows::FlawKind;

use super::trail::Trail;
use crate::support::command::{configuration, run};

/// The tenant's chain in these tests.
const LINES: i64 = 7;

#[tokio::test]
async fn lines_that_were_removed_from_the_middle_are_missed_though_all_was_linked_anew() {
    for (from, to) in [(1, 1), (2, 3), (4, 6)] {
        let trail = Trail::write().await;
        trail.cut(from, to).await;

        let flaw = Trail::assert_flaw(trail.verify().await, FlawKind::NotOurs, Some(from));

        let now_there = trail.line(from).await;
        assert_eq!(flaw.entry.unwrap().to_string(), now_there);
        // The command says so too.
        let variables = configuration(&trail.app.database);
        let said = run(&["audit", "verify"], &variables).await;
        said.assert_code(1)
            .assert_complains("nobody with the key ring wrote it at this place");
    }
}

#[tokio::test]
async fn the_newest_lines_are_missed_though_the_end_was_put_right() {
    let trail = Trail::write().await;
    trail.cut(6, LINES).await;
    Trail::assert_flaw(trail.verify().await, FlawKind::Removed, Some(6));
    let chain = trail.tenant;

    // What is signed of the end cannot be put right, and cannot be left out.
    let adjust = format!("UPDATE audit_ends SET entries = 5 WHERE chain = '{chain}'");
    trail.tamper(&adjust).await;
    Trail::assert_flaw(trail.verify().await, FlawKind::EndNotOurs, Some(5));
    let another = format!(
        "UPDATE audit_ends SET (entries, mac) = (SELECT entries, mac FROM audit_ends WHERE chain <> '{chain}' LIMIT 1)
         WHERE chain = '{chain}'"
    );
    trail.tamper(&another).await;
    let flaw = trail.verify().await.expect_err("it is found");
    assert_eq!(
        (flaw.kind, flaw.chain),
        (FlawKind::EndNotOurs, chain.as_uuid())
    );
    let remove = format!("DELETE FROM audit_ends WHERE chain = '{chain}'");
    trail.tamper(&remove).await;
    Trail::assert_flaw(trail.verify().await, FlawKind::EndNotOurs, Some(6));

    // Nor does the service vouch for such a chain when it goes on.
    trail.settle().await;
    let event = AuditEvent::new(chain, Actor::Service, Action::CheckRequested);
    trail.write_line(&event).await;
    Trail::assert_flaw(trail.verify().await, FlawKind::EndNotOurs, Some(7));
}

#[tokio::test]
async fn a_chain_that_was_cut_and_grew_past_its_signed_end_is_found() {
    let trail = Trail::write().await;
    trail.cut(6, LINES).await;
    let event = AuditEvent::new(trail.tenant, Actor::Service, Action::CheckRequested);
    for _ in 0..4 {
        trail.write_line(&event).await;
    }

    Trail::assert_flaw(trail.verify().await, FlawKind::EndNotOurs, Some(LINES));
}

/// Whoever kept the end of an earlier day can put the chain back to it: only what was kept elsewhere tells.
#[tokio::test]
async fn a_chain_that_was_put_back_to_an_earlier_day_breaks_against_its_export() {
    let trail = Trail::write().await;
    let chain = trail.tenant;
    trail
        .tamper("CREATE TABLE kept AS SELECT * FROM audit_ends")
        .await;
    let event = AuditEvent::new(chain, Actor::Service, Action::CheckRequested);
    trail.write_line(&event).await;
    let variables = configuration(&trail.app.database);
    let exported = run(&["audit", "export"], &variables).await;
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), &exported.stdout).unwrap();
    let path = file.path().to_str().unwrap();
    let again = run(
        &["audit", "verify", "--against", path, "--json"],
        &variables,
    )
    .await;
    assert_eq!(again.code, 0, "{}", again.stderr);
    trail.cut(LINES + 1, LINES + 1).await;
    trail
        .tamper(&format!(
            "DELETE FROM audit_ends WHERE chain = '{chain}'; INSERT INTO audit_ends SELECT * FROM kept WHERE chain = '{chain}'"
        ))
        .await;
    assert!(
        trail.verify().await.is_ok(),
        "nothing in the database tells"
    );

    let found = run(&["audit", "verify", "--against", path], &variables).await;

    found
        .assert_code(1)
        .assert_complains("the earlier export says something else");
}
