//! What is read from the environment, and what is refused.

use super::*;

const KEY: &str = "k1:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

fn complete() -> Vec<(&'static str, &'static str)> {
    vec![
        ("DATABASE_URL", "postgres://localhost/x"),
        ("GRANTWAY_PUBLIC_URL", "https://connect.example.com"),
        ("GRANTWAY_KEYRING", KEY),
        ("GRANTWAY_VENDOR_NAME", "Northvault"),
        ("GRANTWAY_SUPPORT_EMAIL", "support@example.com"),
    ]
}

fn with(variable: &'static str, value: &'static str) -> Result<Config, ConfigError> {
    let mut variables = complete();
    variables.retain(|(name, _)| *name != variable);
    variables.push((variable, value));
    Config::read(&Environment::of(&variables))
}

#[test]
fn what_is_needed_is_enough() {
    let config = Config::read(&Environment::of(&complete())).expect("a configuration");

    assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.admin_listen.to_string(), "127.0.0.1:9464");
    assert!(config.migrate && !config.hold_new_connections);
}

#[test]
fn everything_that_is_missing_is_named_at_once() {
    let error = Config::read(&Environment::default())
        .expect_err("nothing is set")
        .to_string();

    for (name, _) in complete() {
        assert!(
            error.contains(&format!("{name} is not set")),
            "{name} in {error}"
        );
    }
    assert!(error.contains("Example: GRANTWAY_KEYRING="));
}

#[test]
fn each_wrong_value_is_refused_with_its_name() {
    let wrong = [
        ("DATABASE_URL", "mysql://x"),
        ("GRANTWAY_PUBLIC_URL", "http://connect.example.com"),
        ("GRANTWAY_PUBLIC_URL", "https://connect.example.com/path"),
        ("GRANTWAY_PUBLIC_URL", "connect.example.com"),
        ("GRANTWAY_LISTEN", "nowhere"),
        ("GRANTWAY_ADMIN_LISTEN", "localhost"),
        ("GRANTWAY_KEYRING", "k1:AAAA"),
        ("GRANTWAY_VENDOR_NAME", "two\nlines"),
        ("GRANTWAY_SUPPORT_EMAIL", "nobody"),
        ("GRANTWAY_SUPPORT_EMAIL", "a@b.c?subject=x"),
        ("GRANTWAY_CATALOG_FILE", "/no/such/file"),
        ("GRANTWAY_EXTRA_ORG_ORIGINS", "http://acme.example"),
        ("GRANTWAY_HOLD_NEW_CONNECTIONS", "yes"),
        ("GRANTWAY_TRUSTED_PROXIES", "10.0.0.0/99"),
        ("GRANTWAY_MIGRATE", "0"),
    ];
    for (variable, value) in wrong {
        let problems = with(variable, value).expect_err(value).problems;
        assert_eq!(problems.len(), 1, "{variable}={value}: {problems:?}");
        assert_eq!(problems[0].variable, variable);
    }
}

#[test]
fn plain_http_is_taken_on_this_machine_alone() {
    for origin in [
        "http://127.0.0.1:8080",
        "http://localhost:8080",
        "http://[::1]:8080",
    ] {
        assert!(with("GRANTWAY_PUBLIC_URL", origin).is_ok(), "{origin}");
    }
}

#[test]
fn no_secret_stands_in_an_error() {
    let error = with("GRANTWAY_KEYRING", "k1:Q0FOQVJZ").expect_err("too short");
    assert!(!error.to_string().contains("Q0FOQVJZ"));

    let error = with("DATABASE_URL", "mysql://user:CANARY@db/x").expect_err("another database");
    assert!(!format!("{error} {error:?}").contains("CANARY"));
}

#[test]
fn a_secret_may_stand_in_a_file_but_not_in_both_places() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("keyring");
    std::fs::write(&path, format!("{KEY}\n")).expect("a file");
    let path = path.to_str().expect("a path");
    let mut variables = complete();
    variables.push(("GRANTWAY_KEYRING_FILE", path));

    let twice = Config::read(&Environment::of(&variables)).expect_err("both");
    assert!(twice.to_string().contains("set twice"));

    variables.retain(|(name, _)| *name != "GRANTWAY_KEYRING");
    assert!(Config::read(&Environment::of(&variables)).is_ok());
}
