//! The main journey: from a link to the grant status page.

use fake_okta::AuthMethod;

use crate::support::TestApp;

#[tokio::test]
async fn a_full_grant_ends_on_a_page_that_says_so() {
    let app = TestApp::start().await;
    let invited = app.invite().await;
    let browser = app.browser();

    let page = browser.connect(&app, &invited, "ada@acme.example").await;

    assert_eq!(page.url.path(), format!("/tenants/{}", invited.tenant));
    page.assert_status(200)
        .assert_says("All 25 permissions are granted.")
        .assert_says("13 granted of 13 categories");
    assert_eq!(app.code_exchanges("acme"), 1);
}

#[tokio::test]
async fn a_client_secret_connects_as_well_as_a_key() {
    let app = TestApp::start().await;
    let invited = app
        .invite_with("acme", AuthMethod::ClientSecretBasic, &app.catalog())
        .await;

    let page = app
        .browser()
        .connect(&app, &invited, "ada@acme.example")
        .await;

    page.assert_says("All 25 permissions are granted.");
}

#[tokio::test]
async fn a_partial_grant_names_all_that_is_missing_at_once() {
    let app = TestApp::start().await;
    let missing = [
        "okta.appGrants.manage",
        "okta.devices.read",
        "okta.roles.manage",
    ];
    let granted: Vec<String> = app
        .catalog()
        .into_iter()
        .filter(|scope| !missing.contains(&scope.as_str()))
        .collect();
    let invited = app
        .invite_with("acme", AuthMethod::PrivateKeyJwt, &granted)
        .await;

    let page = app
        .browser()
        .connect(&app, &invited, "ada@acme.example")
        .await;

    page.assert_says("22 of 25 permissions are granted.")
        .assert_says("Press Grant on each of these 3");
    for scope in missing {
        page.assert_says(scope);
    }
}
