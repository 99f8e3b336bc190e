//! What lies around every answer: headers, cookies, limits, and a refusal of what other sites send.

mod addresses;
mod connections;
mod cookies;
mod cross_site;
mod limits;
mod markup;
mod streams;

use crate::support::{Answer, Browser, Settings, TestApp};

const HTTPS: &str = "https://connect.example.com";

/// One answer of each kind, with where it came from.
async fn answers(app: &TestApp) -> Vec<(String, Answer)> {
    let invited = app.invite().await;
    let path = invited.link.splitn(4, '/').nth(3).unwrap();
    let browser = app.browser();
    let mut answers = Vec::new();
    for path in [
        "/",
        "/signed-out",
        "/onboarding",
        "/nowhere",
        "/tenants/nobody",
        "/static/nothing.css",
        "/sign-in",
        "/healthz",
        "/readyz",
        "/onboard/unknown",
        &format!("/{path}"),
        "/onboarding",
        &format!("/tenants/{}", invited.tenant),
    ] {
        answers.push((format!("GET {path}"), browser.get(path).await));
    }
    for (path, form) in [
        ("/", [("a", "b")]),
        ("/sign-in", [("organization", "x")]),
        ("/onboarding/begin", [("a", "b")]),
        ("/onboarding/app", [("a", "b")]),
        ("/sign-out", [("a", "b")]),
    ] {
        answers.push((format!("POST {path}"), browser.post(path, &form).await));
    }
    answers.extend(kept(app, &browser, invited.connection.to_string()).await);
    answers
}

/// What may be kept by caches, and a refusal.
async fn kept(app: &TestApp, browser: &Browser, connection: String) -> Vec<(String, Answer)> {
    let evil = [("sec-fetch-site", "cross-site")];
    let refused = browser
        .send(reqwest::Method::POST, "/sign-out", Some(&[]), &evil)
        .await;
    assert_eq!(refused.status, 403);
    let mut answers = vec![("POST from another site".to_owned(), refused)];
    for path in ["/static/app.css", "/static/app.js", "/static/favicon.svg"] {
        answers.push((format!("GET {path}"), app.browser().get(path).await));
    }
    let jwks = format!("/oauth/jwks/{connection}");
    answers.push(("GET jwks".to_owned(), app.browser().get(&jwks).await));
    answers
}

#[tokio::test]
async fn every_kind_of_answer_carries_the_protecting_headers() {
    let app = TestApp::start().await;
    let expected = [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ];
    let answers = answers(&app).await;
    let statuses: std::collections::BTreeSet<u16> =
        answers.iter().map(|(_, answer)| answer.status).collect();
    assert_eq!(
        statuses.into_iter().collect::<Vec<_>>(),
        [200, 303, 401, 403, 404, 405, 422],
        "each kind is here"
    );
    for (at, answer) in answers {
        for (name, value) in expected {
            let values: Vec<_> = answer.headers.get_all(name).iter().collect();
            assert_eq!(values, [value], "{name} of {at}");
        }
        assert_policy(&answer, &at);
        assert!(answer.headers.contains_key("x-request-id"), "{at}");
        assert!(!answer.headers.contains_key("server"), "{at}");
        assert!(!answer.headers.contains_key("strict-transport-security"));
    }
}

#[track_caller]
fn assert_policy(answer: &Answer, at: &str) {
    let policies: Vec<_> = answer
        .headers
        .get_all("content-security-policy")
        .iter()
        .collect();
    assert_eq!(policies.len(), 1, "{at}");
    let policy = policies[0].to_str().unwrap();
    let directives: Vec<&str> = policy.split(';').map(str::trim).collect();
    for directive in [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ] {
        assert!(directives.contains(&directive), "{at} lacks {directive}");
    }
    for wide in ["unsafe", "inline", "eval", "data:", "*", "http"] {
        assert!(!policy.contains(wide), "{at} allows {wide}: {policy}");
    }
}

#[tokio::test]
async fn only_what_holds_nothing_of_anybody_may_be_kept() {
    let app = TestApp::start().await;
    for (at, answer) in answers(&app).await {
        let expected = if at.contains("/static/") && answer.status == 200 {
            "public, max-age=31536000, immutable"
        } else if at == "GET jwks" {
            "public, max-age=60"
        } else {
            "no-store"
        };
        let values: Vec<_> = answer.headers.get_all("cache-control").iter().collect();
        assert_eq!(values, [expected], "{at}");
    }
}

#[tokio::test]
async fn browsers_that_come_by_https_are_told_to_stay_there() {
    let app = TestApp::start_with(Settings {
        public_url: Some(HTTPS),
        ..Settings::default()
    })
    .await;
    for (at, answer) in answers(&app).await {
        let value = answer.headers.get("strict-transport-security");
        let value = value.unwrap_or_else(|| panic!("{at} has no such header"));
        assert_eq!(value, "max-age=31536000", "{at}");
    }
}
