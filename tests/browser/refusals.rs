//! A no, from Okta or from us, with the way on from it.

use time::Duration;
use url::Url;

use crate::onboarding::{ADA, Scene};
use crate::support::Browser;

#[tokio::test]
async fn somebody_who_is_not_assigned_is_told_who_assigns_and_can_go_on_then() {
    let Some(scene) = Scene::open().await else {
        return;
    };
    let tab = &scene.tab;
    let invited = scene.invite_without(&[]).await;
    let acme = scene.app.org("acme");
    acme.update_app(&invited.client_id, |app| app.everyone = false);
    scene.walk_to_sign_in(&invited).await;
    tab.press("Continue to 127.0.0.1").await;
    tab.sign_in_at_okta(ADA).await;
    tab.find_heading("You are not assigned to the app in Okta")
        .await;
    tab.show("error-not-assigned").await;

    acme.assign(&invited.client_id, ADA);
    tab.press("Try again").await;
    tab.arrive("/onboarding/sign-in").await;
    tab.press("Continue to 127.0.0.1").await;
    tab.sign_in_at_okta(ADA).await;

    tab.find_heading("All 25 permissions are granted.").await;
    scene.end().await;
}

#[tokio::test]
async fn whoever_presses_cancel_at_okta_can_go_on_later() {
    let Some(scene) = Scene::open().await else {
        return;
    };
    let tab = &scene.tab;
    let invited = scene.invite_without(&[]).await;
    scene.walk_to_sign_in(&invited).await;
    tab.press("Continue to 127.0.0.1").await;
    tab.click("#cancel").await;
    tab.find_heading("Okta says that access was refused").await;
    tab.show("error-denied").await;
    let status = format!("/tenants/{}", invited.tenant);
    tab.open(&status).await;
    tab.assert_says("Okta says that access was refused").await;
    tab.show("status-refused").await;

    tab.press("Continue onboarding").await;
    tab.arrive("/onboarding").await;
    tab.show("onboarding-0-begun").await;
    tab.press("Continue where you left off").await;
    tab.arrive("/onboarding/sign-in").await;
    tab.press("Continue to 127.0.0.1").await;
    tab.sign_in_at_okta(ADA).await;

    tab.arrive(&status).await;
    tab.assert_says("All 25 permissions are granted.").await;
    scene.end().await;
}

#[tokio::test]
async fn an_expired_link_says_that_it_is_and_how_to_get_another() {
    let Some(scene) = Scene::open().await else {
        return;
    };
    let link = scene.link().await;
    scene.app.advance(Duration::days(30));

    scene.tab.open(&link).await;

    scene.tab.find_heading("This link has expired").await;
    scene.tab.assert_says("Ask for a new link").await;
    scene.tab.show("link-expired").await;
    scene.end().await;
}

#[tokio::test]
async fn a_sign_in_that_another_browser_began_cannot_be_finished_here() {
    let Some(scene) = Scene::open().await else {
        return;
    };
    let tab = &scene.tab;
    let invited = scene.invite_without(&[]).await;
    scene.walk_to_sign_in(&invited).await;
    let callback = callback_of(&scene).await;

    let other = scene.chrome.browser(&scene.app.url).await;
    other.open(callback.as_str()).await;
    other
        .find_heading("This sign-in was begun in another browser")
        .await;
    other.show("error-other-browser").await;
    other.close().await;
    assert_eq!(scene.app.code_exchanges("acme"), 0);

    tab.open(callback.as_str()).await;
    tab.arrive(&format!("/tenants/{}", invited.tenant)).await;
    tab.assert_says("All 25 permissions are granted.").await;
    scene.end().await;
}

/// Where Okta sends the browser back to, kept from it.
async fn callback_of(scene: &Scene) -> Url {
    let authorize = scene.tab.to_okta().await;
    let at_okta = Browser::new(&scene.acme());
    at_okta.sign_in_at_okta(&authorize, ADA).await
}
