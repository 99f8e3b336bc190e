//! The API's edge: what is not a call, who else may ask, and what a failure looks like.

use grantway::domain::api_key::ApiRole;
use reqwest::Method;

use crate::support::database::{OwnCluster, TestDatabase};
use crate::support::{Settings, TestApp};

#[tokio::test]
async fn a_call_from_another_site_needs_a_key_as_any_other_and_is_not_taken_for_a_form() {
    let app = TestApp::start().await;
    let caller = app.caller(ApiRole::Onboarding).await;
    let elsewhere = caller
        .with("origin", "https://evil.example")
        .with("sec-fetch-site", "cross-site");
    elsewhere
        .post("/tenants", &app.new_tenant("Acme Ltd"))
        .await
        .assert_status(201);
    let browser = app.browser();
    let form = browser.send(
        Method::POST,
        "/sign-out",
        Some(&[]),
        &[
            ("origin", "https://evil.example"),
            ("sec-fetch-site", "cross-site"),
        ],
    );
    form.await.assert_status(403);
}

#[tokio::test]
async fn pages_stay_pages_and_data_stays_data() {
    let app = TestApp::start().await;
    let caller = app.caller(ApiRole::Support).await;
    for path in ["/api", "/api/", "/api/v1", "/api/v2/tenants", "/api/docs/x"] {
        caller.get(path).await.assert_problem(404, "not-found");
    }
    let page = app.browser().get("/apiary").await;
    assert!(page.assert_status(404).body.contains("<h1"));
    let head = caller.send(Method::HEAD, "/tenants", None).await;
    assert_eq!(head.assert_status(200).body, "");
    for answer in [caller.get("/tenants").await, caller.get("/nope").await] {
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    }
}

#[tokio::test]
async fn a_database_that_is_away_is_a_problem_that_passes() {
    let mut cluster = OwnCluster::start().await;
    let url = cluster.url.clone();
    let app = TestApp::start_on(TestDatabase::new().await, &url, Settings::default()).await;
    let caller = app.caller(ApiRole::Support).await;
    caller.get("/tenants").await.assert_status(200);

    cluster.stop_server().await;

    let refused = caller.get("/tenants").await;
    refused.assert_problem(503, "unavailable");
    assert_eq!(refused.header("retry-after"), Some("5"));

    cluster.start_server().await;
    caller.get("/tenants").await.assert_status(200);
}
