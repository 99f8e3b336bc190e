//! Nothing is lost by going back, by loading again, or by closing the window.

use crate::onboarding::{ADA, Scene};

#[tokio::test]
async fn every_step_survives_a_reload_and_the_back_button() {
    let Some(scene) = Scene::open().await else {
        return;
    };
    let tab = &scene.tab;
    let link = scene.link().await;
    tab.open(&link).await;
    tab.arrive("/onboarding").await;
    tab.reload().await;
    tab.press("Begin").await;
    tab.arrive("/onboarding/organization").await;
    tab.reload().await;
    tab.find_organization(Some(&scene.acme())).await;
    tab.reload().await;
    tab.find_heading("Is this the right organization?").await;
    tab.back().await;
    tab.find_heading("Your organization").await;
    assert!(
        scene.acme().ends_with(&tab.value("organization").await),
        "the address is kept"
    );
    tab.find_organization(Some(&scene.acme())).await;
    tab.press("Yes, continue").await;
    tab.arrive("/onboarding/permissions").await;
    tab.reload().await;
    tab.back().await;
    tab.find_heading("Is this the right organization?").await;
    tab.press("Yes, continue").await;
    tab.arrive("/onboarding/permissions").await;
    tab.press("Continue").await;
    tab.arrive("/onboarding/app").await;
    tab.reload().await;
    tab.back().await;
    tab.arrive("/onboarding/permissions").await;

    // The same link in the same browser, the window closed in between.
    tab.open(&link).await;
    tab.arrive("/onboarding").await;
    tab.press("Continue where you left off").await;
    tab.arrive("/onboarding/app").await;
    scene.end().await;
}

#[tokio::test]
async fn the_way_to_okta_can_be_begun_anew_at_every_point() {
    let Some(scene) = Scene::open().await else {
        return;
    };
    let tab = &scene.tab;
    let invited = scene.invite_without(&[]).await;
    scene.walk_to_sign_in(&invited).await;
    let first = tab.to_okta().await;
    tab.reload().await;
    assert_ne!(
        tab.to_okta().await,
        first,
        "a page that is loaded again has a way of its own"
    );
    tab.back().await;
    tab.arrive("/onboarding/app").await;
    assert_eq!(tab.value("client_id").await, invited.client_id);
    tab.press("Check and continue").await;
    tab.arrive("/onboarding/sign-in").await;

    tab.press("Continue to 127.0.0.1").await;
    tab.arrive_at_okta().await;
    tab.back().await;
    tab.arrive("/onboarding/sign-in").await;
    tab.press("Continue to 127.0.0.1").await;
    tab.sign_in_at_okta(ADA).await;
    let status = format!("/tenants/{}", invited.tenant);
    tab.arrive(&status).await;
    tab.reload().await;
    tab.find_heading("All 25 permissions are granted.").await;

    // Back into the onboarding, which is over: to the status page again.
    tab.open("/onboarding/sign-in").await;
    tab.arrive(&status).await;
    assert_eq!(scene.app.code_exchanges("acme"), 1);
    scene.end().await;
}

#[tokio::test]
async fn authorizing_again_survives_the_back_button_and_a_reload() {
    let Some(scene) = Scene::open().await else {
        return;
    };
    let tab = &scene.tab;
    let invited = scene.invite_without(&[]).await;
    let status = scene.connect(&invited, ADA).await;
    tab.press("Authorize again").await;
    tab.find_heading("Authorize again").await;
    tab.press("Continue to 127.0.0.1").await;
    tab.arrive_at_okta().await;
    tab.back().await;
    tab.find_heading("Authorize again").await;
    tab.reload().await;
    tab.find_heading("Authorize again").await;
    tab.back().await;
    tab.arrive(&status).await;
    scene.end().await;
}
