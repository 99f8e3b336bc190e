//! An answer counts once, a code is spent once, and who signed in gets a new cookie.

use crate::support::way_back::{parameter, with_parameter};
use crate::support::{Answer, TestApp};

const ADA: &str = "ada@acme.example";

#[tokio::test]
async fn an_answer_that_landed_is_worthless_afterwards() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    let authorize = browser.walk_to_okta(&app, &invited).await;
    let back = browser.sign_in_at_okta(&authorize, ADA).await;
    browser.follow(back.as_str()).await.assert_status(200);

    let again = browser.get(back.as_str()).await;

    again
        .assert_explains(400, "This sign-in was finished before")
        .assert_leads_on_to(&format!("/tenants/{}", invited.tenant));
    assert_eq!(app.code_exchanges("acme"), 1);
    app.outcome(&invited).await.assert_connected_once();
}

#[tokio::test]
async fn an_answer_that_failed_is_worthless_afterwards() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    let authorize = browser.walk_to_okta(&app, &invited).await;
    let denied = browser.cancel_at_okta(&authorize).await;
    browser.get(denied.as_str()).await.assert_status(400);
    let state = parameter(&authorize, "state").unwrap();
    let with_code = app.callback(&invited, &[("state", &state), ("code", "made-up")]);

    for replayed in [denied, with_code] {
        let page = browser.get(replayed.as_str()).await;

        page.assert_explains(400, "This sign-in was finished before")
            .assert_leads_on_to("/onboarding/sign-in");
    }
    app.assert_no_token_call("acme");
    app.outcome(&invited).await.assert_nothing_stored();
    browser.assert_trying_again_works(ADA).await;
}

#[tokio::test]
async fn of_many_callbacks_at_once_exactly_one_spends_the_code() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    let authorize = browser.walk_to_okta(&app, &invited).await;
    let back = browser.sign_in_at_okta(&authorize, ADA).await;
    let url = back.as_str();

    let answers: [Answer; 4] = tokio::join!(
        browser.get(url),
        browser.get(url),
        browser.get(url),
        browser.get(url)
    )
    .into();

    let landed = answers.iter().filter(|answer| answer.status == 303).count();
    assert_eq!(landed, 1);
    for answer in answers.iter().filter(|answer| answer.status != 303) {
        answer.assert_explains(400, "This sign-in was finished before");
    }
    assert_eq!(app.code_exchanges("acme"), 1);
    app.outcome(&invited).await.assert_connected_once();
    let page = browser.get(&format!("/tenants/{}", invited.tenant)).await;
    page.assert_says("All 25 permissions are granted.");
}

#[tokio::test]
async fn a_code_is_worthless_in_another_attempt() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    let first = browser.walk_to_okta(&app, &invited).await;
    let stolen = browser.sign_in_at_okta(&first, ADA).await;
    let stolen_code = parameter(stolen.as_str(), "code").unwrap();
    let second = browser.okta_address().await;
    let own = browser.sign_in_at_okta(&second, ADA).await;
    let injected = with_parameter(&own, "code", Some(&stolen_code));

    let page = browser.get(injected.as_str()).await;

    // PKCE: the code's challenge belongs to the first attempt's verifier.
    page.assert_explains(400, "Okta refused")
        .assert_says("PKCE verification failed.");
    assert_eq!(app.code_exchanges("acme"), 1);
    app.outcome(&invited).await.assert_nothing_stored();
    browser.assert_trying_again_works(ADA).await;
}

#[tokio::test]
async fn a_code_that_was_spent_is_refused_in_a_later_attempt() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    let authorize = browser.walk_to_okta(&app, &invited).await;
    let back = browser.sign_in_at_okta(&authorize, ADA).await;
    browser.follow(back.as_str()).await.assert_status(200);
    let spent = parameter(back.as_str(), "code").unwrap();
    let again = browser.press_authorize_again(&invited).await;
    let state = parameter(&again, "state").unwrap();

    let page = browser
        .get(
            app.callback(&invited, &[("state", &state), ("code", &spent)])
                .as_str(),
        )
        .await;

    page.assert_explains(400, "Okta's answer was no longer valid")
        .assert_leads_on_to(&format!("/tenants/{}", invited.tenant));
    assert_eq!(app.outcome(&invited).await.authorizations, 1);
}

#[tokio::test]
async fn the_cookie_is_another_one_after_the_callback_and_the_old_one_is_dead() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    let authorize = browser.walk_to_okta(&app, &invited).await;
    let before = browser.session_cookie().unwrap();
    let back = browser.sign_in_at_okta(&authorize, ADA).await;

    let landed = browser.get(back.as_str()).await;

    let tenant_page = format!("/tenants/{}", invited.tenant);
    landed.assert_goes_to(&tenant_page);
    assert_ne!(browser.session_cookie().unwrap(), before);
    browser.get(&tenant_page).await.assert_status(200);
    let thief = app.browser();
    thief.set_session_cookie(&before);
    thief.get(&tenant_page).await.assert_goes_to("/");
    assert_eq!(thief.get("/onboarding").await.status, 401);
}
