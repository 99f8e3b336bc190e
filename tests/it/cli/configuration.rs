//! A configuration that is wrong: all of it is named at once, and no secret with it.

use crate::support::command::{configuration, run};
use crate::support::database::TestDatabase;
use crate::support::settings::KEY_RING;

const REQUIRED: [&str; 5] = [
    "DATABASE_URL",
    "GRANTWAY_PUBLIC_URL",
    "GRANTWAY_KEYRING",
    "GRANTWAY_VENDOR_NAME",
    "GRANTWAY_SUPPORT_EMAIL",
];

#[tokio::test]
async fn a_service_without_a_configuration_names_everything_that_it_needs() {
    for args in [&["serve"][..], &["tenant", "invite", "--name", "Acme"]] {
        let ran = run(args, &[]).await;

        ran.assert_code(2).assert_complains("Nothing was started.");
        for name in REQUIRED {
            ran.assert_complains(&format!("{name} is not set"))
                .assert_complains(&format!("Example: {name}="));
        }
        assert_eq!(ran.stdout, "");
    }
}

#[tokio::test]
async fn every_wrong_value_is_named_at_once() {
    let database = TestDatabase::new().await;
    let mut variables = configuration(&database);
    variables.retain(|(name, _)| *name != "GRANTWAY_PUBLIC_URL");
    variables.extend([
        ("GRANTWAY_PUBLIC_URL", "http://connect.example.com"),
        ("GRANTWAY_LISTEN", "nowhere"),
        ("GRANTWAY_TRUSTED_PROXIES", "10.0.0.0/99"),
    ]);

    let ran = run(&["serve"], &variables).await;

    ran.assert_code(2);
    for (name, what) in [
        ("GRANTWAY_PUBLIC_URL", "must begin with https://"),
        ("GRANTWAY_LISTEN", "is not an IP address with a port"),
        ("GRANTWAY_TRUSTED_PROXIES", "10.0.0.0/99"),
    ] {
        ran.assert_complains(name).assert_complains(what);
    }
    for name in [
        "DATABASE_URL is",
        "GRANTWAY_VENDOR_NAME",
        "GRANTWAY_KEYRING is",
    ] {
        assert!(!ran.stderr.contains(name), "{name} is right");
    }
}

#[tokio::test]
async fn no_key_or_password_stands_in_a_complaint() {
    let material = KEY_RING.split_once(':').unwrap().1;
    let short = &material[..20];
    for ring in [
        material.to_owned(),
        format!("k1:{short}"),
        format!("k1:{material},k1:{material}"),
        format!("bad id:{material}"),
        format!("k1:{material}!"),
        format!("k1:{material}{material}"),
    ] {
        let variables = [
            ("GRANTWAY_KEYRING", ring.as_str()),
            ("DATABASE_URL", "mysql://user:CANARY@db/x"),
        ];

        let ran = run(&["serve"], &variables).await;

        ran.assert_code(2)
            .assert_complains("GRANTWAY_KEYRING")
            .assert_complains("DATABASE_URL does not begin with");
        for secret in [&material[..12], "CANARY"] {
            assert!(!ran.stderr.contains(secret), "{ring}: {}", ran.stderr);
        }
    }
}

#[tokio::test]
async fn a_wrong_log_setting_is_a_wrong_configuration() {
    let database = TestDatabase::new().await;
    for (name, value) in [("GRANTWAY_LOG_FORMAT", "xml"), ("GRANTWAY_LOG", "=/=")] {
        let mut variables = configuration(&database);
        variables.push((name, value));

        let ran = run(&["serve"], &variables).await;

        ran.assert_code(2).assert_complains(name);
    }
}

#[tokio::test]
async fn secrets_may_come_from_files() {
    let database = TestDatabase::new().await;
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, format!("{text}\n")).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (ring, url) = (file("ring", KEY_RING), file("url", &database.url));
    let mut variables = configuration(&database);
    variables.retain(|(name, _)| !["GRANTWAY_KEYRING", "DATABASE_URL"].contains(name));
    variables.extend([
        ("GRANTWAY_KEYRING_FILE", ring.as_str()),
        ("DATABASE_URL_FILE", url.as_str()),
    ]);

    let ran = run(&["tenant", "invite", "--name", "Acme"], &variables).await;

    ran.assert_code(0);
    assert_eq!(database.count("tenants").await, 1);
}
