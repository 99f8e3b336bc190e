//! Where a request may not go, whatever led there.

use std::process::Command;
use std::sync::Arc;

use grantway::domain::clock::SystemClock;
use grantway::domain::failure::FailureKind;
use grantway::domain::org_url::{HostPolicy, OrgOrigin};
use grantway::okta::{Limits, Okta};

use crate::support::World;

#[tokio::test]
async fn an_address_outside_of_the_policy_is_never_asked_even_when_it_was_stored() {
    let world = World::new().await;
    let okta = Okta::new(
        HostPolicy::default(),
        Arc::new(SystemClock),
        Limits::default(),
    );
    let okta = okta.expect("a client");
    let port = world
        .org
        .origin()
        .rsplit(':')
        .next()
        .expect("a port")
        .to_owned();
    let origins = [
        format!("http://127.0.0.1:{port}"),
        format!("http://localhost:{port}"),
        format!("http://[::1]:{port}"),
        format!("http://[::ffff:7f00:1]:{port}"),
        format!("https://127.0.0.1:{port}"),
        "https://127.0.0.1".to_owned(),
        "https://[::1]".to_owned(),
        "http://169.254.169.254".to_owned(),
        "https://169.254.169.254".to_owned(),
        "https://metadata.google.internal".to_owned(),
        "https://localhost".to_owned(),
        "http://acme.okta.com".to_owned(),
        "https://acme.okta.com:8443".to_owned(),
        "https://acme.okta.com.evil.example".to_owned(),
        "https://acme-admin.okta.com".to_owned(),
        "https://okta.com".to_owned(),
    ];
    for text in origins {
        let Some(origin) = OrgOrigin::from_stored(&text) else {
            panic!("{text} should get as far as the client");
        };
        for failure in [
            okta.organization(&origin).await.expect_err("a failure"),
            okta.metadata(&origin).await.expect_err("a failure"),
        ] {
            assert_eq!(failure.kind, FailureKind::NotAnOrganization, "{text}");
            assert_eq!(
                failure.detail,
                Some("the address is none that the policy allows"),
                "{text}"
            );
        }
    }
    assert!(world.org.requests().is_empty());
}

#[tokio::test]
async fn numbers_in_disguise_are_no_origins_at_all() {
    for text in [
        "http://2130706433",
        "http://0x7f.1",
        "http://0177.0.0.1",
        "http://127.1",
        "https://acme.okta.com/",
        "https://user@acme.okta.com",
        "https://ACME.okta.com",
        "file:///etc/passwd",
    ] {
        assert_eq!(OrgOrigin::from_stored(text), None, "{text}");
    }
}

#[test]
fn proxies_of_the_environment_are_not_used() {
    // Variables cannot be set in a process that has threads, so another one runs a test with them.
    let closed = "http://127.0.0.1:1";
    let ran = Command::new(std::env::current_exe().expect("this test"))
        .args([
            "discovery::an_organization_is_found_with_its_id_and_edition",
            "--exact",
        ])
        .env("HTTP_PROXY", closed)
        .env("http_proxy", closed)
        .env("https_proxy", closed)
        .env("ALL_PROXY", closed)
        .env_remove("NO_PROXY")
        .env_remove("no_proxy")
        .output()
        .expect("it runs");

    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success() && said.contains("1 passed"), "{said}");
}
