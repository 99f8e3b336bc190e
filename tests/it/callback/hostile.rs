//! Texts of a stranger's on the way back: anybody can make a browser open our address with any words
//! in it. Ours come first; theirs are escaped, cut and never a link.

use fake_okta::{CallbackFault, Fault};

use crate::support::way_back::parameter;
use crate::support::{Answer, TestApp};

/// Lets a browser that is at Okta come back with `error` parameters of an attacker's choice.
async fn answered(app: &TestApp, parameters: &[(&str, &str)]) -> Answer {
    let invited = app.invite().await;
    let browser = app.browser();
    let authorize = browser.walk_to_okta(app, &invited).await;
    let state = parameter(&authorize, "state").unwrap();
    let mut all = vec![("state", state.as_str())];
    all.extend_from_slice(parameters);
    let answer = browser.get(app.callback(&invited, &all).as_str()).await;
    app.assert_no_token_call("acme");
    app.outcome(&invited).await.assert_nothing_stored();
    // The tenant's page remembers the failure, and its words.
    let remembered = browser.get(&format!("/tenants/{}", invited.tenant)).await;
    assert_harmless(remembered.assert_status(200));
    answer
}

/// No markup, address, or character that hides or turns what stands around it.
#[track_caller]
fn assert_harmless(page: &Answer) {
    let body = page.body.to_lowercase();
    for bad in [
        "<script>",
        "<img",
        "onerror=\"",
        "href=\"javascript",
        "href=\"http://evil",
        "href=\"https://evil",
        "href=\"//evil",
        "\u{202e}",
        "\u{200b}",
        "\u{2066}",
        "\u{feff}",
        "\u{0}",
    ] {
        assert!(!body.contains(bad), "{bad:?} stands on the page");
    }
    assert!(!page.headers.contains_key("x-injected"));
    let cookies = page.headers.get_all("set-cookie").iter();
    assert!(
        cookies
            .into_iter()
            .all(|cookie| !cookie.to_str().unwrap().contains("injected"))
    );
}

#[tokio::test]
async fn markup_in_okta_s_words_is_shown_as_text_below_our_own() {
    let app = TestApp::start().await;
    let text = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'><a href=https://evil.example>fix</a>";

    let page = answered(
        &app,
        &[("error", "access_denied"), ("error_description", text)],
    )
    .await;

    page.assert_explains(400, "Okta says that access was refused");
    assert_harmless(&page);
    let said = page.between("<bdi>", "</bdi>").unwrap();
    assert!(
        said.starts_with("access_denied: &#60;script&#62;"),
        "{said}"
    );
    let ours = page.body.find("The sign-in ended with a no.").unwrap();
    assert!(ours < page.body.find("<bdi>").unwrap());
}

#[tokio::test]
async fn an_error_uri_is_never_shown_nor_linked() {
    let app = TestApp::start().await;
    for uri in [
        "javascript:alert(1)",
        "https://evil.example/help",
        "//evil.example",
    ] {
        let page = answered(&app, &[("error", "server_error"), ("error_uri", uri)]).await;

        page.assert_explains(503, "Okta has a problem of its own")
            .assert_never_says(uri);
        assert_harmless(&page);
    }
}

#[tokio::test]
async fn an_error_uri_from_okta_itself_is_passed_over() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    browser.walk_to_okta(&app, &invited).await;
    let faults = app.org("acme");
    let uri = "javascript:alert(document.domain)".to_owned();
    faults
        .faults()
        .add(Fault::from(CallbackFault::ErrorUri { uri }).once());

    let page = browser.authorize("ada@acme.example").await;

    page.assert_says("All 25 permissions are granted.")
        .assert_never_says("javascript:");
}

#[tokio::test]
async fn line_breaks_and_hidden_characters_are_flattened() {
    let app = TestApp::start().await;
    let text = "no\r\nSet-Cookie: injected=1\r\nX-Injected: 1\u{202e}txet\u{200b}\u{2066}hidden\u{feff}\u{0}end";

    let page = answered(
        &app,
        &[("error", "access\r\n_denied"), ("error_description", text)],
    )
    .await;

    page.assert_explains(400, "Okta refused");
    assert_harmless(&page);
    let said = page.between("<bdi>", "</bdi>").unwrap();
    assert_eq!(
        said,
        "access _denied: no Set-Cookie: injected=1 X-Injected: 1 txet hidden end"
    );
}

#[tokio::test]
async fn an_endless_text_is_cut_and_a_monstrous_one_refused() {
    let app = TestApp::start().await;
    let long = "a".repeat(10_000);
    let longer = "b".repeat(20_000);
    // As long as an address can be sent at all (65,534 bytes, hyper's own bound).
    let monstrous = "c".repeat(65_000);

    let cut = answered(
        &app,
        &[("error", "access_denied"), ("error_description", &long)],
    )
    .await;
    let refused = answered(
        &app,
        &[("error", "access_denied"), ("error_description", &longer)],
    )
    .await;
    let at_the_door = answered(
        &app,
        &[
            ("error", "access_denied"),
            ("error_description", &monstrous),
        ],
    )
    .await;

    let said = cut.assert_status(400).between("<bdi>", "</bdi>").unwrap();
    assert!(
        said.ends_with('…') && said.chars().count() < 330,
        "{}",
        said.len()
    );
    refused
        .assert_explains(400, "This answer is incomplete")
        .assert_never_says("bbbb");
    at_the_door
        .assert_explains(400, "This answer is incomplete")
        .assert_never_says("cccc");
}

#[tokio::test]
async fn an_unknown_error_is_shown_with_its_own_words_and_a_reference() {
    let app = TestApp::start().await;

    let page = answered(
        &app,
        &[
            ("error", "something_new"),
            ("error_description", "Not yet."),
        ],
    )
    .await;

    page.assert_explains(400, "Okta refused")
        .assert_says("something_new: Not yet.");
}
