//! The desk over HTTP, the request log and the headers on everything.

use serde_json::json;

use crate::support::browser::http;
use crate::support::client::send;
use crate::support::{Browser, Setup, header, raw};

const DISCOVERY: &str = "/.well-known/openid-configuration";

#[tokio::test]
async fn the_desk_can_be_used_over_http() {
    let setup = Setup::start().await;
    let url = |path: &str| format!("{}/__fake/{path}", setup.org.origin());
    let fault = json!({"path": "/oauth2/v1/token", "times": 1,
        "effect": {"kind": "set_field", "field": "expires_in", "value": -1}});
    let (status, added) = send(http().post(url("faults")).json(&fault)).await;
    assert_eq!(status, 201);
    let fault = json!({"effect": {"kind": "id_token", "fault": "alg_none"}});
    send(http().post(url("faults")).json(&fault)).await;
    let fault =
        json!({"effect": {"kind": "callback", "fault": {"what": "duplicate", "name": "state"}}});
    assert_eq!(send(http().post(url("faults")).json(&fault)).await.0, 201);
    let (_, list) = send(http().get(url("faults"))).await;
    assert_eq!(list["faults"].as_array().unwrap().len(), 3);
    assert_eq!(list["faults"][0]["number"], added["number"]);
    assert_eq!(send(http().delete(url("faults"))).await.0, 204);
    assert!(setup.org.faults().list().is_empty());
    assert_eq!(
        send(
            http()
                .post(url("faults"))
                .json(&json!({"effect": {"kind": "cats"}}))
        )
        .await
        .0,
        422
    );

    let before = setup.fake.clock().now();
    let (_, clock) = send(http().post(url("clock")).json(&json!({"seconds": 100}))).await;
    assert!(clock["now"].as_i64().unwrap() >= before + 100);
    assert_eq!(send(http().post(url("rotate-keys"))).await.0, 204);
    assert_eq!(setup.org.state().key_generation, 1);
    raw(&setup, DISCOVERY).await;
    let (_, log) = send(http().get(url("requests"))).await;
    assert_eq!(log["requests"][0]["path"], DISCOVERY);
    assert_eq!(log["requests"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn the_log_tells_what_was_sent() {
    let setup = Setup::start().await;
    setup.tokens("openid okta.users.manage").await;
    let sent = setup.org.requests_to("/oauth2/v1/authorize");
    assert_eq!(sent.len(), 1);
    assert!(
        sent[0]
            .query
            .as_deref()
            .unwrap()
            .contains("scope=openid+okta.users.manage")
    );
    let sent = setup.org.requests_to("/oauth2/v1/token");
    assert_eq!((sent.len(), sent[0].status), (1, 200));
    assert_eq!(sent[0].client_id.as_ref(), Some(&setup.app.client_id));
    assert_eq!(sent[0].field("grant_type"), Some("authorization_code"));
    assert!(
        sent[0]
            .header("authorization")
            .unwrap()
            .starts_with("Basic ")
    );
    setup.org.clear_requests();
    assert!(setup.org.requests().is_empty());
}

#[tokio::test]
async fn every_answer_carries_oktas_headers() {
    let setup = Setup::start().await;
    for path in [
        DISCOVERY,
        "/oauth2/v1/keys",
        "/api/v1/users",
        "/nowhere",
        "/",
    ] {
        let response = raw(&setup, path).await;
        for name in [
            "x-okta-request-id",
            "x-rate-limit-limit",
            "x-rate-limit-remaining",
            "date",
        ] {
            assert!(!header(&response, name).is_empty(), "{name} on {path}");
        }
    }
    let page = Browser::new()
        .get(&format!("{}/nowhere", setup.org.origin()))
        .await;
    assert_eq!(page.status, 404);
    assert!(page.body.contains("<h1>404 Page not found</h1>"));
}
