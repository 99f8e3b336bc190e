//! What Okta, or a person there, decides against.

use fake_okta::{AuthMethod, CallbackFault, Fault, Role};

use crate::support::{Answer, Browser, Invited, TestApp};

const ADA: &str = "ada@acme.example";
const NORA: &str = "nora@acme.example";

async fn at_okta(app: &TestApp, invited: &Invited) -> (Browser, String) {
    let browser = app.browser();
    let authorize = browser.walk_to_okta(app, invited).await;
    (browser, authorize)
}

/// The tenant's page remembers the failure, with the reference of the error page.
async fn assert_remembered(browser: &Browser, invited: &Invited, page: &Answer) {
    let reference = page.headers["x-request-id"].to_str().unwrap();
    let status = browser.get(&format!("/tenants/{}", invited.tenant)).await;
    status
        .assert_status(200)
        .assert_says(&page.title())
        .assert_says(reference)
        .assert_says("nothing was connected");
}

#[tokio::test]
async fn somebody_who_is_not_assigned_to_the_app_learns_how_to_be() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let org = app.org("acme");
    org.update_app(&invited.client_id, |app| app.everyone = false);
    let (browser, authorize) = at_okta(&app, &invited).await;
    let back = browser.sign_in_at_okta(&authorize, ADA).await;

    let page = browser.get(back.as_str()).await;

    page.assert_explains(400, "You are not assigned to the app in Okta")
        .assert_says("access_denied: User is not assigned to the client application.")
        .assert_says("Assign to People");
    app.outcome(&invited).await.assert_nothing_stored();
    assert_remembered(&browser, &invited, &page).await;
    org.assign(&invited.client_id, ADA);
    browser.assert_trying_again_works(ADA).await;
    app.outcome(&invited).await.assert_connected_once();
}

#[tokio::test]
async fn somebody_who_is_no_super_administrator_is_warned_on_the_status_page() {
    for (login, name) in [
        (NORA, "Nora Example"),
        ("oscar@acme.example", "Oscar Example"),
        ("rita@acme.example", "Rita Example"),
    ] {
        let app = TestApp::start().await;
        let invited = app.invite().await;
        let browser = app.browser();

        let page = browser.connect(&app, &invited, login).await;

        page.assert_status(200)
            .assert_says("but the person who signed in cannot use them all.")
            .assert_says("This sign-in is too weak for what is granted")
            .assert_says(&format!("{name} is not a Super Administrator"))
            .assert_says("A Super Administrator signs in: press Authorize again");
        app.org("acme").set_role(login, Role::SuperAdmin);
        let authorize = browser.press_authorize_again(&invited).await;
        let back = browser.sign_in_at_okta(&authorize, login).await;
        let page = browser.follow(back.as_str()).await;
        page.assert_says("All 25 permissions are granted.");
        assert!(!page.words().contains("too weak"));
    }
}

#[tokio::test]
async fn an_app_without_any_permission_is_told_from_one_that_was_refused() {
    let app = TestApp::start().await;
    let invited = app
        .invite_with("acme", AuthMethod::PrivateKeyJwt, &[])
        .await;
    let (browser, authorize) = at_okta(&app, &invited).await;
    let back = browser.sign_in_at_okta(&authorize, ADA).await;

    let page = browser.get(back.as_str()).await;

    page.assert_explains(400, "The app has no permission yet")
        .assert_says("Okta API Scopes")
        .assert_says("consent_required: You are not allowed any of the requested scopes.");
    app.outcome(&invited).await.assert_nothing_stored();
    assert_remembered(&browser, &invited, &page).await;
    app.org("acme").grant(&invited.client_id, &app.catalog());
    browser.assert_trying_again_works(ADA).await;
}

#[tokio::test]
async fn a_permission_that_okta_does_not_know_is_for_the_vendor_to_mend() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let (browser, authorize) = at_okta(&app, &invited).await;
    let fault = CallbackFault::Error {
        error: "invalid_scope".to_owned(),
        description: "One or more scopes are not configured for the authorization server resource."
            .to_owned(),
    };
    app.org("acme").faults().add(Fault::from(fault).once());
    let back = browser.sign_in_at_okta(&authorize, ADA).await;

    let page = browser.get(back.as_str()).await;

    page.assert_explains(400, "Okta does not know one of the permissions")
        .assert_says("Write to us with the reference below");
    app.outcome(&invited).await.assert_nothing_stored();
    assert_remembered(&browser, &invited, &page).await;
    browser.assert_trying_again_works(ADA).await;
}

#[tokio::test]
async fn cancel_at_okta_loses_nothing() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let (browser, authorize) = at_okta(&app, &invited).await;
    let back = browser.cancel_at_okta(&authorize).await;

    let page = browser.get(back.as_str()).await;

    page.assert_explains(400, "Okta says that access was refused")
        .assert_says("If you pressed Cancel, continue to Okta again")
        .assert_leads_on_to("/onboarding/sign-in");
    app.assert_no_token_call("acme");
    app.outcome(&invited).await.assert_nothing_stored();
    assert_remembered(&browser, &invited, &page).await;
    browser.assert_trying_again_works(ADA).await;
}

#[tokio::test]
async fn a_sign_on_policy_that_refuses_is_told_from_a_pressed_cancel() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let (browser, authorize) = at_okta(&app, &invited).await;
    let fault = CallbackFault::Error {
        error: "access_denied".to_owned(),
        description:
            "Policy evaluation failed for this request, please check the policy configurations."
                .to_owned(),
    };
    app.org("acme").faults().add(Fault::from(fault).once());
    let back = browser.sign_in_at_okta(&authorize, ADA).await;

    let page = browser.get(back.as_str()).await;

    page.assert_explains(400, "A sign-on policy of your organization refused");
    browser.assert_trying_again_works(ADA).await;
}

#[tokio::test]
async fn what_fails_later_leaves_what_was_granted_before() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    browser.connect(&app, &invited, ADA).await;
    let authorize = browser.press_authorize_again(&invited).await;
    let tenant_page = format!("/tenants/{}", invited.tenant);

    let back = browser.cancel_at_okta(&authorize).await;
    let page = browser.get(back.as_str()).await;

    page.assert_explains(400, "Okta says that access was refused")
        .assert_leads_on_to(&tenant_page);
    let status = browser.get(&tenant_page).await;
    status
        .assert_status(200)
        .assert_says("All 25 permissions are granted.")
        .assert_says("The latest sign-in failed, and what was granted before stays as it is.");
    let outcome = app.outcome(&invited).await;
    assert_eq!(outcome.state, "connected");
    assert_eq!((outcome.authorizations, outcome.token_sets), (1, 1));
}
