//! A connection that is ended with the keyboard alone, and begun anew in its place.

use fake_okta::{Effect, Fault};
use thirtyfour::prelude::*;

use crate::onboarding::{ADA, Scene};

const REVOKE: &str = "/oauth2/v1/revoke";

#[tokio::test]
async fn a_connection_is_ended_and_begun_anew_in_place_with_the_keyboard_alone() {
    let Some(scene) = Scene::open().await else {
        return;
    };
    let tab = &scene.tab;
    let invited = scene.invite_without(&[]).await;
    let status = scene.connect(&invited, ADA).await;
    let (asked, connect) = (format!("{status}/disconnect"), format!("{status}/connect"));

    tab.go("Disconnect this organization", &asked).await;
    tab.find_heading("Disconnect 127.0.0.1").await;
    tab.show("disconnect").await;
    tab.go("Disconnect", &status).await;
    tab.find_heading("Disconnected on").await;
    tab.assert_says("by Ada Example.").await;
    tab.assert_says("Okta has confirmed that the tokens are revoked")
        .await;
    tab.show_on_paper("disconnected").await;

    tab.go("Connect again", &connect).await;
    tab.find_heading("Connect again").await;
    assert_eq!(tab.value("client_id").await, invited.client_id);
    tab.show("connect-again").await;
    tab.go("Check and continue", &format!("{status}/authorize"))
        .await;
    tab.tab_to("Continue to 127.0.0.1").await;
    tab.keys(Key::Enter).await;
    tab.sign_in_at_okta(ADA).await;

    tab.arrive(&status).await;
    tab.find_heading("All 25 permissions are granted.").await;
    scene.end().await;
}

#[tokio::test]
async fn while_okta_is_silent_and_when_it_refuses_the_page_says_so() {
    let Some(scene) = Scene::open().await else {
        return;
    };
    let tab = &scene.tab;
    let (invited, okta) = (scene.invite_without(&[]).await, scene.app.org("acme"));
    let status = scene.connect(&invited, ADA).await;
    okta.faults().add(Fault::on(REVOKE, Effect::ServerError));

    tab.press("Disconnect this organization").await;
    tab.find_heading("Disconnect 127.0.0.1").await;
    tab.click(".button-danger").await;
    tab.find_heading("Disconnected on").await;
    tab.assert_says("Okta has not answered yet; we keep trying")
        .await;
    tab.show("disconnected-pending").await;

    okta.faults().clear();
    okta.remove_app(&invited.client_id);
    scene.app.advance(time::Duration::minutes(1));
    scene.app.revoke_once().await;
    tab.reload().await;
    tab.arrive(&status).await;
    tab.assert_says("The tokens could not be revoked").await;
    tab.show("disconnected-refused").await;
    tab.press("Connect again").await;
    tab.find_heading("Connect again").await;
    tab.press("Check and continue").await;
    tab.find_text("One thing is not right yet").await;
    tab.show("connect-again-problem").await;
    scene.end().await;
}

#[tokio::test]
async fn a_new_link_after_the_end_leads_the_short_way() {
    let Some(scene) = Scene::open().await else {
        return;
    };
    let tab = &scene.tab;
    let invited = scene.invite_without(&[]).await;
    let status = scene.connect(&invited, ADA).await;
    tab.press("Disconnect this organization").await;
    tab.find_heading("Disconnect 127.0.0.1").await;
    tab.click(".button-danger").await;
    tab.find_heading("Disconnected on").await;
    tab.press("Sign out").await;

    tab.open(&scene.app.another_link(&invited).await).await;
    tab.find_heading("Connect again").await;
    tab.show("begin-again").await;
    tab.press("Begin").await;
    tab.arrive("/onboarding/app").await;
    tab.assert_says("is filled in at the end of this page")
        .await;
    tab.show("app-again").await;
    tab.press("Check and continue").await;
    tab.arrive("/onboarding/sign-in").await;
    tab.press("Continue to 127.0.0.1").await;
    tab.sign_in_at_okta(ADA).await;
    tab.arrive(&status).await;
    scene.end().await;
}
