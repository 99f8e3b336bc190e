//! Who answered: an answer of another organization is refused before its code is sent anywhere.

use fake_okta::{CallbackFault, DiscoveryFault, Fault};

use crate::support::way_back::{parameter, with_parameter};
use crate::support::{Browser, Invited, TestApp};

const ADA: &str = "ada@acme.example";

/// Signs in at Okta, whose redirect back is bent by `fault`.
async fn came_back_with(app: &TestApp, fault: CallbackFault) -> (Invited, Browser, url::Url) {
    let invited = app.invite().await;
    let browser = app.browser();
    let authorize = browser.walk_to_okta(app, &invited).await;
    app.org("acme").faults().add(Fault::from(fault).once());
    let back = browser.sign_in_at_okta(&authorize, ADA).await;
    (invited, browser, back)
}

#[tokio::test]
async fn an_answer_that_names_another_issuer_is_refused_before_the_token_call() {
    let app = TestApp::start().await;
    let (invited, browser, back) = came_back_with(&app, CallbackFault::IssuerWrong).await;

    let page = browser.get(back.as_str()).await;

    page.assert_explains(400, "The answer could not be trusted")
        .assert_never_says("attacker.example");
    app.assert_no_token_call("acme");
    app.outcome(&invited).await.assert_nothing_stored();
    browser.assert_trying_again_works(ADA).await;
}

#[tokio::test]
async fn another_organization_of_the_same_okta_is_another_issuer_too() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    let authorize = browser.walk_to_okta(&app, &invited).await;
    let back = browser.sign_in_at_okta(&authorize, ADA).await;
    let other = app.org("globex").origin().to_owned();

    let page = browser
        .get(with_parameter(&back, "iss", Some(&other)).as_str())
        .await;

    page.assert_explains(400, "The answer could not be trusted");
    app.assert_no_token_call("acme");
    app.assert_no_token_call("globex");
    app.outcome(&invited).await.assert_nothing_stored();
}

#[tokio::test]
async fn an_answer_that_names_its_right_issuer_lands() {
    let app = TestApp::start().await;
    let (invited, browser, back) = came_back_with(&app, CallbackFault::IssuerRight).await;
    assert!(parameter(back.as_str(), "iss").is_some());

    let page = browser.follow(back.as_str()).await;

    page.assert_says("All 25 permissions are granted.");
    app.outcome(&invited).await.assert_connected_once();
}

#[tokio::test]
async fn an_issuer_that_okta_promised_must_come() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    let promise = Fault::from(DiscoveryFault::IssParameterAdvertised);
    app.org("acme").faults().add(promise);
    let authorize = browser.walk_to_okta(&app, &invited).await;
    let back = browser.sign_in_at_okta(&authorize, ADA).await;

    let page = browser.get(back.as_str()).await;

    page.assert_explains(400, "The answer could not be trusted");
    app.assert_no_token_call("acme");
    app.outcome(&invited).await.assert_nothing_stored();
    app.org("acme").faults().add(CallbackFault::IssuerRight);
    browser.assert_trying_again_works(ADA).await;
}

#[tokio::test]
async fn an_answer_that_was_bent_on_the_way_is_refused() {
    let cases = [
        (CallbackFault::StateWrong, "This sign-in was not begun here"),
        (CallbackFault::StateMissing, "This answer is incomplete"),
        (CallbackFault::CodeMissing, "This answer is incomplete"),
        (CallbackFault::CodeAndError, "This answer is incomplete"),
        (
            CallbackFault::Duplicate {
                name: "state".to_owned(),
            },
            "This answer is incomplete",
        ),
    ];
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    browser.walk_to_okta(&app, &invited).await;
    for (fault, title) in cases {
        app.org("acme").faults().add(Fault::from(fault).once());

        let page = browser.authorize(ADA).await;

        page.assert_explains(400, title);
    }
    app.assert_no_token_call("acme");
    app.outcome(&invited).await.assert_nothing_stored();
    browser.assert_trying_again_works(ADA).await;
}

#[tokio::test]
async fn a_code_that_okta_never_issued_stores_nothing() {
    let app = TestApp::start().await;
    let (invited, browser, back) = came_back_with(&app, CallbackFault::CodeWrong).await;

    let page = browser.get(back.as_str()).await;

    page.assert_explains(400, "Okta's answer was no longer valid");
    assert_eq!(app.code_exchanges("acme"), 1);
    app.outcome(&invited).await.assert_nothing_stored();
    browser.assert_trying_again_works(ADA).await;
}

#[tokio::test]
async fn an_organization_whose_id_changed_on_the_way_is_refused_before_the_token_call() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    let authorize = browser.walk_to_okta(&app, &invited).await;
    let back = browser.sign_in_at_okta(&authorize, ADA).await;
    app.org("acme")
        .faults()
        .add(DiscoveryFault::OrganizationIdOther);

    let page = browser.get(back.as_str()).await;

    page.assert_explains(400, "Another organization answered");
    app.assert_no_token_call("acme");
    app.outcome(&invited).await.assert_nothing_stored();
    app.org("acme").faults().clear();
    browser.assert_trying_again_works(ADA).await;
}
