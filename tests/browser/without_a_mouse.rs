//! The whole onboarding with the keyboard alone.

use thirtyfour::prelude::*;

use crate::onboarding::{ADA, Scene};

#[tokio::test]
async fn the_onboarding_can_be_walked_with_the_keyboard_alone() {
    let Some(scene) = Scene::open().await else {
        return;
    };
    let tab = &scene.tab;
    let invited = scene.invite_without(&["okta.logs.read"]).await;
    tab.open(&invited.link).await;
    tab.go("Begin", "/onboarding/organization").await;
    tab.tab_to("Look it up").await;
    tab.keys(Key::Enter).await;
    tab.find_heading("Is this the right organization?").await;
    tab.go("Yes, continue", "/onboarding/permissions").await;
    tab.tab_to("Users").await;
    tab.keys(" ").await;
    tab.find_text("okta.factors.manage").await;
    tab.go("Continue", "/onboarding/app").await;
    choose_and_type(&scene, &invited.client_id).await;
    tab.arrive("/onboarding/sign-in").await;
    tab.tab_to("Continue to 127.0.0.1").await;
    tab.keys(Key::Enter).await;
    tab.arrive_at_okta().await;
    tab.tab_to("username").await;
    tab.keys(ADA).await;
    tab.tab_to("password").await;
    tab.keys("fakeokta_pw_ada" + Key::Enter).await;

    tab.arrive(&format!("/tenants/{}", invited.tenant)).await;
    tab.find_heading("24 of 25 permissions are granted.").await;
    tab.tab_to("Users").await;
    tab.keys(Key::Enter).await;
    tab.find_text("okta.factors.manage").await;
    tab.tab_to("Authorize again").await;
    scene.end().await;
}

/// The step *The app in Okta*: first wrongly, then from the summary of what is wrong to the field.
async fn choose_and_type(scene: &Scene, client_id: &str) {
    let tab = &scene.tab;
    tab.tab_to("auth-key").await;
    tab.keys(Key::Down).await;
    tab.keys(Key::Up).await;
    tab.tab_to("client_id").await;
    tab.keys("not an id" + Key::Enter).await;
    tab.find(By::Css(".summary")).await;
    assert_eq!(tab.focused().await, "One thing is not right yet");
    tab.tab_to("Enter the app").await;
    tab.keys(Key::Enter).await;
    assert_eq!(tab.js("document.activeElement.id").await, "client_id");
    tab.select_all().await;
    tab.keys(client_id).await;
    tab.tab_to("Check and continue").await;
    tab.keys(" ").await;
}

#[tokio::test]
async fn the_first_stop_of_every_page_skips_to_its_content() {
    let Some(scene) = Scene::open().await else {
        return;
    };
    let tab = &scene.tab;
    tab.open("/").await;

    tab.tab_to("Skip to the content").await;
    tab.keys(Key::Enter).await;
    tab.tab_to("organization").await;

    assert_eq!(tab.js("document.activeElement.id").await, "organization");
    scene.end().await;
}
