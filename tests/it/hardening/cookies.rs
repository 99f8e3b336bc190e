//! The one cookie, over http on this machine and over https anywhere else.

use std::collections::BTreeSet;

use super::HTTPS;
use crate::support::{Answer, Settings, TestApp};

/// Name, value and attributes of the only cookie that an answer sets.
fn cookie(answer: &Answer) -> (String, String, BTreeSet<String>) {
    let mut set = answer.headers.get_all("set-cookie").iter();
    let text = set.next().expect("a cookie is set").to_str().unwrap();
    assert!(set.next().is_none(), "only one cookie is set");
    let mut parts = text.split("; ");
    let (name, value) = parts.next().unwrap().split_once('=').unwrap();
    let attributes = parts.map(str::to_owned).collect();
    (name.to_owned(), value.to_owned(), attributes)
}

fn attributes(of: &[&str]) -> BTreeSet<String> {
    of.iter().map(|text| (*text).to_owned()).collect()
}

async fn over_https() -> TestApp {
    TestApp::start_with(Settings {
        public_url: Some(HTTPS),
        ..Settings::default()
    })
    .await
}

fn path_of(link: &str) -> String {
    format!("/{}", link.splitn(4, '/').nth(3).unwrap())
}

#[tokio::test]
async fn over_http_scripts_and_other_sites_cannot_use_the_cookie() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    let expected = attributes(&["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=2592000"]);
    for answer in [
        browser.get(&invited.link).await,
        app.browser()
            .post("/sign-in", &[("organization", "x")])
            .await,
    ] {
        let (name, value, attributes) = cookie(&answer);
        assert_eq!((name.as_str(), value.len()), ("grantway", 43));
        assert_eq!(attributes, expected);
    }
}

#[tokio::test]
async fn over_https_the_cookie_is_bound_to_this_host_and_to_encryption() {
    let app = over_https().await;
    let invited = app.invite().await;
    assert!(
        invited
            .link
            .starts_with("https://connect.example.com/onboard/")
    );
    let browser = app.browser();

    let opened = browser.get(&path_of(&invited.link)).await;

    let (name, value, set) = cookie(opened.assert_goes_to("/onboarding"));
    assert_eq!((name.as_str(), value.len()), ("__Host-grantway", 43));
    // No Domain, or browsers refuse the prefix (RFC 6265bis §4.1.3.2).
    let expected = ["HttpOnly", "SameSite=Lax", "Secure", "Path=/"];
    assert_eq!(
        set,
        attributes(&[&expected[..], &["Max-Age=2592000"]].concat())
    );
    browser.get("/onboarding").await.assert_status(200);

    let out = browser.post("/sign-out", &[]).await;
    let (name, value, set) = cookie(&out);
    assert_eq!((name.as_str(), value.as_str()), ("__Host-grantway", ""));
    // A removal must carry the prefix's attributes too, or it is passed over.
    let gone: BTreeSet<String> = set
        .into_iter()
        .filter(|attribute| !attribute.starts_with("Expires"))
        .collect();
    assert_eq!(gone, attributes(&[&expected[..], &["Max-Age=0"]].concat()));
}

#[tokio::test]
async fn over_https_a_cookie_without_the_prefix_counts_for_nothing() {
    let app = over_https().await;
    let invited = app.invite().await;
    let browser = app.browser();
    let opened = browser.get(&path_of(&invited.link)).await;
    let (_, value, _) = cookie(&opened);

    // What a neighbouring host or a plain connection could have planted.
    let planted = app.browser();
    planted.set_session_cookie(&value);

    planted.get("/onboarding").await.assert_status(401);
}

#[tokio::test]
async fn a_cookie_of_another_shape_is_not_even_looked_up() {
    let app = TestApp::start().await;
    app.log.take_statements_of_requests();
    for value in ["", "x", &"a".repeat(42), &"a".repeat(44), &"a".repeat(3000)] {
        let browser = app.browser();
        browser.set_session_cookie(value);
        browser.get("/onboarding").await.assert_status(401);
    }
    assert_eq!(app.log.take_statements_of_requests(), Vec::<String>::new());
    let browser = app.browser();
    browser.set_session_cookie(&"a".repeat(43));
    browser.get("/onboarding").await.assert_status(401);
    let statements = app.log.take_statements_of_requests();
    assert_eq!(statements.len(), 1, "{statements:#?}");
}
