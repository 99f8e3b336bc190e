//! The command line of the built binary: 0 done, 1 failed, 2 wrong usage or configuration.

mod api_key;
mod configuration;
mod database_tls;
mod invite;
mod secrets;
mod serve;

use std::collections::BTreeSet;

use grantway::vault::KeyRing;
use secrecy::SecretString;

use crate::support::TestApp;
use crate::support::command::{free_port, run};
use crate::support::database::{TestDatabase, migrations};

#[tokio::test]
async fn what_is_no_command_is_wrong_usage() {
    for args in [
        &[][..],
        &["nonsense"],
        &["tenant"],
        &["keyring", "burn"],
        &["catalog", "check", "a", "b"],
        &["serve", "--port", "1"],
    ] {
        let ran = run(args, &[]).await;
        ran.assert_code(2).assert_complains("Usage: grantway");
        assert_eq!(ran.stdout, "", "{args:?}");
    }
}

#[tokio::test]
async fn help_and_version_are_results() {
    let help = run(&["--help"], &[]).await;
    help.assert_code(0);
    for command in [
        "demo",
        "serve",
        "migrate",
        "tenant",
        "keyring",
        "catalog",
        "healthcheck",
    ] {
        assert!(help.stdout.contains(command), "{command}");
    }
    let version = run(&["--version"], &[]).await;
    version.assert_code(0);
    assert_eq!(
        version.stdout.trim(),
        concat!("grantway ", env!("CARGO_PKG_VERSION"))
    );
}

#[tokio::test]
async fn a_new_key_stands_alone_on_its_line_and_is_never_the_same() {
    let mut keys = BTreeSet::new();
    for _ in 0..3 {
        let ran = run(&["keyring", "generate"], &[]).await;
        ran.assert_code(0);
        assert_eq!((ran.stdout.lines().count(), ran.stderr.as_str()), (1, ""));
        let line = ran.stdout.trim_end().to_owned();
        let (id, material) = line.split_once(':').unwrap();
        assert!(id.len() == 9 && id.starts_with('k'), "{id}");
        assert_eq!(material.len(), 44);
        assert!(KeyRing::parse(&SecretString::from(line.as_str())).is_ok());
        keys.insert(material.to_owned());
    }
    assert_eq!(keys.len(), 3);
}

#[tokio::test]
async fn the_built_in_catalog_is_good() {
    let ran = run(&["catalog", "check"], &[]).await;

    ran.assert_code(0);
    assert!(
        ran.stdout
            .starts_with("Good: 13 categories, 25 permissions, version ")
    );
}

#[tokio::test]
async fn a_bad_catalog_is_told_line_by_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("catalog.toml");
    let good = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/src/domain/catalog.toml"
    ));
    let good = good.unwrap();
    let line = good
        .lines()
        .position(|line| line.contains("okta.users.manage"))
        .unwrap()
        + 1;
    std::fs::write(
        &path,
        good.replacen("okta.users.manage", "okta users manage", 1),
    )
    .unwrap();
    let path = path.to_str().unwrap();
    for command in ["check", "show"] {
        let ran = run(&["catalog", command, path], &[]).await;
        ran.assert_code(1)
            .assert_complains(&format!("{path}:{line}"));
        assert_eq!(ran.stdout, "");
    }
    let missing = run(&["catalog", "check", "/no/such/file"], &[]).await;
    missing.assert_code(1).assert_complains("/no/such/file");
}

#[tokio::test]
async fn the_catalog_is_printed_in_its_own_order() {
    let ran = run(&["catalog", "show", "--json"], &[]).await;

    ran.assert_code(0);
    assert_eq!(ran.stdout.lines().count(), 1);
    assert!(
        ran.stdout.starts_with(r#"{"version":""#),
        "{:.80}",
        ran.stdout
    );
    let shown: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    // There may be more beside what scripts rely on.
    let has = |value: &serde_json::Value, names: &[&str]| {
        let mut keys = value.as_object().unwrap().keys();
        let in_order = names.iter().all(|name| keys.any(|key| key == name));
        assert!(in_order, "no {names:?} in {value}");
    };
    has(&shown, &["version", "categories"]);
    let categories = shown["categories"].as_array().unwrap();
    assert_eq!(categories.len(), 13);
    let mut scopes = Vec::new();
    for category in categories {
        has(category, &["id", "name", "scopes"]);
        for scope in category["scopes"].as_array().unwrap() {
            has(scope, &["id", "access"]);
            assert!(["read", "manage"].contains(&scope["access"].as_str().unwrap()));
            scopes.push(scope["id"].as_str().unwrap().to_owned());
        }
    }
    assert_eq!(scopes.len(), 25);
    let words = run(&["catalog", "show"], &[]).await.stdout;
    let places: Vec<_> = scopes
        .iter()
        .map(|scope| words.find(&format!("  {scope} ")).unwrap())
        .collect();
    assert!(places.is_sorted(), "both print the same order");
}

#[tokio::test]
async fn migrations_are_applied_to_an_empty_database_and_again_to_a_full_one() {
    let database = TestDatabase::new().await;
    database
        .change("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        .await;
    for _ in 0..2 {
        let ran = run(&["migrate"], &[("DATABASE_URL", &database.url)]).await;
        ran.assert_code(0);
        assert_eq!(ran.stdout, "The database has every migration.\n");
        let applied = database.count("_sqlx_migrations WHERE success").await;
        assert_eq!(applied, migrations());
        assert_eq!(database.count("tenants").await, 0);
    }
}

#[tokio::test]
async fn a_database_that_is_not_there_is_a_failure_without_its_password() {
    let port = free_port();
    let url = format!("postgres://user:CANARY@127.0.0.1:{port}/x");

    let ran = run(&["migrate"], &[("DATABASE_URL", &url)]).await;

    ran.assert_code(1);
    assert!(
        !ran.stderr.is_empty() && !ran.stderr.contains("CANARY"),
        "{ran:?}"
    );
    let none = run(&["migrate"], &[]).await;
    none.assert_code(2)
        .assert_complains("DATABASE_URL is not set");
}

#[tokio::test]
async fn a_health_check_succeeds_only_where_a_service_is_ready() {
    let app = TestApp::start().await;
    let ready = format!("{}/readyz", app.admin_url);
    let ran = run(&["healthcheck", &ready], &[]).await;
    ran.assert_code(0);
    assert_eq!(ran.stdout, "ready\n");
    let listen = app.admin_url.trim_start_matches("http://");
    let by_environment = run(&["healthcheck"], &[("GRANTWAY_ADMIN_LISTEN", listen)]).await;
    by_environment.assert_code(0);

    app.database.change("DROP TABLE _sqlx_migrations").await;
    let unready = run(&["healthcheck", &ready], &[]).await;
    unready.assert_code(1).assert_complains("503");
    let elsewhere = format!("{}/nowhere", app.admin_url);
    let absent = run(&["healthcheck", &elsewhere], &[]).await;
    absent.assert_code(1).assert_complains("404");
    let nobody = format!("http://127.0.0.1:{}/readyz", free_port());
    let silent = run(&["healthcheck", &nobody], &[]).await;
    silent.assert_code(1).assert_complains("no answer at");
    let nonsense = run(&["healthcheck", "not a url"], &[]).await;
    nonsense.assert_code(2);
    let wrong = run(&["healthcheck"], &[("GRANTWAY_ADMIN_LISTEN", "x")]).await;
    wrong
        .assert_code(2)
        .assert_complains("GRANTWAY_ADMIN_LISTEN");
}
