//! What is asked for against what is granted and works.

use fake_okta::{Effect, Fault};
use serde_json::json;

use super::{Desk, Settings, token};

#[tokio::test]
async fn a_worker_gets_a_token_that_okta_takes() {
    let desk = Desk::open().await;

    let reply = desk.ask(json!({ "categories": ["users", "groups"] })).await;

    let token = token(&reply);
    let body = reply.json();
    assert_eq!(body["token_type"], "Bearer");
    assert_eq!(body["organization"], desk.app.org("acme").origin());
    assert_eq!(body["scopes"].as_array().unwrap().len(), 25);
    assert!(body["expires_at"].as_str().unwrap().ends_with('Z'));
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    let users = format!("{}/api/v1/users?limit=1", desk.app.org("acme").origin());
    let (browser, bearer) = (desk.app.browser(), format!("Bearer {token}"));
    let headers = [("authorization", bearer.as_str())];
    let answer = browser.send(reqwest::Method::GET, &users, None, &headers);
    answer.await.assert_status(200);
}

#[tokio::test]
async fn who_asks_for_nothing_gets_whatever_was_granted() {
    let desk = Desk::open_with(Settings::default(), &["okta.logs.read"]).await;

    let without_body = desk
        .worker
        .send(reqwest::Method::POST, &desk.path(), None)
        .await;

    token(&without_body);
    let scopes = without_body.json()["scopes"].clone();
    assert_eq!(scopes.as_array().unwrap().len(), 24);
    assert!(!scopes.to_string().contains("okta.logs.read"));
}

#[tokio::test]
async fn everything_that_is_missing_is_named_at_once_with_its_remedy() {
    let lacks = ["okta.logs.read", "okta.users.manage", "okta.factors.manage"];
    let desk = Desk::open_with(Settings::default(), &lacks).await;

    let reply = desk
        .ask(json!({ "categories": ["users", "groups"], "scopes": ["okta.logs.read"] }))
        .await;

    let problem = reply.assert_problem(409, "scopes-missing");
    let missing = problem["missing"].as_array().unwrap();
    let named: Vec<_> = missing
        .iter()
        .map(|one| one["scope"].as_str().unwrap())
        .collect();
    assert_eq!(
        named,
        ["okta.factors.manage", "okta.logs.read", "okta.users.manage"]
    );
    for one in missing {
        assert_eq!(one["state"], "missing");
        assert!(one["remedy"].as_str().unwrap().contains("authorize again"));
        assert!(
            problem["detail"]
                .as_str()
                .unwrap()
                .contains(one["scope"].as_str().unwrap())
        );
    }
    let page = format!("{}/tenants/{}", desk.app.url, desk.invited.tenant);
    assert_eq!(problem["status_page"], page);
    assert!(problem["detail"].as_str().unwrap().contains(&page));
    assert!(!reply.body.contains("access_token"));
}

#[tokio::test]
async fn manage_is_enough_for_read() {
    let desk = Desk::open().await;

    token(&desk.ask(json!({ "scopes": ["okta.users.read"] })).await);
}

#[tokio::test]
async fn what_a_check_found_blocked_is_refused_and_what_it_could_not_tell_is_not() {
    let desk = Desk::open().await;
    let org = desk.app.org("acme");
    org.refuse_role("/api/v1/idps");
    org.unlicense("/api/v1/eventHooks");
    org.faults()
        .add(Fault::on("/api/v1/policies", Effect::ServerError));
    token(
        &desk
            .ask(json!({ "categories": ["identity-provider"] }))
            .await,
    );

    desk.check().await;

    let reply = desk
        .ask(json!({ "categories": ["identity-provider", "workflows", "security-and-policies"] }))
        .await;
    let problem = reply.assert_problem(409, "scopes-missing");
    let missing: Vec<_> = problem["missing"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            (
                one["scope"].as_str().unwrap().to_owned(),
                one["state"].clone(),
            )
        })
        .collect();
    assert_eq!(
        missing,
        [
            ("okta.eventHooks.manage".to_owned(), json!("unavailable")),
            ("okta.idps.manage".to_owned(), json!("blocked_by_role")),
        ]
    );
    token(
        &desk
            .ask(json!({ "categories": ["security-and-policies"] }))
            .await,
    );
    let rest = desk.ask_for_anything().await;
    let scopes = rest.json()["scopes"].to_string();
    assert!(!scopes.contains("okta.idps.manage") && scopes.contains("okta.policies.manage"));
}

#[tokio::test]
async fn a_new_authorization_forgets_what_was_found_before_it() {
    let desk = Desk::open().await;
    let org = desk.app.org("acme");
    org.refuse_role("/api/v1/idps");
    desk.check().await;
    let wanted = json!({ "scopes": ["okta.idps.manage"] });
    desk.ask(wanted.clone())
        .await
        .assert_problem(409, "scopes-missing");
    org.clear_overrides();

    let browser = desk.app.browser();
    let link = desk.app.another_link(&desk.invited).await;
    let again = super::Invited {
        link,
        ..desk.invited.clone()
    };
    browser.connect(&desk.app, &again, super::ADA).await;

    token(&desk.ask(wanted).await);
}

#[tokio::test]
async fn what_is_in_no_catalog_is_a_mistake_of_the_program() {
    let desk = Desk::open().await;

    let reply = desk
        .ask(json!({ "categories": ["users", "pets"], "scopes": ["okta.pets.read"] }))
        .await;

    let problem = reply.assert_problem(422, "not-in-catalog");
    let named: Vec<_> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            (
                one["field"].as_str().unwrap(),
                one["value"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        named,
        [("categories", "pets"), ("scopes", "okta.pets.read")]
    );
}
