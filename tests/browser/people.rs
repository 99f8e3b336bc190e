//! Who has access, in a browser: a weaker sign-in that is not used, somebody removed, and a role shown
//! again.

use crate::onboarding::{ADA, Scene};
use crate::tab::Tab;

const NORA: &str = "nora@acme.example";

#[tokio::test]
async fn a_weaker_sign_in_is_not_used_and_its_person_is_removed() {
    let Some(scene) = Scene::open().await else {
        return;
    };
    let invited = scene.invite_without(&[]).await;
    let status = scene.connect(&invited, ADA).await;
    let link = scene.app.another_link(&invited).await;
    let nora = scene.chrome.browser(&scene.app.url).await;
    nora.walk_to_app(&link, None).await;
    nora.enter("client_id", &invited.client_id).await;
    nora.press("Check and continue").await;
    nora.arrive("/onboarding/sign-in").await;
    nora.press("Continue to 127.0.0.1").await;
    nora.sign_in_at_okta(NORA).await;

    nora.arrive(&format!("{status}/held")).await;
    nora.find_heading("Your sign-in was not used").await;
    nora.assert_says("Ada Example's sign-in works for 24 permissions, yours for 0.")
        .await;
    nora.show("held").await;
    nora.press("Keep Ada Example's sign-in").await;
    nora.arrive(&status).await;
    nora.press("Disconnect this organization").await;
    nora.find_heading("Only a Super Administrator can do this")
        .await;
    nora.show("super-administrators-only").await;

    let tab = &scene.tab;
    tab.press("People with access").await;
    tab.find_heading("People with access").await;
    tab.assert_says("Nora Example").await;
    tab.show("people").await;
    tab.click(".session:last-child .session-end a").await;
    tab.find_heading("Remove the access of Nora Example?").await;
    tab.show("people-remove").await;
    tab.press("Remove access").await;
    tab.arrive(&format!("{status}/people")).await;
    tab.assert_silent_about("Nora Example").await;
    nora.open(&status).await;
    nora.arrive("/").await;
    Tab::close(nora).await;
    scene.end().await;
}

#[tokio::test]
async fn an_old_sign_in_shows_the_role_again_and_goes_on() {
    let Some(scene) = Scene::open().await else {
        return;
    };
    let tab = &scene.tab;
    let invited = scene.invite_without(&[]).await;
    let status = scene.connect(&invited, ADA).await;
    scene.app.advance(time::Duration::minutes(16));

    tab.press("Disconnect this organization").await;
    tab.find_heading("Verify your role").await;
    tab.show("verify-role").await;
    tab.press("Continue to 127.0.0.1").await;
    tab.sign_in_at_okta(ADA).await;

    tab.arrive(&format!("{status}/disconnect")).await;
    tab.find_heading("Disconnect 127.0.0.1").await;
    scene.end().await;
}
