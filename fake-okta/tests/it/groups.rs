//! The `groups` claim, as each app's filter has it.

use fake_okta::{GroupsClaim, Person, Role, Seed};
use serde_json::{Value, json};

use crate::support::browser::http;
use crate::support::client::send;
use crate::support::{ADA, Setup, claims, text};

const GROUPS: [&str; 4] = [
    "Everyone",
    "Staff Support",
    "Staff Operators",
    "Backup Staff",
];

async fn with_filter(filter: Option<GroupsClaim>) -> Setup {
    let setup = Setup::with(|app| app.groups_claim = filter).await;
    setup.org.set_person(Person {
        groups: GROUPS.map(str::to_owned).to_vec(),
        ..Person::new(ADA, Role::None)
    });
    setup
}

/// The claim in the ID token and at the userinfo endpoint.
async fn groups(setup: &Setup, scope: &str) -> (Value, Value) {
    let body = setup.tokens(scope).await;
    let (_, in_token) = claims(text(&body, "id_token"));
    let address = format!("{}/oauth2/v1/userinfo", setup.org.origin());
    let bearer = format!("Bearer {}", text(&body, "access_token"));
    let asked = http().get(address).header("authorization", bearer);
    let (status, userinfo) = send(asked).await;
    assert_eq!(status, 200);
    (in_token["groups"].clone(), userinfo["groups"].clone())
}

#[tokio::test]
async fn the_claim_names_the_groups_that_the_apps_filter_lets_by() {
    for (filter, expected) in [
        (GroupsClaim::All, json!(GROUPS)),
        (
            GroupsClaim::StartsWith("Staff ".to_owned()),
            json!(["Staff Support", "Staff Operators"]),
        ),
        (
            GroupsClaim::Equals("Staff Support".to_owned()),
            json!(["Staff Support"]),
        ),
        (
            GroupsClaim::Contains("Staff".to_owned()),
            json!(["Staff Support", "Staff Operators", "Backup Staff"]),
        ),
    ] {
        let setup = with_filter(Some(filter.clone())).await;
        let (in_token, userinfo) = groups(&setup, "openid groups").await;
        assert_eq!(in_token, expected, "{filter:?}");
        assert_eq!(userinfo, expected, "{filter:?}");
    }
}

#[tokio::test]
async fn there_is_no_claim_without_the_scope_a_filter_or_a_group() {
    let none = (Value::Null, Value::Null);
    let setup = with_filter(Some(GroupsClaim::All)).await;
    assert_eq!(groups(&setup, "openid profile email").await, none);
    let setup = with_filter(None).await;
    assert_eq!(groups(&setup, "openid groups").await, none);
    let setup = with_filter(Some(GroupsClaim::Equals("staff support".to_owned()))).await;
    assert_eq!(groups(&setup, "openid groups").await, none);
}

#[test]
fn a_seed_file_can_set_the_filter() {
    let seed = Seed::from_toml(
        r#"
        [[organizations]]
        name = "acme"
        [[organizations.apps]]
        groups_claim = { filter = "starts_with", value = "Staff " }
        [[organizations.apps]]
        groups_claim = { filter = "all" }
        "#,
    )
    .unwrap();
    let apps = &seed.organizations[0].apps;
    let expected = GroupsClaim::StartsWith("Staff ".to_owned());
    assert_eq!(apps[0].groups_claim, Some(expected));
    assert_eq!(apps[1].groups_claim, Some(GroupsClaim::All));
}
