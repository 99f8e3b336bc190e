//! Every call with a key that is limited to tenants: to others, and to the right one.

use std::collections::BTreeSet;

use grantway::domain::api_key::ApiRole;
use grantway::flows::ApiKeyRequest;
use serde_json::Value;
use uuid::Uuid;

use super::{CALLS, Scene, TENANT_NAME};
use crate::api::caller::key_of;

#[tokio::test]
async fn a_key_that_is_limited_to_other_tenants_learns_nothing_of_this_one() {
    let scene = Scene::set().await;
    let other = scene
        .app
        .invite_with("globex", fake_okta::AuthMethod::PrivateKeyJwt, &[])
        .await;
    let absent = Uuid::now_v7().to_string();
    for call in CALLS {
        let role = ApiRole::from_name(&scene.allowed(call)[0]).unwrap();
        let limited = ApiKeyRequest {
            tenants: vec![other.tenant],
            ..key_of(role)
        };
        let caller = scene.app.limited_caller(limited).await;
        if ["/api/v1/catalog", "/api/v1/tenants"].contains(&call.path) && call.method == "GET" {
            let reply = scene.make(&caller, call).await;
            reply.assert_status(200);
            assert!(!reply.body.contains(TENANT_NAME), "{call:?}");
            continue;
        }
        scene
            .assert_refused(&caller, call, 403, "key-limited")
            .await;
        let repeated = caller.clone().with("idempotency-key", "one");
        scene
            .assert_refused(&repeated, call, 403, "key-limited")
            .await;
        let mut said = BTreeSet::new();
        for tenant in [&scene.tenant, &absent, "x"] {
            let reply = scene.make_about(&caller, call, tenant, &scene.link).await;
            let mut problem = reply.assert_problem(403, "key-limited");
            problem["request_id"] = Value::Null;
            said.insert(problem.to_string());
        }
        assert_eq!(said.len(), 1, "{call:?}: {said:?}");
    }
}

#[tokio::test]
async fn a_key_that_is_limited_to_this_tenant_makes_each_call_about_it() {
    let scene = Scene::set().await;
    for call in CALLS.iter().filter(|call| call.path.contains("{tenant}")) {
        let role = ApiRole::from_name(&scene.allowed(call)[0]).unwrap();
        let limited = ApiKeyRequest {
            tenants: vec![scene.tenant.parse().unwrap()],
            ..key_of(role)
        };
        let caller = scene.app.limited_caller(limited).await;
        let reply = scene.make(&caller, call).await;
        assert_eq!(reply.status, call.status, "{call:?}: {}", reply.body);
    }
}
