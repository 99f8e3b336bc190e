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
async fn a_key_is_made_for_a_category_a_tenant_and_a_time_and_listed_with_them() {
    let database = TestDatabase::new().await;
    let variables = configuration(&database);
    let invited = run(
        &["tenant", "invite", "--name", "Acme Ltd", "--json"],
        &variables,
    )
    .await;
    let invited: Value = serde_json::from_str(&invited.assert_code(0).stdout).unwrap();
    let tenant = invited["tenant"].as_str().unwrap();
    let mut create = vec!["api-key", "create", "--name", "A", "--role", "worker"];
    create.extend(["--category", "users", "--category", "groups"]);
    create.extend(["--tenant", tenant, "--expires", "90days", "--json"]);

    run(&create, &variables).await.assert_code(0);

    let listed = run(&["api-key", "list", "--json"], &variables).await;
    let listed: Value = serde_json::from_str(&listed.assert_code(0).stdout).unwrap();
    let listed = &listed["api_keys"][0];
    assert_eq!(listed["categories"], serde_json::json!(["groups", "users"]));
    assert_eq!(listed["tenants"], serde_json::json!([tenant]));
    assert!(listed["expires_at"].as_str().unwrap().ends_with('Z'));
    let words = run(&["api-key", "list"], &variables).await;
    let words = &words.assert_code(0).stdout;
    assert!(words.contains("only categories groups users"), "{words}");
    assert!(words.contains(&format!("only tenants {tenant}")), "{words}");
    assert!(words.contains(", expires 20"), "{words}");
    for wrong in [
        &["--category", "pets"][..],
        &["--tenant", "019353b8-6e50-7c3a-9d0e-5d0c1b2a3f4e"],
        &["--expires", "1s"],
    ] {
        let mut args = create[..6].to_vec();
        args.extend(wrong);
        run(&args, &variables).await.assert_code(2);
    }
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
