//! `grantway api-key`.

use serde_json::Value;

use crate::support::command::{configuration, run};
use crate::support::database::TestDatabase;

#[tokio::test]
async fn a_key_is_printed_once_listed_without_its_secret_and_revoked() {
    let database = TestDatabase::new().await;
    let variables = configuration(&database);
    let create = [
        "api-key",
        "create",
        "--name",
        "Backup workers",
        "--role",
        "worker",
        "--json",
    ];

    let created = run(&create, &variables).await;

    let created: Value = serde_json::from_str(&created.assert_code(0).stdout).unwrap();
    let key = created["key"].as_str().unwrap();
    let random = key.strip_prefix("gwk_worker_").unwrap();
    assert_eq!(random.len(), 43);
    let row = format!("api_keys WHERE key_hash = sha256('{key}') AND role = 'worker'");
    assert_eq!(database.count(&row).await, 1);
    assert!(!database.dump().await.contains(random));

    let listed = run(&["api-key", "list", "--json"], &variables).await;
    assert!(!listed.assert_code(0).stdout.contains(random));
    let listed: Value = serde_json::from_str(&listed.stdout).unwrap();
    let listed = &listed["api_keys"][0];
    assert_eq!(listed["name"], "Backup workers");
    assert_eq!(listed["last_used_at"], Value::Null);

    let id = created["id"].as_str().unwrap();
    run(&["api-key", "revoke", id], &variables)
        .await
        .assert_code(0);
    let again = run(&["api-key", "revoke", id], &variables).await;
    again.assert_code(1).assert_complains("revoked before");
    let words = run(&["api-key", "list"], &variables).await;
    assert!(words.assert_code(0).stdout.contains("never used, revoked "));
}

#[tokio::test]
async fn wrong_words_are_usage() {
    let database = TestDatabase::new().await;
    let variables = configuration(&database);
    for args in [
        &["api-key", "create", "--name", "A", "--role", "operator"][..],
        &["api-key", "create", "--name", " ", "--role", "worker"],
        &["api-key", "revoke", "not-an-id"],
    ] {
        let ran = run(args, &variables).await;
        ran.assert_code(2);
        assert_eq!(ran.stdout, "");
    }
    assert_eq!(database.count("api_keys").await, 0);
}
