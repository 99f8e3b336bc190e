//! `audit verify` and `audit export`, with a superuser at work in between.

use grantway::flows::FlawKind;
use serde_json::{Value, json};

use super::trail::Trail;
use crate::support::command::{configuration, run};

#[tokio::test]
async fn a_trail_that_nobody_touched_is_whole() {
    let trail = Trail::write().await;

    let proof = trail.verify().await.unwrap();

    assert_eq!((proof.lines, proof.chains, proof.unchained), (10, 3, 0));
}

#[tokio::test]
async fn a_changed_line_is_named_whatever_was_changed() {
    for change in [
        "action = 'link.created'",
        "detail = detail || '{\"number\": 100}'",
        "at = at + interval '1 microsecond'",
        "actor_kind = 'command_line'",
        "actor = 'somebody'",
        "digest = sha256('')",
    ] {
        let trail = Trail::write().await;
        let id = trail.line(4).await;
        trail
            .tamper(&format!(
                "UPDATE audit_events SET {change} WHERE id = '{id}'"
            ))
            .await;

        let flaw = Trail::assert_flaw(trail.verify().await, FlawKind::Changed, Some(4));

        assert_eq!(flaw.entry.unwrap().to_string(), id, "{change}");
    }
}

#[tokio::test]
async fn a_line_that_went_to_another_tenant_is_missed() {
    let trail = Trail::write().await;
    let id = trail.line(7).await;
    let other = format!("SELECT id FROM tenants WHERE id <> '{}'", trail.tenant);
    trail
        .tamper(&format!(
            "UPDATE audit_events SET tenant_id = ({other}), chain_sequence = 3 WHERE id = '{id}'"
        ))
        .await;

    let flaw = trail.verify().await.expect_err("it is found");

    assert!(
        matches!(flaw.kind, FlawKind::Changed | FlawKind::Removed),
        "{flaw:?}"
    );
}

#[tokio::test]
async fn a_removed_line_is_named_by_its_place_also_at_the_end_of_a_chain() {
    for sequence in [1, 4, 7] {
        let trail = Trail::write().await;
        let id = trail.line(sequence).await;
        trail
            .tamper(&format!(
                "DELETE FROM audit_signatures WHERE event_id = '{id}'; DELETE FROM audit_events WHERE id = '{id}'"
            ))
            .await;

        Trail::assert_flaw(trail.verify().await, FlawKind::Removed, Some(sequence));
    }
}

#[tokio::test]
async fn a_whole_chain_that_is_gone_is_missed() {
    let trail = Trail::write().await;
    trail
        .tamper("DELETE FROM audit_signatures; DELETE FROM audit_events WHERE tenant_id IS NULL")
        .await;

    Trail::assert_flaw(trail.verify().await, FlawKind::NotOurs, Some(1));

    let trail = Trail::write().await;
    trail
        .tamper(
            "DELETE FROM audit_signatures WHERE event_id IN (SELECT id FROM audit_events WHERE tenant_id IS NULL);
             DELETE FROM audit_events WHERE tenant_id IS NULL",
        )
        .await;
    Trail::assert_flaw(trail.verify().await, FlawKind::Removed, Some(1));
}

#[tokio::test]
async fn a_line_that_a_superuser_puts_in_is_not_believed() {
    let put_in = "INSERT INTO audit_events (id, tenant_id, at, actor_kind, action, digest)
                  SELECT gen_random_uuid(), id, now(), 'service', 'check.requested', sha256('x') FROM tenants LIMIT 1";
    // With the trigger it joins the chain, but nobody vouches for it; without it stands beside the chain.
    let trail = Trail::write().await;
    trail.app.database.change(put_in).await;
    let flaw = trail.verify().await.expect_err("it is found");
    assert_eq!(flaw.kind, FlawKind::NotOurs);

    let trail = Trail::write().await;
    trail.tamper(put_in).await;
    Trail::assert_flaw(trail.verify().await, FlawKind::Unchained, None);

    // A signature of another line does not help.
    let trail = Trail::write().await;
    trail
        .app
        .database
        .change(&format!(
            "{put_in}; INSERT INTO audit_signatures SELECT (SELECT id FROM audit_events WHERE digest = sha256('x')), key_id, mac
             FROM audit_signatures LIMIT 1"
        ))
        .await;
    let flaw = trail.verify().await.expect_err("it is found");
    assert_eq!(flaw.kind, FlawKind::Changed);
}

#[tokio::test]
async fn the_commands_tell_programs_and_people_the_first_bad_line() {
    let trail = Trail::write().await;
    let variables = configuration(&trail.app.database);
    let whole = run(&["audit", "verify", "--json"], &variables).await;
    let told: Value = serde_json::from_str(&whole.stdout).unwrap();
    assert_eq!(
        (whole.code, &told["whole"], &told["lines"]),
        (0, &json!(true), &json!(10))
    );
    let id = trail.line(2).await;
    trail
        .tamper(&format!(
            "UPDATE audit_events SET action = 'x' WHERE id = '{id}'"
        ))
        .await;

    let broken = run(&["audit", "verify", "--json"], &variables).await;

    let told: Value = serde_json::from_str(&broken.stdout).unwrap();
    assert_eq!(
        (broken.code, &told["entry"], &told["sequence"]),
        (1, &json!(id), &json!(2))
    );
    assert!(broken.stderr.contains(&id) && broken.stderr.contains("does not say what was written"));
}

#[tokio::test]
async fn an_export_is_one_line_of_json_per_line_of_the_trail() {
    let trail = Trail::write().await;
    let variables = configuration(&trail.app.database);
    let tenant = trail.tenant.to_string();

    let exported = run(&["audit", "export", "--tenant", &tenant], &variables).await;

    let lines: Vec<Value> = exported
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 7);
    assert_eq!(lines[0]["action"], "tenant.created");
    assert_eq!(lines[6]["detail"]["number"], 5);
    assert!(lines.iter().all(|line| line["tenant"] == tenant.as_str()));
}
