//! Whoever sends a link to the sign-in page must not choose where it ends.

use crate::support::TestApp;
use crate::support::staff::SAM;

const EVIL: [&str; 16] = [
    "//evil.example",
    "//evil.example/support",
    "/\\evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "https://evil.example/support",
    "https://127.0.0.1@evil.example/support",
    "javascript:alert(1)",
    "/support@evil.example",
    "/support.evil.example",
    "/support//evil.example",
    "/support/../onboarding",
    "/support/%2e%2e/%2fevil.example",
    "%2f%2fevil.example",
    "/support\r\nLocation: https://evil.example",
    "/tenants/018f0000-0000-7000-8000-000000000000",
];

#[tokio::test]
async fn an_address_elsewhere_is_replaced_by_the_front_page_of_the_area() {
    let app = TestApp::start().await;
    for evil in EVIL {
        let browser = app.browser();
        let departure = browser.staff_departure(Some(evil)).await;
        let back = browser.sign_in_at_okta(&departure, SAM).await;

        let landed = browser.get(back.as_str()).await;

        landed.assert_goes_to("/support");
        let to = landed.headers["location"].to_str().unwrap();
        assert_eq!(to, "/support", "{evil:?}");
        // Somebody who is signed in already is redirected at once: to the same place.
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("return_to", evil)
            .finish();
        let at_once = browser.get(&format!("/staff/sign-in?{query}")).await;
        assert_eq!(at_once.headers["location"], "/support", "{evil:?}");
    }
}

#[tokio::test]
async fn an_address_in_the_area_is_kept_through_the_sign_in() {
    let app = TestApp::start().await;
    for wanted in ["/support/overview", "/support?q=a%20b&state=on_hold"] {
        let browser = app.browser();
        let departure = browser.staff_departure(Some(wanted)).await;
        let back = browser.sign_in_at_okta(&departure, SAM).await;

        let landed = browser.get(back.as_str()).await;

        assert_eq!(landed.headers["location"], wanted);
    }
}
