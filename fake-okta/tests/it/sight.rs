//! What each administrator role is shown of users, groups and apps: all, a part or nothing.

use fake_okta::{OrgHandle, Person, Role};
use serde_json::json;

use crate::management::Api;
use crate::support::{ADA, text};

/// The rows of the three lists, and the status of what is refused rather than emptied.
async fn sight(login: &str, arrange: impl FnOnce(&OrgHandle)) -> ([usize; 3], u16) {
    let api = Api::of(login).await;
    arrange(&api.setup.org);
    let mut rows = [0; 3];
    for (count, path) in rows.iter_mut().zip(["users", "groups", "apps"]) {
        let (status, body) = api.get(&format!("/api/v1/{path}")).await;
        assert_eq!(status, 200, "{login} {path}: {body}");
        *count = body.as_array().unwrap().len();
    }
    (rows, api.get("/api/v1/policies?type=OKTA_SIGN_ON").await.0)
}

fn in_groups(org: &OrgHandle, login: &str, role: Role, groups: &[&str]) {
    let person = org.person(login).unwrap();
    org.set_person(Person {
        role,
        groups: groups.iter().map(ToString::to_string).collect(),
        ..person
    });
}

#[tokio::test]
async fn each_role_is_shown_all_a_part_or_nothing() {
    let nothing = |_: &OrgHandle| ();
    assert_eq!(sight(ADA, nothing).await, ([4, 1, 1], 200));
    assert_eq!(sight("rita@acme.example", nothing).await, ([4, 1, 1], 200));
    assert_eq!(sight("oscar@acme.example", nothing).await, ([4, 1, 0], 200));
    assert_eq!(sight("nora@acme.example", nothing).await, ([0, 0, 0], 403));
    let apps = |org: &OrgHandle| org.set_role("nora@acme.example", Role::AppAdmin);
    assert_eq!(sight("nora@acme.example", apps).await, ([4, 1, 1], 403));
}

#[tokio::test]
async fn a_group_administrator_is_shown_their_groups_and_who_is_in_them() {
    let nora = "nora@acme.example";
    let arrange = |org: &OrgHandle| {
        in_groups(org, nora, Role::GroupAdmin, &["Backup team"]);
        in_groups(org, ADA, Role::SuperAdmin, &["Backup team", "Others"]);
    };
    assert_eq!(sight(nora, arrange).await, ([2, 1, 0], 403));
    let alone = |org: &OrgHandle| org.set_role(nora, Role::GroupAdmin);
    assert_eq!(sight(nora, alone).await, ([0, 0, 0], 403));
}

#[tokio::test]
async fn only_a_super_administrator_grants_scopes_and_only_with_the_scope_for_it() {
    let api = Api::of(ADA).await;
    let path = format!("/api/v1/apps/{}/grants", api.setup.app.client_id);
    let issuer = api.setup.org.origin().to_owned();
    let grant = async |api: &Api, scope: &str| {
        let request = crate::support::browser::http()
            .post(api.url(&path))
            .bearer_auth(&api.token)
            .json(&json!({"issuer": issuer, "scopeId": scope}));
        crate::support::client::send(request).await
    };
    let (status, first) = grant(&api, "okta.idps.manage").await;
    assert_eq!(status, 201, "{first}");
    let (status, again) = grant(&api, "okta.idps.manage").await;
    assert_eq!((status, text(&again, "id")), (201, text(&first, "id")));
    let granted = &api.setup.org.app(&api.setup.app.client_id).unwrap();
    let times = granted.granted_scopes.iter();
    assert_eq!(
        times.filter(|scope| *scope == "okta.idps.manage").count(),
        1
    );
    let (status, unknown) = grant(&api, "okta.nothing.manage").await;
    assert_eq!((status, text(&unknown, "errorCode")), (400, "E0000001"));
    api.setup.org.set_role(ADA, Role::OrgAdmin);
    let (status, refused) = grant(&api, "okta.zones.read").await;
    assert_eq!((status, text(&refused, "errorCode")), (403, "E0000006"));
    api.setup.org.set_role(ADA, Role::SuperAdmin);
    let setup = &api.setup;
    let without = setup
        .org
        .issue_tokens(&setup.app.client_id, ADA, &["okta.users.manage"]);
    let without = Api {
        setup: api.setup,
        token: without.access_token,
    };
    assert_eq!(grant(&without, "okta.idps.manage").await, (403, json!("")));
}
