//! Nobody is led to another site from here, except to the Okta that they named.

use super::EVIL;
use crate::support::{Answer, TestApp};

const TARGETS: [&str; 10] = [
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "https://evil.example",
    "https://127.0.0.1@evil.example",
    "%2F%2Fevil.example",
    "/%09/evil.example",
    "javascript:alert(1)",
    "//evil.example/%2e%2e",
];

#[track_caller]
fn assert_stays(answer: &Answer, at: &str) {
    assert!(answer.status < 500, "{at} answered {}", answer.status);
    if let Some(to) = answer.headers.get("location") {
        let to = to.to_str().unwrap();
        let own = to.starts_with('/') && !to.starts_with("//") && !to.starts_with("/\\");
        assert!(own && !to.contains("evil"), "{at} leads to {to}");
    }
    for part in ["href=\"", "action=\"", "src=\""] {
        for target in answer.body.split(part).skip(1) {
            let target = target.split('"').next().unwrap();
            assert!(!target.contains("evil"), "{at} links to {target}");
        }
    }
}

#[tokio::test]
async fn no_parameter_leads_to_another_site() {
    let app = TestApp::start().await;
    for target in TARGETS {
        let encoded: String = url::form_urlencoded::byte_serialize(target.as_bytes()).collect();
        for name in ["next", "return_to", "redirect_uri", "tenant"] {
            for page in ["/", "/sign-in", "/signed-out", "/onboarding"] {
                for value in [target, encoded.as_str()] {
                    let address = format!("{page}?{name}={value}");
                    assert_stays(&app.browser().get(&address).await, &address);
                }
            }
            let at = format!("POST /sign-in {name}={target}");
            let form = [("organization", target), (name, target)];
            assert_stays(&app.browser().post("/sign-in", &form).await, &at);
            let address = format!("/sign-out?{name}={encoded}");
            let answer = app.browser().post(&address, &[(name, target)]).await;
            assert_stays(answer.assert_goes_to("/signed-out"), &address);
        }
    }
}

#[tokio::test]
async fn no_path_is_taken_for_another_site() {
    let app = TestApp::start().await;
    for path in [
        "//evil.example",
        "//evil.example/",
        "///evil.example",
        "/\\evil.example",
        "/%5Cevil.example",
        "/%2Fevil.example",
        "/%2F%2Fevil.example/",
        "//evil.example/tenants",
        "/onboard//evil.example",
        "/onboard/%2F%2Fevil.example",
        "/tenants//evil.example",
        "/tenants/%2F%2Fevil.example",
        "/static//evil.example",
    ] {
        let address = format!("{}{path}", app.url);
        let answer = app.browser().get(&address).await;
        assert_stays(&answer, path);
        answer.assert_status(404);
    }
}

#[tokio::test]
async fn a_sign_in_with_a_foreign_destination_ends_on_the_tenants_page() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    app.browser()
        .connect(&app, &invited, "ada@acme.example")
        .await;
    let browser = app.browser();
    let origin = app.org("acme").origin().to_owned();
    let form = [
        ("organization", origin.as_str()),
        ("next", EVIL),
        ("return_to", EVIL),
        ("tenant", "//evil.example"),
    ];
    let page = browser.press("/sign-in?next=//evil.example", &form).await;
    let okta = page.link("/oauth2/v1/authorize").unwrap();
    let back = browser.sign_in_at_okta(&okta, "ada@acme.example").await;

    let address = format!("{back}&next=//evil.example&return_to={EVIL}");
    let landed = browser.get(&address).await;

    landed.assert_goes_to(&format!("/tenants/{}", invited.tenant));
    assert_stays(&landed, "the callback");
}
