//! The shape of an answer: what Okta never sends is refused, and what it does send leaves no trace.

use crate::support::TestApp;
use crate::support::way_back::{parameter, with_parameter};

const ADA: &str = "ada@acme.example";

#[tokio::test]
async fn a_parameter_that_comes_twice_is_refused_and_spends_nothing() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    let authorize = browser.walk_to_okta(&app, &invited).await;
    let back = browser.sign_in_at_okta(&authorize, ADA).await;
    let state = parameter(&authorize, "state").unwrap();

    for twice in [
        format!("{back}&state=other"),
        format!("{back}&state={state}"),
        format!("{back}&code=other"),
        format!("{back}&iss=a&iss=a"),
        format!("{back}&error=a&error=a"),
    ] {
        let page = browser.get(&twice).await;

        page.assert_explains(400, "This answer is incomplete")
            .assert_leads_on_to("/onboarding/sign-in");
    }
    app.assert_no_token_call("acme");
    browser
        .follow(back.as_str())
        .await
        .assert_says("All 25 permissions are granted.");
}

#[tokio::test]
async fn an_answer_with_both_a_code_and_an_error_or_with_neither_is_refused() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    let authorize = browser.walk_to_okta(&app, &invited).await;
    let back = browser.sign_in_at_okta(&authorize, ADA).await;

    for bent in [
        with_parameter(&back, "error", Some("access_denied")),
        with_parameter(&back, "code", None),
    ] {
        let page = browser.get(bent.as_str()).await;

        page.assert_explains(400, "This answer is incomplete");
    }
    app.assert_no_token_call("acme");
    app.outcome(&invited).await.assert_nothing_stored();
    browser.assert_trying_again_works(ADA).await;
}

#[tokio::test]
async fn a_link_s_token_goes_nowhere_but_into_the_link() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let token = invited.link.rsplit('/').next().unwrap();
    let browser = app.browser();

    let opened = browser.get(&invited.link).await;
    let authorize = browser.walk_to_okta(&app, &invited).await;
    let back = browser.sign_in_at_okta(&authorize, ADA).await;
    let landed = browser.get(back.as_str()).await;

    opened
        .assert_goes_to("/onboarding")
        .assert_never_says(token);
    assert!(opened.location().unwrap().query().is_none());
    assert_eq!(opened.headers["referrer-policy"], "no-referrer");
    assert!(!authorize.contains(token) && !back.as_str().contains(token));
    let at_okta = format!("{:?}", app.org("acme").requests());
    assert!(!at_okta.contains(token), "Okta saw the link's token");
    assert!(
        !app.log.text().contains(token),
        "the link's token was logged"
    );
    assert!(landed.location().unwrap().query().is_none());
}

#[tokio::test]
async fn neither_code_nor_state_stays_in_an_address_a_page_or_the_log() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    let authorize = browser.walk_to_okta(&app, &invited).await;
    let back = browser.sign_in_at_okta(&authorize, ADA).await;
    let state = parameter(&authorize, "state").unwrap();
    let code = parameter(back.as_str(), "code").unwrap();

    let landed = browser.get(back.as_str()).await;
    let refused = browser.get(back.as_str()).await;

    assert_eq!(landed.headers["referrer-policy"], "no-referrer");
    assert_eq!(landed.headers["cache-control"], "no-store");
    let address = landed.location().unwrap();
    assert_eq!((address.query(), address.fragment()), (None, None));
    for secret in [state.as_str(), code.as_str()] {
        landed.assert_never_says(secret);
        refused.assert_status(400).assert_never_says(secret);
        assert!(!app.log.text().contains(secret), "it was logged");
    }
}
