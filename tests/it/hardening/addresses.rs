//! Addresses that nobody should ask for.

use reqwest::Method;

use crate::support::{TestApp, raw};

#[tokio::test]
async fn an_unknown_page_leads_on() {
    let app = TestApp::start().await;
    for path in ["/nowhere", "/tenants", "/tenants/1", "/metrics", "/static/"] {
        let answer = app.browser().get(path).await;
        answer
            .assert_status(404)
            .assert_says("There is no such page")
            .assert_says("sign in from the front page")
            .assert_says("Reference");
        assert_eq!(answer.link("/").as_deref().map(|_| ()), Some(()));
        assert!(answer.body.contains("href=\"/\""));
    }
}

#[tokio::test]
async fn a_wrong_method_gets_a_page_and_is_told_the_right_ones() {
    let app = TestApp::start().await;
    for (method, path, allowed) in [
        (Method::POST, "/", "GET,HEAD"),
        (Method::GET, "/sign-out", "POST"),
        (Method::DELETE, "/onboarding/app", "GET,HEAD,POST"),
        (Method::PUT, "/onboarding/begin", "POST"),
        (Method::PUT, "/onboard/x", "GET,HEAD,POST"),
        (Method::TRACE, "/", "GET,HEAD"),
    ] {
        let answer = app.browser().send(method.clone(), path, None, &[]).await;
        answer
            .assert_status(405)
            .assert_says("That cannot be done here");
        // RFC 9110 §15.5.6: the answer names what the resource takes.
        let allow = answer
            .headers
            .get("allow")
            .map(|value| value.to_str().unwrap());
        let named: std::collections::BTreeSet<&str> = allow
            .unwrap_or_default()
            .split(',')
            .map(str::trim)
            .collect();
        assert_eq!(named, allowed.split(',').collect(), "{method} {path}");
    }
}

const WEIRD: [&str; 26] = [
    "/%",
    "/%zz",
    "/%00",
    "/%ff%fe",
    "/tenants/%",
    "/tenants/%00",
    "/tenants/%ff%fe%fd",
    "/tenants/..%2f..%2fetc%2fpasswd",
    "/tenants/../../etc/passwd",
    "/tenants/%0d%0aSet-Cookie:%20a=b",
    "/tenants/00000000-0000-0000-0000-000000000000%00",
    "/onboard/%ff",
    "/onboard/%",
    "/onboard/..%2f..%2f",
    "/static/%ff",
    "/static/%00app.css",
    "/static/app.css%00",
    "/oauth/jwks/%ff",
    "/oauth/jwks/..",
    "/oauth/callback/%ff?state=a",
    "/oauth/callback/00000000-0000-0000-0000-000000000000?state=%ff%fe&code=%00",
    "/oauth/callback/00000000-0000-0000-0000-000000000000?%ff=%zz&&&=&state",
    "/?tenant=%ff%00",
    "/?tenant=%0d%0aX-Evil:%201",
    "/onboarding/organization?found=%ff%00%0d%0a",
    "/?&&==&%",
];

#[tokio::test]
async fn no_odd_address_breaks_anything_or_writes_a_header() {
    let app = TestApp::start().await;
    for target in WEIRD {
        let answer = raw::get(&app.url, target).await;
        let expected = if target.starts_with("/?") {
            200..=200
        } else {
            400..=404
        };
        assert!(
            expected.contains(&answer.status),
            "{target}: {}",
            answer.status
        );
        let lower = answer.text.to_ascii_lowercase();
        assert!(
            !lower.contains("\nset-cookie:") && !lower.contains("\nx-evil"),
            "{target}"
        );
        assert!(!answer.text.contains("root:"), "{target}");
    }
}

#[tokio::test]
async fn no_path_leads_out_of_the_static_files() {
    let app = TestApp::start().await;
    for path in [
        "/static/../Cargo.toml",
        "/static/..%2fCargo.toml",
        "/static/%2e%2e/Cargo.toml",
        "/static/%2e%2e%2fCargo.toml",
        "/static/..%5cCargo.toml",
        "/static//etc/passwd",
        "/static/%2fetc%2fpasswd",
        "/static/./../templates/base.html",
        "/static/app.css/../../templates/base.html",
        "/static/APP.CSS",
    ] {
        let answer = raw::get(&app.url, path).await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(!answer.text.contains("[package]"), "{path}");
    }
    let real = raw::get(&app.url, "/static/app.css").await;
    assert_eq!(real.status, 200);
}

#[tokio::test]
async fn a_host_that_is_not_ours_changes_no_answer() {
    let app = TestApp::start().await;
    for request in [
        "GET /sign-in HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: evil.example\r\nConnection: close\r\n\r\n",
        "GET http://evil.example/sign-in HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
        "GET /nowhere HTTP/1.1\r\nHost: evil.example\r\nForwarded: host=evil.example\r\nConnection: close\r\n\r\n",
    ] {
        let answer = raw::send(&app.url, request.as_bytes()).await;
        assert!([303, 404].contains(&answer.status));
        assert!(!answer.text.contains("evil"), "{}", answer.text);
    }
}

#[tokio::test]
async fn an_endless_address_or_header_is_refused() {
    let app = TestApp::start().await;
    let long = "a".repeat(100 * 1024);
    let path = raw::get(&app.url, &format!("/onboard/{long}")).await;
    assert!((400..500).contains(&path.status), "{}", path.status);
    let header = format!(
        "GET / HTTP/1.1\r\nHost: x\r\nX-Long: {}\r\nConnection: close\r\n\r\n",
        "a".repeat(1024 * 1024)
    );
    let header = raw::send(&app.url, header.as_bytes()).await;
    assert_eq!(header.status, 431);
    let many = format!(
        "GET / HTTP/1.1\r\nHost: x\r\n{}\r\n",
        "X-A: b\r\n".repeat(1000)
    );
    let many = raw::send(&app.url, many.as_bytes()).await;
    assert_eq!(many.status, 431);
}
