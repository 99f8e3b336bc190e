//! What pages cost the database, counted.

#![expect(clippy::print_stdout, reason = "the counts are worth reading")]

use fake_okta::AuthMethod;
use sqlx::PgPool;
use time::Duration;

use crate::support::TestApp;

const ADA: &str = "ada@acme.example";

/// The statements that read nothing but change something.
fn writes(statements: &[String]) -> Vec<&String> {
    let begins = |text: &String, word: &str| text.trim_start().to_uppercase().starts_with(word);
    statements
        .iter()
        .filter(|text| {
            ["INSERT", "UPDATE", "DELETE", "WITH"]
                .iter()
                .any(|word| begins(text, word))
        })
        .collect()
}

/// The transactions in which the rows of an outcome were written; PostgreSQL notes one in each row.
async fn transactions(pool: &PgPool) -> Vec<String> {
    sqlx::query_scalar(
        "SELECT DISTINCT t.xmin::text FROM (
            SELECT xmin FROM people UNION ALL SELECT xmin FROM authorizations
            UNION ALL SELECT xmin FROM token_sets UNION ALL SELECT xmin FROM connections
            UNION ALL SELECT xmin FROM sessions WHERE kind = 'administrator'
            UNION ALL SELECT xmin FROM sessions WHERE revoked_at = (SELECT max(revoked_at) FROM sessions)
            UNION ALL SELECT xmin FROM onboarding_links UNION ALL SELECT xmin FROM tenants
            UNION ALL SELECT xmin FROM audit_events WHERE action = 'connection.connected') t",
    )
    .fetch_all(pool)
    .await
    .unwrap()
}

#[tokio::test]
async fn the_status_page_costs_at_most_three_reads() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    browser.connect(&app, &invited, ADA).await;
    let tenant_page = format!("/tenants/{}", invited.tenant);
    app.log.take_statements();

    browser.get(&tenant_page).await.assert_status(200);

    let statements = app.log.take_statements();
    println!(
        "the status page: {} statements: {statements:#?}",
        statements.len()
    );
    assert!((1..=3).contains(&statements.len()), "{statements:#?}");
    assert!(writes(&statements).is_empty(), "reading writes nothing");
}

#[tokio::test]
async fn the_status_page_writes_once_a_minute_that_somebody_was_there() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    browser.connect(&app, &invited, ADA).await;
    let tenant_page = format!("/tenants/{}", invited.tenant);
    app.advance(Duration::minutes(2));
    app.log.take_statements();

    browser.get(&tenant_page).await.assert_status(200);
    let first = app.log.take_statements();
    browser.get(&tenant_page).await.assert_status(200);
    let second = app.log.take_statements();

    assert_eq!((writes(&first).len(), writes(&second).len()), (1, 0));
    assert!(first.len() <= 4, "{first:#?}");
}

#[tokio::test]
async fn the_callback_stores_its_outcome_in_one_transaction_of_few_statements() {
    let app = TestApp::start().await;
    // With a secret: for a key, Okta reads our keys meanwhile, in requests of its own.
    let invited = app
        .invite_with("acme", AuthMethod::ClientSecretBasic, &app.catalog())
        .await;
    let browser = app.browser();
    let authorize = browser.walk_to_okta(&app, &invited).await;
    let back = browser.sign_in_at_okta(&authorize, ADA).await;
    app.log.take_statements();

    browser.get(back.as_str()).await.assert_status(303);

    let statements = app.log.take_statements();
    let changed = writes(&statements);
    // The first write spends the attempt, before and apart from the outcome.
    let (spent, stored) = changed.split_first().unwrap();
    println!(
        "the callback: {} statements, {} in the transaction: {stored:#?}",
        statements.len(),
        stored.len()
    );
    assert!(spent.contains("authorization_attempts"), "{spent}");
    // With BEGIN and COMMIT that makes eight.
    assert!((1..=6).contains(&stored.len()), "{stored:#?}");
    // The connection is taken by one and what stands is read by the next, which sees what was committed
    // while the first one waited.
    // One of them locks the tenant's chain, so that the trail's line can be signed in its place.
    assert!(statements.len() <= 14, "{statements:#?}");
    let transactions = transactions(&app.database.pool).await;
    assert_eq!(transactions.len(), 1, "all rows are of one transaction");
}
