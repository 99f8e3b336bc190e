//! Tenants and links, made by a program.

use grantway::domain::api_key::ApiRole;
use serde_json::json;

use crate::support::TestApp;

#[tokio::test]
async fn a_tenant_is_made_shown_and_invited() {
    let app = TestApp::start().await;
    let caller = app.caller(ApiRole::Onboarding).await;

    let made = caller.post("/tenants", &app.new_tenant("Acme Ltd")).await;
    let tenant = made.assert_status(201).json();

    let path = format!("/tenants/{}", tenant["id"].as_str().unwrap());
    assert_eq!(
        made.header("location"),
        Some(format!("/api/v1{path}").as_str())
    );
    assert_eq!(tenant["organization"], app.org("acme").origin());
    assert_eq!(
        tenant["connection"],
        json!({ "state": "pending", "connected_at": null })
    );
    assert_eq!(caller.get(&path).await.assert_status(200).json(), tenant);

    let link = caller
        .post(
            &format!("{path}/links"),
            &json!({ "expires_in_seconds": 600 }),
        )
        .await;
    let link = link.assert_status(201).json();
    let browser = app.browser();
    browser
        .get(link["url"].as_str().unwrap())
        .await
        .assert_goes_to("/onboarding");

    let links = caller
        .get(&format!("{path}/links"))
        .await
        .assert_status(200)
        .json();
    assert_eq!(links["links"][0]["id"], link["id"]);
    assert_eq!(links["links"][0]["state"], "open");
    assert_eq!(links["links"][0]["open_count"], 1);
    assert!(links["links"][0].get("url").is_none());

    let revoked = format!("{path}/links/{}", link["id"].as_str().unwrap());
    caller.delete(&revoked).await.assert_status(204);
    caller.delete(&revoked).await.assert_status(204);
    browser.get("/onboarding").await.assert_status(401);
    assert_eq!(
        app.database
            .count("audit_events WHERE action = 'link.revoked'")
            .await,
        1
    );
}

#[tokio::test]
async fn the_same_external_id_gets_the_same_tenant_also_at_once() {
    let app = TestApp::start().await;
    let caller = app.caller(ApiRole::Onboarding).await;
    let mut body = app.new_tenant("Acme Ltd");
    body["external_id"] = json!("customer-1");

    let all = futures_util::future::join_all((0..8).map(|_| caller.post("/tenants", &body))).await;

    let ids: std::collections::BTreeSet<_> = all
        .iter()
        .map(|reply| reply.json()["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(ids.len(), 1, "one tenant");
    let made = all.iter().filter(|reply| reply.status == 201).count();
    assert_eq!(made, 1, "made once");
    assert!(all.iter().all(|reply| [200, 201].contains(&reply.status)));
}

#[tokio::test]
async fn a_known_external_id_with_another_organization_is_a_conflict_and_moves_nothing() {
    let app = TestApp::start().await;
    let caller = app.caller(ApiRole::Onboarding).await;
    let mut body = app.new_tenant("Acme Ltd");
    body["external_id"] = json!("customer-1");
    let made = caller.post("/tenants", &body).await;
    let before = made.json();
    let other = app.org("globex").origin().to_owned();
    body["organization"] = json!(other);

    let problem = caller.post("/tenants", &body).await;

    let problem = problem.assert_problem(409, "other-organization");
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains(&other) && detail.contains(app.org("acme").origin()));
    let path = format!("/tenants/{}", before["id"].as_str().unwrap());
    assert_eq!(caller.get(&path).await.json(), before);

    // Invited without an organization: the first that is named is pinned.
    app.database
        .change("UPDATE tenants SET expected_origin = NULL")
        .await;
    let pinned = caller.post("/tenants", &body).await;
    assert_eq!(pinned.status, 200);
    assert_eq!(pinned.json()["organization"], other);
    body["organization"] = json!(app.org("acme").origin());
    let refused = caller.post("/tenants", &body).await;
    refused.assert_problem(409, "other-organization");
}

#[tokio::test]
async fn what_is_not_acceptable_is_named_and_nothing_is_made() {
    let app = TestApp::start().await;
    let caller = app.caller(ApiRole::Onboarding).await;
    let origin = app.org("acme").origin().to_owned();
    let cases = [
        (json!({ "name": "", "organization": origin }), "name"),
        (json!({ "name": "A\u{0}", "organization": origin }), "name"),
        (
            json!({ "name": "a".repeat(201), "organization": origin }),
            "name",
        ),
        (
            json!({ "name": "A", "organization": "http://169.254.169.254" }),
            "organization",
        ),
        (json!({ "name": "A", "organization": "" }), "organization"),
        (
            json!({ "name": "A", "organization": origin, "external_id": " " }),
            "external_id",
        ),
    ];
    for (body, field) in cases {
        let problem = caller.post("/tenants", &body).await;
        let problem = problem.assert_problem(422, "invalid-input");
        assert_eq!(problem["errors"][0]["field"], field, "{body}");
    }
    let send = |body: &str| caller.send(reqwest::Method::POST, "/tenants", Some(body.to_owned()));
    send("{").await.assert_problem(400, "malformed-request");
    send("{}").await.assert_problem(422, "invalid-input");
    send("[]").await.assert_problem(422, "invalid-input");
    send("{\"name\":\"A\",\"organization\":\"x\",\"role\":\"admin\"}")
        .await
        .assert_problem(422, "invalid-input");
    let huge = json!({ "name": "A".repeat(100_000), "organization": origin });
    caller
        .post("/tenants", &huge)
        .await
        .assert_problem(413, "too-large");
    let plain = caller.send(reqwest::Method::POST, "/tenants", None).await;
    plain.assert_problem(415, "wrong-media-type");
    assert_eq!(
        app.database
            .count("audit_events WHERE action = 'tenant.created'")
            .await,
        0
    );
}

#[tokio::test]
async fn an_address_that_is_none_is_a_problem_and_not_a_page() {
    let app = TestApp::start().await;
    let caller = app.caller(ApiRole::Support).await;
    caller.get("/nope").await.assert_problem(404, "not-found");
    caller.get("/api").await.assert_problem(404, "not-found");
    caller
        .get("/tenants/x")
        .await
        .assert_problem(404, "not-found");
    let answer = caller.delete("/tenants").await;
    answer.assert_problem(405, "method-not-allowed");
    assert!(
        answer
            .header("allow")
            .is_some_and(|allow| allow.contains("GET"))
    );
}

#[tokio::test]
async fn a_list_is_paged_without_gap_or_repetition_while_it_grows() {
    let app = TestApp::start().await;
    let caller = app.caller(ApiRole::Onboarding).await;
    let mut made = Vec::new();
    for number in 0..5 {
        made.insert(
            0,
            caller.make_tenant(&app, &format!("Tenant {number}")).await,
        );
    }
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = caller.get(&format!("/tenants?limit=2{cursor}")).await;
        let page = page.assert_status(200).json();
        let ids = page["tenants"].as_array().unwrap().iter();
        seen.extend(ids.map(|tenant| tenant["id"].as_str().unwrap().to_owned()));
        let Some(next) = page["next_cursor"].as_str() else {
            break;
        };
        cursor = format!("&cursor={next}");
        caller.make_tenant(&app, "A later one").await;
    }
    assert_eq!(seen, made);
}
