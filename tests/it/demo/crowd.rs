//! `grantway demo --tenants N`: customers in every state, who stay what they are.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::Method;
use serde_json::Value;
use sqlx::{Connection, PgConnection};

use super::running::{Demo, folder};
use crate::support::Browser;
use crate::support::command::{run, signal};

/// So many show everything once.
const EACH: &str = "48";

async fn api(demo: &Demo, role: &str, method: Method, path: &str) -> (u16, Value) {
    let key = demo.said["api_keys"][role].as_str().unwrap();
    let bearer = format!("Bearer {key}");
    let browser = Browser::new(&demo.url());
    let headers = [("authorization", bearer.as_str())];
    let answer = browser.send(method, path, None, &headers).await;
    let body = serde_json::from_str(&answer.body).unwrap_or_default();
    (answer.status, body)
}

async fn tenants(demo: &Demo) -> Vec<Value> {
    let (status, page) = api(demo, "support", Method::GET, "/api/v1/tenants?limit=100").await;
    assert_eq!(status, 200);
    page["tenants"].as_array().unwrap().clone()
}

/// The scopes' states of one tenant, by scope.
async fn scopes(demo: &Demo, tenant: &str) -> BTreeMap<String, String> {
    let path = format!("/api/v1/tenants/{tenant}/status");
    let (status, found) = api(demo, "support", Method::GET, &path).await;
    assert_eq!(status, 200);
    let categories = found["categories"].as_array().unwrap().iter();
    let scopes = categories.flat_map(|category| category["scopes"].as_array().unwrap());
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    scopes
        .map(|scope| (text(&scope["id"]), text(&scope["state"])))
        .collect()
}

async fn rows(demo: &Demo, query: &'static str) -> Vec<String> {
    let url = demo.said["database_url"].as_str().unwrap();
    let mut connection = PgConnection::connect(url).await.unwrap();
    let found = sqlx::query_scalar(query).fetch_all(&mut connection).await;
    connection.close().await.unwrap();
    found.unwrap()
}

/// Each customer's state and reason.
async fn states(demo: &Demo) -> Vec<String> {
    rows(
        demo,
        "SELECT t.external_id || ' ' || c.state || ' ' || coalesce(c.attention_reason, '')
         FROM connections c JOIN tenants t ON t.id = c.tenant_id WHERE t.external_id LIKE 'sample-%' ORDER BY 1",
    )
    .await
}

async fn assert_whole_audit(demo: &Demo, keyring: &std::path::Path) {
    let variables = [
        ("DATABASE_URL", demo.said["database_url"].as_str().unwrap()),
        ("GRANTWAY_PUBLIC_URL", "http://127.0.0.1:1"),
        ("GRANTWAY_KEYRING_FILE", keyring.to_str().unwrap()),
        ("GRANTWAY_VENDOR_NAME", "Northvault"),
        ("GRANTWAY_SUPPORT_EMAIL", "support@northvault.example"),
    ];
    run(&["audit", "verify"], &variables).await.assert_code(0);
}

#[tokio::test]
async fn customers_are_in_every_state_and_another_start_keeps_them_so() {
    let folder = folder();
    let demo = Demo::start(&folder, &["--tenants", EACH]).await;
    let all = tenants(&demo).await;
    assert_eq!(all.len(), 3 + 48);
    let mut seen = BTreeSet::new();
    for tenant in &all {
        seen.extend(
            scopes(&demo, tenant["id"].as_str().unwrap())
                .await
                .into_values(),
        );
    }
    for state in [
        "effective",
        "missing",
        "granted",
        "blocked_by_role",
        "unavailable",
        "unverified",
        "check_failed",
    ] {
        assert!(seen.contains(state), "{state} in {seen:?}");
    }
    let before = states(&demo).await;
    for part in [
        "pending",
        "connected",
        "on_hold",
        "disconnected",
        "refresh_token_dead",
        "wrong_secret",
    ] {
        assert!(
            before.iter().any(|row| row.contains(part)),
            "{part} in {before:#?}"
        );
    }
    let lost =
        "SELECT tenant_id::text FROM connections EXCEPT SELECT tenant_id::text FROM support_index";
    assert_eq!(rows(&demo, lost).await, Vec::<String>::new());
    assert_whole_audit(&demo, &folder.path().join("demo/keyring")).await;
    demo.stop("INT").await;

    let demo = Demo::start(&folder, &[]).await;
    assert_eq!(tenants(&demo).await.len(), 3 + 48);
    assert_eq!(states(&demo).await, before);
    demo.stop("INT").await;
}

#[tokio::test]
async fn a_look_once_more_finds_what_was_shown() {
    let folder = folder();
    let demo = Demo::start(&folder, &["--tenants", "9"]).await;
    let connected = "SELECT tenant_id::text FROM connections WHERE state = 'connected' ORDER BY 1";
    let connected = rows(&demo, connected).await;
    assert_eq!(
        connected.len(),
        5,
        "fully, in part, unlicensed, blocked and on Classic"
    );
    for tenant in connected {
        let before = scopes(&demo, &tenant).await;
        let path = format!("/api/v1/tenants/{tenant}/checks");
        let (status, _) = api(&demo, "support", Method::POST, &path).await;
        assert_eq!(status, 202);
        wait_for_check(&demo, &tenant).await;
        assert_eq!(scopes(&demo, &tenant).await, before);
    }
    demo.stop("INT").await;
}

/// Until no check of the tenant's is open that was asked for.
async fn wait_for_check(demo: &Demo, tenant: &str) {
    let url = demo.said["database_url"].as_str().unwrap();
    let mut connection = PgConnection::connect(url).await.unwrap();
    loop {
        let open: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT FROM checks WHERE tenant_id = $1::uuid AND trigger = 'again' AND finished_at IS NULL)",
        )
        .bind(tenant)
        .fetch_one(&mut connection)
        .await
        .unwrap();
        if !open {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    connection.close().await.unwrap();
}

#[tokio::test]
async fn killed_while_it_makes_customers_it_makes_the_rest_at_the_next_start() {
    let folder = folder();
    let demo = Demo::start(&folder, &[]).await;
    let url = demo.said["database_url"].as_str().unwrap().to_owned();
    demo.stop("INT").await;

    let mut begun = Demo::begin(&folder, &["--tenants", "30"]);
    loop {
        if let Ok(mut connection) = PgConnection::connect(&url).await {
            let there = "SELECT count(*) FROM tenants WHERE external_id LIKE 'sample-%'";
            let there: Result<i64, _> = sqlx::query_scalar(there).fetch_one(&mut connection).await;
            if there.is_ok_and(|count| count > 2) {
                break;
            }
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    signal(&begun, "KILL").await;
    begun.wait().await.unwrap();
    // Its server ends by itself.
    while PgConnection::connect(&url).await.is_ok() {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }

    let demo = Demo::start(&folder, &["--tenants", "30"]).await;
    assert_eq!(tenants(&demo).await.len(), 3 + 30);
    let unsettled =
        "SELECT tenant_id::text FROM checks WHERE trigger = 'connected' AND finished_at IS NULL
                     AND created_at < now() - interval '1 hour'";
    assert_eq!(rows(&demo, unsettled).await, Vec::<String>::new());
    assert_whole_audit(&demo, &folder.path().join("demo/keyring")).await;
    demo.stop("INT").await;
}
