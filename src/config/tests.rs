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

const STAFF: [(&str, &str); 5] = [
    (
        "GRANTWAY_STAFF_ISSUER",
        "https://id.northvault.example/realms/x",
    ),
    ("GRANTWAY_STAFF_CLIENT_ID", "grantway"),
    ("GRANTWAY_STAFF_CLIENT_SECRET", "CANARY"),
    ("GRANTWAY_SUPPORT_GROUP", "Customer Support"),
    ("GRANTWAY_OPERATOR_GROUP", "Platform Operators"),
];

/// All of the staff's variables, with one of them otherwise.
fn with_staff(variable: &'static str, value: &'static str) -> Result<Config, ConfigError> {
    let mut variables = complete();
    let staff = STAFF.iter().filter(|(name, _)| *name != variable);
    variables.extend(staff.copied());
    variables.push((variable, value));
    Config::read(&Environment::of(&variables))
}

#[test]
fn staff_sign_in_is_all_or_nothing_and_each_missing_part_is_named() {
    let none = Config::read(&Environment::of(&complete())).expect("a configuration");
    assert!(none.staff.is_none());
    let all = with_staff("GRANTWAY_LOG", "info").expect("a configuration");
    let staff = all.staff.expect("staff sign-in");
    assert_eq!(
        staff.issuer.as_str(),
        "https://id.northvault.example/realms/x"
    );
    assert_eq!(staff.operator_group, "Platform Operators");

    for (only, value) in STAFF {
        let problems = with(only, value)
            .expect_err("the others are missing")
            .problems;
        let mut missing: Vec<_> = problems.iter().map(|problem| problem.variable).collect();
        missing.push(only);
        missing.sort_unstable();
        let mut every = STAFF.map(|(name, _)| name);
        every.sort_unstable();
        assert_eq!(missing, every, "{only}");
    }
}

#[test]
fn a_wrong_part_of_staff_sign_in_is_refused_with_its_name() {
    let wrong = [
        ("GRANTWAY_STAFF_ISSUER", "http://id.northvault.example"),
        ("GRANTWAY_STAFF_ISSUER", "https://id.northvault.example?x"),
        ("GRANTWAY_STAFF_ISSUER", "id.northvault.example"),
        ("GRANTWAY_STAFF_CLIENT_ID", "a/b"),
        ("GRANTWAY_STAFF_CLIENT_SECRET", ""),
        ("GRANTWAY_STAFF_CLIENT_SECRET_FILE", "/no/such/file"),
        ("GRANTWAY_SUPPORT_GROUP", "two\nlines"),
        ("GRANTWAY_OPERATOR_GROUP", ""),
    ];
    for (variable, value) in wrong {
        let problems = with_staff(variable, value).expect_err(value).problems;
        assert_eq!(problems.len(), 1, "{variable}={value}: {problems:?}");
        assert_eq!(problems[0].variable, variable.trim_end_matches("_FILE"));
    }
    assert!(with_staff("GRANTWAY_STAFF_ISSUER", "http://127.0.0.1:9000/x").is_ok());
    let error = with_staff("GRANTWAY_STAFF_ISSUER", "nonsense").expect_err("no issuer");
    assert!(!format!("{error} {error:?}").contains("CANARY"));
}
