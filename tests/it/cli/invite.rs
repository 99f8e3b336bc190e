//! `grantway tenant invite`.

use serde_json::Value;

use crate::support::command::{configuration, free_port, run};
use crate::support::database::TestDatabase;

#[tokio::test]
async fn an_invitation_prints_its_link_once_and_keeps_only_its_hash() {
    let database = TestDatabase::new().await;
    let args = [
        "tenant",
        "invite",
        "--name",
        "Acme Ltd",
        "--org",
        "acme.okta.com",
        "--json",
    ];

    let ran = run(&args, &configuration(&database)).await;

    ran.assert_code(0);
    assert_eq!(ran.stdout.lines().count(), 1);
    let printed: Value = serde_json::from_str(&ran.stdout).unwrap();
    let keys: Vec<_> = printed.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["tenant", "connection", "url", "expires_at"]);
    let url = printed["url"].as_str().unwrap();
    let token = url
        .strip_prefix("https://connect.example.com/onboard/")
        .unwrap();
    assert_eq!(token.len(), 43);
    let row = format!(
        "onboarding_links WHERE token_hash = sha256('{token}') AND tenant_id = '{}'
         AND expires_at BETWEEN now() + interval '71 hours' AND now() + interval '73 hours'",
        printed["tenant"].as_str().unwrap()
    );
    assert_eq!(database.count(&row).await, 1);
    let pinned = "tenants WHERE name = 'Acme Ltd' AND expected_origin = 'https://acme.okta.com'";
    assert_eq!(database.count(pinned).await, 1);
    assert!(!database.dump().await.contains(token));
    assert!(!ran.stderr.contains(token));
}

#[tokio::test]
async fn the_same_external_id_makes_another_link_for_the_same_tenant() {
    let database = TestDatabase::new().await;
    let variables = configuration(&database);
    let args = [
        "tenant",
        "invite",
        "--name",
        "Acme",
        "--external-id",
        "c-1",
        "--json",
    ];
    let mut printed: Vec<Value> = Vec::new();
    for _ in 0..2 {
        let ran = run(&args, &variables).await;
        printed.push(serde_json::from_str(&ran.assert_code(0).stdout).unwrap());
    }

    assert_eq!(printed[0]["tenant"], printed[1]["tenant"]);
    assert_ne!(printed[0]["url"], printed[1]["url"]);
    assert_eq!(database.count("tenants").await, 1);
    assert_eq!(database.count("onboarding_links").await, 2);
}

#[tokio::test]
async fn a_second_invitation_pins_an_organization_where_there_is_none_and_moves_none() {
    let database = TestDatabase::new().await;
    let variables = configuration(&database);
    let invite = async |org: &[&str]| {
        let args = ["tenant", "invite", "--name", "Acme", "--external-id", "c-1"];
        run(&[&args[..], org].concat(), &variables).await
    };
    let pinned = "SELECT coalesce(expected_origin, 'none') FROM tenants";
    invite(&[]).await.assert_code(0);
    assert_eq!(database.column(pinned).await, ["none"]);

    invite(&["--org", "acme.okta.com"]).await.assert_code(0);
    assert_eq!(database.column(pinned).await, ["https://acme.okta.com"]);
    let noted = "audit_events WHERE action = 'organization.pinned'";
    assert_eq!(database.count(noted).await, 1);
    invite(&["--org", "acme.okta.com"]).await.assert_code(0);
    invite(&[]).await.assert_code(0);
    assert_eq!(database.count("onboarding_links").await, 4);

    let other = invite(&["--org", "globex.okta.com"]).await;

    other
        .assert_code(1)
        .assert_complains("https://acme.okta.com")
        .assert_complains("https://globex.okta.com");
    assert_eq!(other.stdout, "");
    assert_eq!(database.column(pinned).await, ["https://acme.okta.com"]);
    assert_eq!(database.count("onboarding_links").await, 4);
    assert_eq!(database.count(noted).await, 1);
}

#[tokio::test]
async fn for_people_it_says_what_to_do_with_the_link() {
    let database = TestDatabase::new().await;
    let args = ["tenant", "invite", "--name", "Acme", "--expires", "2h"];

    let ran = run(&args, &configuration(&database)).await;

    ran.assert_code(0);
    for words in [
        "Tenant  ",
        "Link    https://",
        "Expires ",
        "shown this once",
        "Super Administrator",
    ] {
        assert!(ran.stdout.contains(words), "{words}");
    }
    assert_eq!(ran.stdout.matches("/onboard/").count(), 1);
}

#[tokio::test]
async fn what_cannot_be_invited_is_wrong_usage_and_makes_nothing() {
    let database = TestDatabase::new().await;
    for (args, says) in [
        (&["--org", "acme.okta.com"][..], "--name"),
        (&["--name", ""], "a name has 1 to 200 characters"),
        (&["--name", "A", "--expires", "99d"], "a link lives from"),
        (&["--name", "A", "--expires", "5s"], "a link lives from"),
        (&["--name", "A", "--expires", "soon"], "--expires"),
        (
            &["--name", "A", "--org", "evil.example"],
            "is not an Okta domain",
        ),
        (&["--name", "A", "--external-id", ""], "an external id has"),
    ] {
        let args = [&["tenant", "invite"], args].concat();
        let ran = run(&args, &configuration(&database)).await;
        ran.assert_code(2).assert_complains(says);
        assert_eq!(ran.stdout, "");
    }
    assert_eq!(database.count("tenants").await, 0);
}

#[tokio::test]
async fn without_its_database_an_invitation_fails_and_shows_no_link() {
    let database = TestDatabase::new().await;
    let url = format!("postgres://u:CANARY@127.0.0.1:{}/x", free_port());
    let mut variables = configuration(&database);
    variables.retain(|(name, _)| *name != "DATABASE_URL");
    variables.push(("DATABASE_URL", url.as_str()));

    let ran = run(&["tenant", "invite", "--name", "Acme"], &variables).await;

    ran.assert_code(1);
    assert_eq!(ran.stdout, "");
    assert!(!ran.stderr.contains("CANARY") && !ran.stderr.contains("/onboard/"));
}
