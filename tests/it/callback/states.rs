//! Which answers are taken at all.

use fake_okta::AuthMethod;
use time::Duration;

use crate::support::way_back::with_parameter;
use crate::support::{Browser, Invited, TestApp};

const ADA: &str = "ada@acme.example";

/// An invited tenant whose administrator is at the address that Okta sent them back to.
async fn came_back(app: &TestApp) -> (Invited, Browser, url::Url) {
    let invited = app.invite().await;
    let browser = app.browser();
    let authorize = browser.walk_to_okta(app, &invited).await;
    let back = browser.sign_in_at_okta(&authorize, ADA).await;
    (invited, browser, back)
}

/// The refusal spent nothing: the right answer in the right browser still lands.
async fn assert_still_lands(app: &TestApp, browser: &Browser, invited: &Invited, back: &url::Url) {
    app.assert_no_token_call("acme");
    app.outcome(invited).await.assert_nothing_stored();
    browser
        .follow(back.as_str())
        .await
        .assert_says("All 25 permissions are granted.");
    assert_eq!(app.code_exchanges("acme"), 1);
}

#[tokio::test]
async fn an_answer_without_state_is_refused() {
    let app = TestApp::start().await;
    let (invited, browser, back) = came_back(&app).await;

    let page = browser
        .get(with_parameter(&back, "state", None).as_str())
        .await;

    page.assert_explains(400, "This answer is incomplete")
        .assert_leads_on_to("/onboarding/sign-in");
    assert_still_lands(&app, &browser, &invited, &back).await;
}

#[tokio::test]
async fn a_state_that_was_never_given_out_is_refused() {
    let app = TestApp::start().await;
    let (invited, browser, back) = came_back(&app).await;

    for made_up in [
        "x",
        "",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "'; --",
    ] {
        let page = browser
            .get(with_parameter(&back, "state", Some(made_up)).as_str())
            .await;

        page.assert_explains(400, "This sign-in was not begun here")
            .assert_leads_on_to("/onboarding/sign-in");
    }
    assert_still_lands(&app, &browser, &invited, &back).await;
}

#[tokio::test]
async fn a_browser_without_a_cookie_cannot_finish_what_another_began() {
    let app = TestApp::start().await;
    let (invited, browser, back) = came_back(&app).await;

    let page = app.browser().get(back.as_str()).await;

    page.assert_explains(400, "This sign-in was begun in another browser");
    assert!(!page.headers.contains_key("set-cookie"));
    assert_still_lands(&app, &browser, &invited, &back).await;
}

#[tokio::test]
async fn a_browser_with_a_session_of_its_own_cannot_finish_what_another_began() {
    let app = TestApp::start().await;
    let (invited, browser, back) = came_back(&app).await;
    let other_invited = app
        .invite_with("globex", AuthMethod::PrivateKeyJwt, &app.catalog())
        .await;
    let victim = app.browser();
    victim.walk_to_okta(&app, &other_invited).await;
    let cookie = victim.session_cookie();

    let page = victim.get(back.as_str()).await;

    page.assert_explains(400, "This sign-in was begun in another browser");
    assert_eq!(victim.session_cookie(), cookie);
    app.outcome(&other_invited).await.assert_nothing_stored();
    assert_still_lands(&app, &browser, &invited, &back).await;
}

#[tokio::test]
async fn an_answer_on_another_connections_address_is_refused() {
    let app = TestApp::start().await;
    let (invited, browser, back) = came_back(&app).await;
    let other = app
        .invite_with("globex", AuthMethod::PrivateKeyJwt, &app.catalog())
        .await;
    let mut mixed_up = back.clone();
    mixed_up.set_path(&format!("/oauth/callback/{}", other.connection));

    let page = browser.get(mixed_up.as_str()).await;

    page.assert_explains(400, "This answer came to the wrong address");
    app.assert_no_token_call("globex");
    app.outcome(&other).await.assert_nothing_stored();
    assert_still_lands(&app, &browser, &invited, &back).await;
}

#[tokio::test]
async fn an_address_of_no_connection_is_refused_without_being_quoted() {
    let app = TestApp::start().await;
    let (invited, browser, back) = came_back(&app).await;
    for path in [
        "/oauth/callback/canary'",
        "/oauth/callback/00000000-0000-7000-8000-000000000000",
    ] {
        let mut elsewhere = back.clone();
        elsewhere.set_path(path);

        let page = browser.get(elsewhere.as_str()).await;

        assert!((400..=404).contains(&page.status), "{}", page.status);
        page.assert_referenced().assert_never_says("canary");
    }
    assert_still_lands(&app, &browser, &invited, &back).await;
}

#[tokio::test]
async fn an_answer_after_ten_minutes_is_refused_and_a_new_sign_in_works() {
    let app = TestApp::start().await;
    let (invited, browser, back) = came_back(&app).await;
    app.advance(Duration::minutes(10));

    let page = browser.get(back.as_str()).await;

    page.assert_explains(400, "This sign-in took too long")
        .assert_leads_on_to("/onboarding/sign-in");
    app.assert_no_token_call("acme");
    app.outcome(&invited).await.assert_nothing_stored();
    browser.assert_trying_again_works(ADA).await;
}

#[tokio::test]
async fn an_answer_that_is_posted_is_refused() {
    let app = TestApp::start().await;
    let (invited, browser, back) = came_back(&app).await;
    let (address, _) = back.as_str().split_once('?').unwrap();
    let fields: Vec<(String, String)> = back.query_pairs().into_owned().collect();
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(n, v)| (n.as_str(), v.as_str()))
        .collect();

    let page = browser.post(address, &fields).await;
    let cross_site = [
        ("sec-fetch-site", "cross-site"),
        ("origin", "http://okta.example"),
    ];
    let sent_by_okta = browser
        .send(reqwest::Method::POST, address, Some(&fields), &cross_site)
        .await;

    page.assert_explains(405, "That cannot be done here");
    assert!([403, 405].contains(&sent_by_okta.status));
    assert_still_lands(&app, &browser, &invited, &back).await;
}
