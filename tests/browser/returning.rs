//! An administrator who comes back, and one who leaves.

use time::Duration;

use crate::onboarding::{ACCOUNT, ADA, Scene};

#[tokio::test]
async fn after_signing_out_the_back_button_shows_nothing() {
    let Some(scene) = Scene::open().await else {
        return;
    };
    let tab = &scene.tab;
    let invited = scene.invite_without(&[]).await;
    scene.connect(&invited, ADA).await;
    tab.press("Sign out").await;
    tab.arrive("/signed-out").await;
    tab.show("signed-out").await;

    tab.back().await;

    tab.arrive("/").await;
    tab.assert_silent_about("okta.users.manage").await;
    tab.assert_silent_about(ADA).await;
    scene.end().await;
}

#[tokio::test]
async fn an_administrator_comes_back_from_the_front_page() {
    let Some(scene) = Scene::open().await else {
        return;
    };
    let tab = &scene.tab;
    let invited = scene.invite_without(&["okta.logs.read"]).await;
    let status = scene.connect(&invited, ADA).await;
    tab.press("Sign out").await;
    tab.arrive("/signed-out").await;
    tab.open("/").await;
    tab.show("home").await;
    tab.enter("organization", "elsewhere.okta.com").await;
    tab.press("Continue to sign in").await;
    tab.find_text("Nobody can sign in with this organization here.")
        .await;
    tab.show("home-problem").await;

    tab.enter("organization", &scene.acme()).await;
    tab.press("Continue to sign in").await;
    tab.find_heading("Sign in with Okta").await;
    tab.show("returning-sign-in").await;
    tab.press("Continue to 127.0.0.1").await;
    tab.arrive_at_okta().await;
    tab.back().await;
    tab.find_heading("Sign in with Okta").await;
    tab.reload().await;
    tab.find_heading("Sign in with Okta").await;
    tab.press("Continue to 127.0.0.1").await;
    tab.sign_in_at_okta(ADA).await;

    tab.arrive(&status).await;
    tab.find_heading("24 of 25 permissions are granted.").await;
    scene.end().await;
}

#[tokio::test]
async fn a_colleague_who_was_never_let_in_learns_only_whom_to_ask() {
    let Some(scene) = Scene::open().await else {
        return;
    };
    let tab = &scene.tab;
    let invited = scene.invite_without(&[]).await;
    scene.connect(&invited, ADA).await;
    tab.press("Sign out").await;
    tab.arrive("/signed-out").await;
    tab.open("/").await;
    tab.enter("organization", &scene.acme()).await;
    tab.press("Continue to sign in").await;
    tab.press("Continue to 127.0.0.1").await;
    tab.sign_in_at_okta("nora@acme.example").await;

    tab.find_heading("You are signed in, but this page is not yours to see")
        .await;
    tab.show("not-an-administrator").await;
    tab.assert_silent_about(ACCOUNT).await;
    tab.assert_silent_about("okta.users.manage").await;
    scene.end().await;
}

#[tokio::test]
async fn after_ninety_days_the_page_says_that_the_sign_in_has_ended() {
    let Some(scene) = Scene::open().await else {
        return;
    };
    let tab = &scene.tab;
    let invited = scene.invite_without(&["okta.logs.read"]).await;
    let status = scene.connect(&invited, ADA).await;
    scene.app.advance(Duration::days(91));
    tab.open(&status).await;
    tab.arrive("/").await;
    tab.enter("organization", &scene.acme()).await;
    tab.press("Continue to sign in").await;
    tab.press("Continue to 127.0.0.1").await;
    tab.sign_in_at_okta(ADA).await;

    tab.arrive(&status).await;
    tab.find_heading("The sign-in behind this connection has ended")
        .await;
    tab.show_on_paper("status-expired").await;
    scene.end().await;
}
