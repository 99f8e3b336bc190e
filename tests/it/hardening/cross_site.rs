//! Forms that another site sends are refused, whatever session the browser has.

use fake_okta::AuthMethod;
use grantway::web::routes;
use reqwest::Method;

use crate::support::{Browser, Settings, TestApp};

const CROSSINGS: [&[(&str, &str)]; 6] = [
    &[
        ("sec-fetch-site", "cross-site"),
        ("origin", "https://evil.example"),
    ],
    &[("sec-fetch-site", "cross-site")],
    &[("sec-fetch-site", "same-site")],
    &[("origin", "https://evil.example")],
    &[("origin", "null")],
    &[("sec-fetch-site", "cross-site"), ("origin", "null")],
];

/// An administrator and somebody at the last step, each with a live session.
async fn signed_in(app: &TestApp) -> (Vec<Browser>, String) {
    let invited = app.invite().await;
    let administrator = app.browser();
    administrator
        .connect(app, &invited, "ada@acme.example")
        .await
        .assert_status(200);
    let other = app
        .invite_with("globex", AuthMethod::PrivateKeyJwt, &app.catalog())
        .await;
    let holder = app.browser();
    holder.walk_to_okta(app, &other).await;
    let nobody = app.browser();
    (
        vec![administrator, holder, nobody],
        invited.tenant.to_string(),
    )
}

#[tokio::test]
async fn no_form_that_another_site_sends_does_anything() {
    let app = TestApp::start().await;
    let (browsers, tenant) = signed_in(&app).await;
    let before = app.database.snapshot(None).await;
    let posts: Vec<_> = routes()
        .iter()
        .filter(|(method, _)| *method == "POST")
        .map(|(_, path)| path.replace("{tenant}", &tenant))
        .collect();
    assert!(posts.len() >= 7, "{posts:?}");
    for path in &posts {
        for browser in &browsers {
            for headers in CROSSINGS {
                let cookie = browser.session_cookie();
                let answer = browser
                    .send(
                        Method::POST,
                        path,
                        Some(&[("organization", "acme.okta.com")]),
                        headers,
                    )
                    .await;
                answer
                    .assert_status(403)
                    .assert_says("That came from another site")
                    .assert_says("nothing was changed");
                assert_eq!(browser.session_cookie(), cookie, "{path}");
            }
        }
    }
    assert_eq!(app.database.snapshot(None).await, before);
}

#[tokio::test]
async fn our_own_forms_are_taken_from_every_kind_of_browser() {
    let app = TestApp::start().await;
    let origin = app.url.clone();
    let own: [&[(&str, &str)]; 4] = [
        &[("sec-fetch-site", "same-origin"), ("origin", &origin)],
        &[("sec-fetch-site", "none")],
        &[("origin", &origin)],
        &[],
    ];
    for headers in own {
        let answer = app
            .browser()
            .send(Method::POST, "/sign-out", Some(&[]), headers)
            .await;
        answer.assert_goes_to("/signed-out");
    }
}

#[tokio::test]
async fn behind_a_proxy_the_public_origin_is_our_own() {
    let app = TestApp::start_with(Settings {
        public_url: Some(super::HTTPS),
        ..Settings::default()
    })
    .await;
    for (origin, status) in [
        (super::HTTPS, 303),
        ("https://connect.example.com.evil.example", 403),
        ("http://connect.example.com", 403),
        ("https://connect.example.com:8443", 403),
        ("https://evil.example", 403),
    ] {
        let headers = [("origin", origin)];
        let answer = app
            .browser()
            .send(Method::POST, "/sign-out", Some(&[]), &headers)
            .await;
        assert_eq!(answer.status, status, "{origin}");
    }
}

/// Whoever sits between a browser and us can answer for `http://` at our own host, and the browser names
/// no `Sec-Fetch-Site` from there.
#[tokio::test]
async fn the_same_host_by_plain_http_is_another_site() {
    let app = TestApp::start_with(Settings {
        public_url: Some(super::HTTPS),
        ..Settings::default()
    })
    .await;
    for (origin, status) in [
        (super::HTTPS, 303),
        ("http://connect.example.com", 403),
        ("http://connect.example.com:443", 403),
        ("https://connect.example.com:8443", 403),
        ("null", 403),
    ] {
        let headers = [("origin", origin), ("host", "connect.example.com")];
        let answer = app
            .browser()
            .send(Method::POST, "/sign-out", Some(&[]), &headers)
            .await;
        assert_eq!(answer.status, status, "{origin}");
    }
}

/// A link in a mail or on another page is a cross-site GET, and has to work.
#[tokio::test]
async fn reading_from_another_site_is_taken_and_changes_nothing() {
    let app = TestApp::start().await;
    let (browsers, tenant) = signed_in(&app).await;
    let before = app.database.snapshot(None).await;
    let headers = [("sec-fetch-site", "cross-site")];

    let page = format!("/tenants/{tenant}");
    for path in ["/", page.as_str()] {
        browsers[0]
            .send(Method::GET, path, None, &headers)
            .await
            .assert_status(200);
    }

    assert_eq!(app.database.snapshot(None).await, before);
}
