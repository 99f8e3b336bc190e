//! Keys that are made for certain tenants and categories, and that end by themselves.

use grantway::domain::api_key::ApiRole;
use grantway::domain::audit::Actor;
use grantway::domain::id::TenantId;
use grantway::flows::{ApiKeyError, ApiKeyRequest};
use serde_json::json;
use time::Duration;

use super::caller::key_of;
use crate::support::TestApp;

const ADA: &str = "ada@acme.example";

#[tokio::test]
async fn a_workers_key_gets_tokens_for_its_categories_and_for_nothing_else() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    app.browser().connect(&app, &invited, ADA).await;
    let limited = ApiKeyRequest {
        categories: vec!["groups".to_owned(), "system-monitoring".to_owned()],
        ..key_of(ApiRole::Worker)
    };
    let worker = app.limited_caller(limited).await;
    let path = format!("/tenants/{}/access-token", invited.tenant);

    for within in [
        json!({ "categories": ["groups"] }),
        json!({ "scopes": ["okta.groups.read"] }),
        json!({ "categories": ["groups", "system-monitoring"] }),
    ] {
        worker.post(&path, &within).await.assert_status(200);
    }
    let beyond = worker
        .post(&path, &json!({ "categories": ["groups", "users"] }))
        .await;
    let problem = beyond.assert_problem(403, "key-limited");
    let names = problem["beyond"].to_string();
    assert!(names.contains("okta.users.manage") && !names.contains("okta.groups"));
    for everything in [json!({}), json!({ "scopes": [] })] {
        let reply = worker.post(&path, &everything).await;
        reply.assert_problem(403, "key-limited");
        assert!(!reply.body.contains("access_token"));
    }
    let single = worker
        .post(&path, &json!({ "scopes": ["okta.users.read"] }))
        .await;
    single.assert_problem(403, "key-limited");
}

#[tokio::test]
async fn the_answer_says_what_the_token_can_do_beside_what_was_asked() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    app.browser().connect(&app, &invited, ADA).await;
    let worker = app.caller(ApiRole::Worker).await;
    let path = format!("/tenants/{}/access-token", invited.tenant);

    let asked = worker
        .post(&path, &json!({ "scopes": ["okta.groups.manage"] }))
        .await;

    let body = asked.assert_status(200).json();
    assert_eq!(body["requested"], json!(["okta.groups.manage"]));
    assert_eq!(body["scopes"].as_array().unwrap().len(), 25);
    let body = worker.post(&path, &json!({})).await.json();
    assert_eq!(body["requested"], body["scopes"], "all was asked for");
}

#[tokio::test]
async fn a_list_shows_a_limited_key_its_own_tenants_however_it_is_narrowed() {
    let app = TestApp::start().await;
    let onboarding = app.caller(ApiRole::Onboarding).await;
    let mut ids = Vec::new();
    for name in ["Acme One", "Acme Two", "Acme Three"] {
        ids.push(onboarding.make_tenant(&app, name).await);
    }
    let limited = ApiKeyRequest {
        tenants: vec![ids[0].parse().unwrap(), ids[2].parse().unwrap()],
        ..key_of(ApiRole::Support)
    };
    let support = app.limited_caller(limited).await;

    let seen = async |query: &str| {
        let page = support.get(&format!("/tenants{query}")).await;
        let page = page.assert_status(200).json();
        let ids = page["tenants"].as_array().unwrap().iter();
        let ids: Vec<_> = ids
            .map(|tenant| tenant["id"].as_str().unwrap().to_owned())
            .collect();
        (ids, page["next_cursor"].as_str().map(str::to_owned))
    };
    let own = vec![ids[2].clone(), ids[0].clone()];
    // Before the index has them, and after.
    for _ in 0..2 {
        for query in [
            "",
            "?query=acme",
            "?state=pending",
            "?query=acme&state=pending",
        ] {
            assert_eq!(seen(query).await, (own.clone(), None), "{query}");
        }
        assert_eq!(seen("?query=two").await.0, Vec::<String>::new());
        let index = grantway::flows::LookUpIndex::new(app.shared.clone());
        while index.step().await.unwrap() > 0 {}
    }
    let (first, cursor) = seen("?limit=1").await;
    assert_eq!(first, [ids[2].clone()]);
    let rest = seen(&format!("?limit=1&cursor={}", cursor.unwrap())).await;
    assert_eq!(rest, (vec![ids[0].clone()], None));
}

#[tokio::test]
async fn a_key_ends_at_its_time_like_one_that_was_revoked() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    app.browser().connect(&app, &invited, ADA).await;
    let lasting = |role| ApiKeyRequest {
        lifetime: Some(Duration::minutes(30)),
        ..key_of(role)
    };
    let support = app.limited_caller(lasting(ApiRole::Support)).await;
    let worker = app.limited_caller(lasting(ApiRole::Worker)).await;
    let path = format!("/tenants/{}/access-token", invited.tenant);
    app.advance(Duration::minutes(29));
    support.get("/tenants").await.assert_status(200);
    worker.post(&path, &json!({})).await.assert_status(200);

    app.advance(Duration::minutes(1));

    let ended = support.get("/tenants").await;
    ended.assert_problem(401, "key-invalid");
    let ended = worker.post(&path, &json!({})).await;
    ended.assert_problem(401, "key-invalid");
}

#[tokio::test]
async fn a_limit_that_would_limit_nothing_or_everything_makes_no_key() {
    let app = TestApp::start().await;
    let tenant = TenantId::new();
    let worker = || key_of(ApiRole::Worker);
    let of_other_role = ApiKeyRequest {
        categories: vec!["groups".to_owned()],
        ..key_of(ApiRole::Support)
    };
    let no_category = ApiKeyRequest {
        categories: vec!["pets".to_owned()],
        ..worker()
    };
    let no_tenant = ApiKeyRequest {
        tenants: vec![tenant],
        ..worker()
    };
    let lasting = |lifetime| ApiKeyRequest {
        lifetime: Some(lifetime),
        ..worker()
    };
    let refused = async |request: &ApiKeyRequest| {
        let keys = app.api_keys();
        let made = keys.create_limited(request, Actor::CommandLine).await;
        made.unwrap_err()
    };
    assert!(matches!(
        refused(&of_other_role).await,
        ApiKeyError::CategoriesOfOtherRole
    ));
    assert!(matches!(
        refused(&no_category).await,
        ApiKeyError::NoCategory(_)
    ));
    assert!(matches!(refused(&no_tenant).await, ApiKeyError::NoTenant(id) if id == tenant));
    for lifetime in [Duration::SECOND, Duration::days(36_500)] {
        assert!(matches!(
            refused(&lasting(lifetime)).await,
            ApiKeyError::Lifetime
        ));
    }
    assert_eq!(app.database.count("api_keys").await, 0);
}
