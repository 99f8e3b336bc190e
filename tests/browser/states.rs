//! The status page in the states that no other journey comes by.

use time::Duration;

use crate::onboarding::{ADA, Scene};
use crate::support::Settings;

#[tokio::test]
async fn before_anything_is_connected_the_status_page_leads_back_into_the_onboarding() {
    let Some(scene) = Scene::open().await else {
        return;
    };
    let tab = &scene.tab;
    let invited = scene.invite_without(&[]).await;
    tab.open(&invited.link).await;
    tab.arrive("/onboarding").await;

    tab.open(&format!("/tenants/{}", invited.tenant)).await;

    tab.find_heading("Not connected yet.").await;
    tab.show_on_paper("status-empty").await;
    tab.press("Continue onboarding").await;
    tab.arrive("/onboarding").await;
    scene.end().await;
}

#[tokio::test]
async fn a_connection_on_hold_says_that_there_is_nothing_to_do() {
    let settings = Settings {
        hold_new_connections: true,
        ..Settings::default()
    };
    let Some(scene) = Scene::open_with(settings).await else {
        return;
    };
    let invited = scene.invite_without(&[]).await;

    scene.connect(&invited, ADA).await;

    scene.tab.assert_says("Waiting for activation").await;
    scene.tab.show("status-on-hold").await;
    scene.end().await;
}

#[tokio::test]
async fn a_weaker_administrator_is_told_that_the_role_is_too_weak() {
    let Some(scene) = Scene::open().await else {
        return;
    };
    let invited = scene.invite_without(&[]).await;

    scene.connect(&invited, "oscar@acme.example").await;

    scene
        .tab
        .assert_says("This sign-in is too weak for what is granted")
        .await;
    scene.tab.show("status-weak-role").await;
    scene.end().await;
}

#[tokio::test]
async fn a_refused_second_sign_in_leaves_what_was_granted() {
    let Some(scene) = Scene::open().await else {
        return;
    };
    let tab = &scene.tab;
    let invited = scene.invite_without(&["okta.logs.read"]).await;
    let status = scene.connect(&invited, ADA).await;
    scene.app.advance(Duration::minutes(10));
    tab.open(&status).await;
    tab.press("Authorize again").await;
    tab.press("Continue to 127.0.0.1").await;
    tab.click("#cancel").await;
    tab.find_heading("Okta says that access was refused").await;

    tab.press("To the status page").await;

    tab.arrive(&status).await;
    tab.assert_says("24 of 25 permissions are granted.").await;
    tab.show_on_paper("status-refused-again").await;
    scene.end().await;
}
