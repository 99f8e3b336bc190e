//! What readiness asks of the database, and what that costs.

use std::time::{Duration, Instant};

use futures_util::future::join_all;

use crate::support::TestApp;

#[tokio::test]
async fn a_database_that_takes_no_write_is_not_ready() {
    let app = TestApp::start().await;
    for (begin, end, detail) in [
        (
            "REVOKE UPDATE ON write_proofs FROM grantway_service",
            "GRANT UPDATE ON write_proofs TO grantway_service",
            "the service's role lacks rights in the database",
        ),
        (
            "REVOKE INSERT, UPDATE ON token_sets, sessions FROM grantway_service",
            "GRANT INSERT, UPDATE ON token_sets, sessions TO grantway_service",
            "the service's role lacks rights on 2 tables",
        ),
        (
            "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(10); RETURN NEW; END $$;
             CREATE TRIGGER slow BEFORE UPDATE ON write_proofs FOR EACH ROW EXECUTE FUNCTION slow()",
            "DROP TRIGGER slow ON write_proofs",
            "the database took too long",
        ),
    ] {
        app.database.change(begin).await;
        let down = app.browser().get("/readyz").await;
        down.assert_status(503).assert_says(detail);
        app.database.change(end).await;
        app.browser().get("/readyz").await.assert_status(200);
    }
}

#[tokio::test]
async fn a_flood_of_probes_costs_the_database_a_few_writes() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.get("/readyz").await.assert_status(200);
    app.log.take_statements();
    let began = Instant::now();

    while began.elapsed() < Duration::from_secs(1) {
        let probes = join_all((0..20).map(|_| browser.get("/readyz"))).await;
        assert!(probes.iter().all(|answer| answer.status == 200));
    }

    let statements = app.log.take_statements();
    // Each proof begins so: one writes a row, one a file.
    let begins = |text: &&String| text.starts_with("SELECT set_config");
    let writes = statements.iter().filter(begins).count() / 2;
    let most = began.elapsed().as_millis() / 250 + 1;
    assert!((1..=most).contains(&(writes as u128)), "{writes} of {most}");
}
