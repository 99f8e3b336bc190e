//! What is set, or was changed, in the app's settings between the check and the way back.

use fake_okta::AuthMethod;
use time::Duration;

use crate::support::{Browser, Invited, TestApp};

const ADA: &str = "ada@acme.example";
const CODE_ONLY: [&str; 1] = ["authorization_code"];
const CODE_AND_REFRESH: [&str; 2] = ["authorization_code", "refresh_token"];

fn grant_types(app: &TestApp, invited: &Invited, types: &[&str]) {
    let types = types.iter().map(ToString::to_string).collect();
    app.org("acme")
        .update_app(&invited.client_id, |app| app.grant_types = types);
}

/// An administrator who signed in at Okta, and the address that Okta sends them to.
async fn came_back(app: &TestApp, invited: &Invited) -> (Browser, url::Url) {
    let browser = app.browser();
    let authorize = browser.walk_to_okta(app, invited).await;
    let back = browser.sign_in_at_okta(&authorize, ADA).await;
    (browser, back)
}

#[tokio::test]
async fn a_code_that_is_older_than_five_minutes_costs_only_another_sign_in() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let (browser, back) = came_back(&app, &invited).await;
    app.advance(Duration::minutes(5) + Duration::SECOND);

    let page = browser.get(back.as_str()).await;

    page.assert_explains(400, "Okta's answer was no longer valid")
        .assert_says("nothing that you entered is lost")
        .assert_leads_on_to("/onboarding/sign-in");
    app.outcome(&invited).await.assert_nothing_stored();
    browser.assert_trying_again_works(ADA).await;
}

#[tokio::test]
async fn a_secret_that_was_renewed_after_the_check_is_named_and_can_be_entered() {
    let app = TestApp::start().await;
    let mut invited = app
        .invite_with("acme", AuthMethod::ClientSecretBasic, &app.catalog())
        .await;
    let (browser, back) = came_back(&app, &invited).await;
    let renewed = app.org("acme").rotate_client_secret(&invited.client_id);

    let page = browser.get(back.as_str()).await;

    page.assert_explains(400, "Okta refused the client secret")
        .assert_says("was renewed in Okta since");
    assert!(page.link("/onboarding/app").is_some());
    app.outcome(&invited).await.assert_nothing_stored();
    let form = browser.get("/onboarding/app").await;
    form.assert_status(200).assert_says("One is stored.");
    assert!(
        form.body
            .contains(&format!("value=\"{}\"", invited.client_id))
    );
    invited.client_secret = Some(renewed);
    browser
        .submit_app(&invited)
        .await
        .assert_goes_to("/onboarding/sign-in");
    browser.assert_trying_again_works(ADA).await;
}

#[tokio::test]
async fn keys_that_okta_cannot_read_any_more_are_not_called_a_wrong_secret() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let (browser, back) = came_back(&app, &invited).await;
    let keys = format!(
        "{}/oauth/jwks/00000000-0000-7000-8000-000000000000",
        app.url
    );
    let right = app.org("acme").app(&invited.client_id).unwrap().jwks_uri;
    app.org("acme")
        .update_app(&invited.client_id, |app| app.jwks_uri = Some(keys));

    let page = browser.get(back.as_str()).await;

    page.assert_explains(400, "Okta could not verify our key");
    app.outcome(&invited).await.assert_nothing_stored();
    app.org("acme")
        .update_app(&invited.client_id, |app| app.jwks_uri = right);
    browser.assert_trying_again_works(ADA).await;
}

#[tokio::test]
async fn a_refresh_token_grant_that_was_taken_away_after_the_check_warns_on_the_status_page() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();
    browser.walk_to_okta(&app, &invited).await;
    grant_types(&app, &invited, &CODE_ONLY);

    let page = browser.authorize(ADA).await;

    page.assert_status(200)
        .assert_says("Connected, but only for an hour.")
        .assert_says("The app may not stay connected")
        .assert_says("tick Refresh Token beside Authorization Code");
    assert_eq!(app.outcome(&invited).await.state, "needs_attention");
    grant_types(&app, &invited, &CODE_AND_REFRESH);
    let authorize = browser.press_authorize_again(&invited).await;
    let back = browser.sign_in_at_okta(&authorize, ADA).await;
    let page = browser.follow(back.as_str()).await;
    page.assert_says("All 25 permissions are granted.");
    assert_eq!(app.outcome(&invited).await.state, "connected");
}

#[tokio::test]
async fn an_app_whose_code_grant_was_taken_away_says_so() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let (browser, back) = came_back(&app, &invited).await;
    grant_types(&app, &invited, &["refresh_token"]);

    let page = browser.get(back.as_str()).await;

    page.assert_explains(400, "The app does not take sign-ins")
        .assert_says("tick Authorization Code and Refresh Token");
    app.outcome(&invited).await.assert_nothing_stored();
    grant_types(&app, &invited, &CODE_AND_REFRESH);
    browser.assert_trying_again_works(ADA).await;
}

#[tokio::test]
async fn an_app_that_is_limited_to_network_zones_says_whom_to_ask_for_addresses() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let (browser, back) = came_back(&app, &invited).await;
    app.org("acme")
        .update_app(&invited.client_id, |app| app.network_zone_restricted = true);

    let page = browser.get(back.as_str()).await;

    page.assert_explains(400, "The app accepts requests only from certain networks")
        .assert_says("Security → Networks")
        .assert_says("support@northvault.example");
    app.outcome(&invited).await.assert_nothing_stored();
    app.org("acme").update_app(&invited.client_id, |app| {
        app.network_zone_restricted = false;
    });
    browser.assert_trying_again_works(ADA).await;
}

#[tokio::test]
async fn an_app_that_demands_proof_of_possession_says_which_box_to_untick() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let (browser, back) = came_back(&app, &invited).await;
    app.org("acme")
        .update_app(&invited.client_id, |app| app.dpop_bound = true);

    let page = browser.get(back.as_str()).await;

    page.assert_explains(
        400,
        "The app demands a proof that this connection does not send",
    )
    .assert_says("Untick Require Demonstrating Proof of Possession (DPoP)");
    app.outcome(&invited).await.assert_nothing_stored();
    app.org("acme")
        .update_app(&invited.client_id, |app| app.dpop_bound = false);
    browser.assert_trying_again_works(ADA).await;
}

#[tokio::test]
async fn an_app_that_was_deactivated_on_the_way_is_not_mistaken_for_a_wrong_secret() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let (browser, back) = came_back(&app, &invited).await;
    app.org("acme").deactivate_app(&invited.client_id);

    let page = browser.get(back.as_str()).await;

    page.assert_explains(400, "Okta does not know this client ID");
    app.outcome(&invited).await.assert_nothing_stored();
    app.org("acme").activate_app(&invited.client_id);
    browser.assert_trying_again_works(ADA).await;
}
