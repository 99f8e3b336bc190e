//! The pages that nobody wants to see.

use fake_okta::{Effect, Fault};

use crate::onboarding::{ADA, Scene};

#[tokio::test]
async fn links_that_do_not_open_say_why() {
    let Some(scene) = Scene::open().await else {
        return;
    };
    let tab = &scene.tab;
    tab.open("/onboard/no-such-link").await;
    tab.find_heading("This link does not open anything").await;
    tab.show("link-unknown").await;
    tab.open("/onboarding/app").await;
    tab.show("link-session-expired").await;

    let invited = scene.invite_without(&[]).await;
    tab.walk_to_app(&invited.link, None).await;
    let other = scene.chrome.browser(&scene.app.url).await;
    other.open(&invited.link).await;
    other.show("link-other-browser").await;

    tab.enter("client_id", &invited.client_id).await;
    tab.press("Check and continue").await;
    tab.press("Continue to 127.0.0.1").await;
    tab.sign_in_at_okta(ADA).await;
    tab.arrive(&format!("/tenants/{}", invited.tenant)).await;
    other.open(&invited.link).await;
    other.find_text("Sign in with Okta").await;
    other.show("link-used").await;
    other.close().await;
    scene.end().await;
}

#[tokio::test]
async fn pages_that_are_not_there_and_answers_that_are_not_ours_lead_back() {
    let Some(scene) = Scene::open().await else {
        return;
    };
    let tab = &scene.tab;
    tab.open("/nowhere").await;
    tab.find_heading("There is no such page").await;
    tab.show("error-not-found").await;
    let connection = scene.invite_without(&[]).await.connection;
    tab.open(&format!("/oauth/callback/{connection}?code=a"))
        .await;
    tab.find_heading("This answer is incomplete").await;
    tab.show("error-incomplete-answer").await;
    scene.end().await;
}

#[tokio::test]
async fn an_outage_of_okta_costs_a_second_try_and_nothing_else() {
    let Some(scene) = Scene::open().await else {
        return;
    };
    let tab = &scene.tab;
    let invited = scene.invite_without(&[]).await;
    tab.walk_to_app(&invited.link, None).await;
    tab.enter("client_id", &invited.client_id).await;
    let acme = scene.app.org("acme");
    acme.faults()
        .add(Fault::on("/oauth2/*", Effect::ServerError));
    tab.press("Check and continue").await;
    tab.find_heading("Okta has a problem of its own").await;
    tab.show("error-okta-broken").await;

    acme.faults().clear();
    tab.press("Back to the app").await;
    tab.arrive("/onboarding/app").await;
    assert_eq!(tab.value("client_id").await, invited.client_id);
    tab.press("Check and continue").await;
    tab.arrive("/onboarding/sign-in").await;
    scene.end().await;
}
