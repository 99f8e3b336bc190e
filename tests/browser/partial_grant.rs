//! What is missing is said at once, and is mended without beginning anew.

use crate::onboarding::{ADA, Scene};

const MISSING: [&str; 3] = [
    "okta.appGrants.manage",
    "okta.devices.read",
    "okta.roles.manage",
];

#[tokio::test]
async fn what_is_missing_is_granted_later_and_authorized_again() {
    let Some(scene) = Scene::open().await else {
        return;
    };
    let tab = &scene.tab;
    let invited = scene.invite_without(&MISSING).await;
    let status = scene.connect(&invited, ADA).await;
    tab.assert_says("22 of 25 permissions are granted.").await;
    for scope in MISSING {
        tab.assert_says(scope).await;
    }
    tab.show_on_paper("status-partial").await;
    tab.photograph_for_the_readme("status.png").await;

    tab.open_tab().await;
    tab.open_app_in_okta(&scene.acme(), ADA, &invited.client_id, "scopes")
        .await;
    tab.press_grant(&MISSING).await;
    tab.look_at_tab(0).await;
    tab.press("Authorize again").await;
    tab.find_heading("Authorize again").await;
    tab.show("authorize-again").await;
    tab.press("Continue to 127.0.0.1").await;
    tab.sign_in_at_okta(ADA).await;
    tab.arrive(&status).await;

    tab.assert_says("All 25 permissions are granted.").await;
    tab.assert_silent_about("To finish").await;
    scene.end().await;
}

#[tokio::test]
async fn an_app_without_any_grant_is_told_where_to_grant_and_connects_then() {
    let Some(scene) = Scene::open().await else {
        return;
    };
    let tab = &scene.tab;
    let catalog = scene.app.catalog();
    let all: Vec<&str> = catalog.iter().map(String::as_str).collect();
    let invited = scene.invite_without(&all).await;
    scene.walk_to_sign_in(&invited).await;
    tab.press("Continue to 127.0.0.1").await;
    tab.sign_in_at_okta(ADA).await;
    tab.find_heading("The app has no permission yet").await;
    tab.show("error-nothing-granted").await;

    tab.press("Check the app").await;
    tab.arrive("/onboarding/app").await;
    assert_eq!(
        tab.value("client_id").await,
        invited.client_id,
        "nothing is lost"
    );
    scene.app.org("acme").grant(&invited.client_id, &all);
    tab.press("Check and continue").await;
    tab.arrive("/onboarding/sign-in").await;
    tab.press("Continue to 127.0.0.1").await;
    tab.sign_in_at_okta(ADA).await;

    tab.find_heading("All 25 permissions are granted.").await;
    scene.end().await;
}
