//! One endpoint's answer bent, for everybody, for one person or for one app.

use fake_okta::{Override, OverrideAnswer};
use serde_json::json;

use crate::management::Api;
use crate::support::{ADA, text};

#[tokio::test]
async fn an_endpoint_can_be_made_to_refuse_the_role_the_kind_of_token_or_show_nothing() {
    let api = Api::of(ADA).await;
    let org = &api.setup.org;
    org.refuse_role("/api/v1/policies");
    org.refuse_token("/api/v1/logs");
    org.empty_for_role("/api/v1/users");
    org.empty_for_role("/api/v1/iam/roles");
    let (status, body) = api.get("/api/v1/policies?type=PASSWORD").await;
    assert_eq!((status, text(&body, "errorCode")), (403, "E0000006"));
    let (status, body) = api.get("/api/v1/logs").await;
    assert_eq!((status, text(&body, "errorCode")), (403, "E0000005"));
    assert_eq!(api.get("/api/v1/users?limit=1").await, (200, json!([])));
    let (status, body) = api.get("/api/v1/iam/roles").await;
    assert_eq!((status, body), (200, json!({"roles": []})));
    org.clear_overrides();
    assert_eq!(api.get("/api/v1/logs").await.0, 200);
}

#[tokio::test]
async fn an_override_may_be_meant_for_one_person_or_one_app() {
    let api = Api::of(ADA).await;
    let org = &api.setup.org;
    let refused = |path| Override::on(path, OverrideAnswer::RoleRefused);
    let client_id = &api.setup.app.client_id;
    org.add_override(refused("/api/v1/users").for_person("oscar@acme.example"));
    org.add_override(refused("/api/v1/groups").for_person(ADA));
    org.add_override(refused("/api/v1/apps").for_app(client_id));
    org.add_override(refused("/api/v1/policies").for_app("0oaAnother"));
    for (path, expected) in [
        ("/api/v1/users", 200),
        ("/api/v1/groups", 403),
        ("/api/v1/apps", 403),
        ("/api/v1/policies?type=PASSWORD", 200),
    ] {
        assert_eq!(api.get(path).await.0, expected, "{path}");
    }
}

#[tokio::test]
async fn tokens_can_be_had_without_a_sign_in_and_ended_before_their_time() {
    let api = Api::of(ADA).await;
    let (org, client_id) = (&api.setup.org, &api.setup.app.client_id);
    let issued = org.issue_tokens(client_id, ADA, &["okta.users.manage", "offline_access"]);
    assert_eq!(issued.subject, org.person(ADA).unwrap().id);
    let bearer = async |token: &str| {
        let request = crate::support::browser::http().get(api.url("/api/v1/users"));
        crate::support::client::send(request.bearer_auth(token))
            .await
            .0
    };
    assert_eq!(bearer(&issued.access_token).await, 200);
    org.end_access_tokens();
    assert_eq!(bearer(&issued.access_token).await, 401);
    let client = api.setup.client();
    let (status, refreshed) = client.refresh(&issued.refresh_token).await;
    assert_eq!(status, 200, "{refreshed}");
    assert_eq!(bearer(text(&refreshed, "access_token")).await, 200);
    org.end_refresh_tokens();
    assert_eq!(client.refresh(&issued.refresh_token).await.0, 400);
}

#[tokio::test]
async fn overrides_and_limits_can_be_set_over_http_too() {
    let api = Api::of(ADA).await;
    let post = async |path: &str, body: serde_json::Value| {
        let request = crate::support::browser::http().post(api.url(path));
        request.json(&body).send().await.unwrap().status().as_u16()
    };
    let refuse = json!({"path": "/api/v1/logs", "answer": "role_refused", "login": ADA});
    assert_eq!(post("/__fake/overrides", refuse).await, 201);
    let misspelt = json!({"path": "/api/v1/logs", "answer": "role_refused", "logn": ADA});
    assert_eq!(post("/__fake/overrides", misspelt).await, 422);
    let limit = json!({"path": "/api/v1/groups", "per_window": 0});
    assert_eq!(post("/__fake/limits", limit).await, 201);
    assert_eq!(post("/__fake/limits", json!({"concurrency": 0})).await, 201);
    assert_eq!(api.get("/api/v1/users").await.0, 429);
    for what in ["limits", "overrides"] {
        let path = api.url(&format!("/__fake/{what}"));
        let request = crate::support::browser::http().delete(path);
        let refused = api.get("/api/v1/logs").await.0;
        assert_eq!(refused, if what == "limits" { 429 } else { 403 });
        assert_eq!(request.send().await.unwrap().status(), 204);
    }
    assert_eq!(api.get("/api/v1/logs").await.0, 200);
}
