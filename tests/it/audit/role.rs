//! What the role that the service runs as may do to the trail: add to it.

use sqlx::{AssertSqlSafe, Connection, PgConnection};

use crate::support::{Settings, TestApp};

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a list of attempts")]
async fn the_service_role_can_neither_change_remove_nor_forge_a_line() {
    let app = TestApp::start().await;
    app.invite().await;
    let mut service = PgConnection::connect(&app.database.service_url)
        .await
        .unwrap();
    let lines = app.database.count("audit_events").await;
    for (statement, refused) in [
        (
            "UPDATE audit_events SET action = 'nothing'",
            "permission denied",
        ),
        ("DELETE FROM audit_events", "permission denied"),
        ("TRUNCATE audit_events CASCADE", "permission denied"),
        (
            "INSERT INTO audit_events (id, at, actor_kind, action, chain_sequence, chain_hash)
             VALUES (gen_random_uuid(), now(), 'service', 'nothing', 2, sha256(''))",
            "permission denied",
        ),
        ("UPDATE audit_chains SET entries = 0", "permission denied"),
        ("DELETE FROM audit_chains", "permission denied"),
        (
            "UPDATE audit_origin SET unchained = 100",
            "permission denied",
        ),
        (
            "UPDATE audit_signatures SET mac = sha256('')",
            "permission denied",
        ),
        ("DELETE FROM audit_signatures", "permission denied"),
        ("DELETE FROM audit_ends", "permission denied"),
        (
            "INSERT INTO audit_events (id, at, actor_kind, action, digest, chain_sequence)
             VALUES (gen_random_uuid(), now(), 'service', 'nothing', sha256(''), 99)",
            "signed for another place",
        ),
        (
            "ALTER TABLE audit_events DISABLE TRIGGER ALL",
            "must be owner",
        ),
        (
            "DROP TRIGGER audit_events_are_linked ON audit_events",
            "must be owner",
        ),
        (
            "ALTER TABLE audit_events ADD COLUMN more text",
            "must be owner",
        ),
        (
            "SET session_replication_role = replica",
            "permission denied",
        ),
        (
            "SELECT grant_service_rights('grantway_service')",
            "permission denied",
        ),
    ] {
        let tried = sqlx::raw_sql(AssertSqlSafe(statement))
            .execute(&mut service)
            .await;
        let error = tried.expect_err(statement).to_string();
        assert!(error.contains(refused), "{statement}: {error}");
    }
    assert_eq!(app.database.count("audit_events").await, lines);
}

#[tokio::test]
async fn a_temporary_table_in_the_place_of_ours_diverts_no_line() {
    let app = TestApp::start().await;
    let mut service = PgConnection::connect(&app.database.service_url)
        .await
        .unwrap();
    for statement in [
        "CREATE TEMPORARY TABLE audit_chains (LIKE public.audit_chains INCLUDING ALL)",
        "INSERT INTO public.audit_events (id, at, actor_kind, action, digest)
         VALUES (gen_random_uuid(), now(), 'service', 'nothing', sha256(''))",
    ] {
        sqlx::raw_sql(statement)
            .execute(&mut service)
            .await
            .unwrap();
    }
    assert_eq!(app.database.count("public.audit_chains").await, 1);
}

#[tokio::test]
async fn the_whole_walk_needs_no_more_than_that_role_may_do() {
    let app = TestApp::start_with(Settings::default()).await;
    let invited = app.invite().await;

    let landed = app
        .browser()
        .connect(&app, &invited, "ada@acme.example")
        .await;

    landed.assert_status(200);
    let owners =
        "pg_stat_activity WHERE datname = current_database() AND application_name = 'grantway'
                  AND usename <> 'grantway_service'";
    assert_eq!(app.database.count(owners).await, 0);
}
