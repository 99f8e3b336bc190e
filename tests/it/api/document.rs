//! The OpenAPI document and the page that is made of it.

use serde_json::Value;

use crate::support::TestApp;

fn operations(document: &Value) -> Vec<(String, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    paths
        .iter()
        .flat_map(|(path, item)| {
            let item = item.as_object().unwrap();
            item.iter()
                .map(move |(method, operation)| (format!("{method} {path}"), operation))
        })
        .collect()
}

/// Renew it with `INSTA_UPDATE=always cargo test --test it api::document`.
#[tokio::test]
async fn the_document_is_as_reviewed() {
    let app = TestApp::start().await;
    let document = app.caller_without_key().get("/api/openapi.json").await;
    document.assert_status(200);
    assert_eq!(document.header("content-type"), Some("application/json"));
    insta::assert_snapshot!("openapi", document.body);
}

#[tokio::test]
async fn every_call_says_who_may_make_it_and_how_it_may_end() {
    let app = TestApp::start().await;
    let document = app
        .caller_without_key()
        .get("/api/openapi.json")
        .await
        .json();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1."));
    for (call, operation) in operations(&document) {
        for member in ["summary", "operationId"] {
            assert!(operation[member].is_string(), "{call} has no {member}");
        }
        assert!(
            operation["x-roles"]
                .as_array()
                .is_some_and(|roles| !roles.is_empty()),
            "{call}"
        );
        assert!(operation["security"][0]["api_key"].is_array(), "{call}");
        let responses = operation["responses"].as_object().unwrap();
        for status in ["401", "403", "429", "500", "503"] {
            assert!(
                responses.contains_key(status),
                "{call} does not name {status}"
            );
        }
        // These say how something shall be, or keep nothing: they can be repeated as they are.
        let repeatable = ["/activation", "/access-token", "/enable", "/disable"];
        let makes = call.starts_with("post ") && !repeatable.iter().any(|end| call.ends_with(end));
        let parameters = operation["parameters"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let repeats = parameters
            .iter()
            .any(|parameter| parameter["name"] == "Idempotency-Key");
        assert_eq!(makes, repeats, "{call}: Idempotency-Key");
    }
}

#[tokio::test]
async fn the_page_shows_every_call_and_loads_nothing_from_elsewhere() {
    let app = TestApp::start().await;
    let document = app
        .caller_without_key()
        .get("/api/openapi.json")
        .await
        .json();

    let page = app.browser().get("/api/docs").await;

    page.assert_status(200);
    for (call, operation) in operations(&document) {
        let (id, summary) = (
            operation["operationId"].as_str(),
            operation["summary"].as_str(),
        );
        assert!(
            page.body.contains(&format!("id=\"{}\"", id.unwrap())),
            "{call}"
        );
        assert!(
            page.body.contains(&summary.unwrap().replace('\'', "&#39;")),
            "{call}"
        );
    }
    for problem in document["x-problems"].as_array().unwrap() {
        let anchor = problem["type"]
            .as_str()
            .unwrap()
            .strip_prefix("/api/docs#")
            .unwrap();
        assert!(
            page.body.contains(&format!("id=\"{anchor}\"")),
            "{anchor} leads nowhere"
        );
    }
    let links = page.body.split("href=\"#").skip(1);
    for link in links.map(|rest| rest.split('"').next().unwrap()) {
        assert!(
            page.body.contains(&format!("id=\"{link}\"")),
            "#{link} leads nowhere"
        );
    }
    for foreign in ["src=\"http", "<link rel=\"stylesheet\" href=\"http"] {
        assert!(!page.body.contains(foreign));
    }
    assert!(
        page.body.contains(&format!("{}/api/v1/tenants", app.url)),
        "curl calls this service"
    );
}
