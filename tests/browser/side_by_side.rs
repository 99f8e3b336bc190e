//! Several links in one browser.

use fake_okta::AuthMethod;

use crate::onboarding::{ACCOUNT, ADA, Scene};
use crate::support::app::Invited;

async fn globex(scene: &Scene) -> Invited {
    let scopes = scene.app.catalog();
    let method = AuthMethod::PrivateKeyJwt;
    scene
        .app
        .invite_named("Globex", "globex", method, &scopes)
        .await
}

/// From the step *The app in Okta* to the status page.
async fn finish(scene: &Scene, invited: &Invited, login: &str) {
    let tab = &scene.tab;
    tab.enter("client_id", &invited.client_id).await;
    tab.press("Check and continue").await;
    tab.arrive("/onboarding/sign-in").await;
    tab.press("Continue to 127.0.0.1").await;
    tab.sign_in_at_okta(login).await;
    tab.arrive(&format!("/tenants/{}", invited.tenant)).await;
}

#[tokio::test]
async fn two_links_in_one_browser_are_both_finished() {
    let Some(scene) = Scene::open().await else {
        return;
    };
    let acme = scene.invite_without(&[]).await;
    let globex = globex(&scene).await;
    let tab = &scene.tab;
    tab.walk_to_app(&acme.link, None).await;

    tab.open(&globex.link).await;
    tab.find_heading("Open this link?").await;
    tab.show("link-beside").await;
    tab.press("Open the link for Globex").await;
    tab.walk_on_to_app(None).await;
    tab.open("/onboarding/app").await;
    tab.find_heading("Which account?").await;
    tab.show("which-onboarding").await;
    tab.press("Globex").await;
    tab.press("Continue where you left off").await;
    tab.arrive("/onboarding/app").await;
    finish(&scene, &globex, "ada@globex.example").await;

    // The first one goes on where it was.
    tab.open(&acme.link).await;
    tab.arrive("/onboarding").await;
    tab.press("Continue where you left off").await;
    tab.arrive("/onboarding/app").await;
    finish(&scene, &acme, ADA).await;
    for invited in [&acme, &globex] {
        let page = format!("/tenants/{}", invited.tenant);
        tab.open(&page).await;
        tab.find_heading("All 25 permissions").await;
    }

    // Another link of what is connected says so first.
    let link = scene.app.another_link(&acme).await;
    tab.open(&link).await;
    tab.press("Open the link for").await;
    tab.find_heading("This account is already connected").await;
    tab.show("begin-connected").await;
    scene.end().await;
}

#[tokio::test]
async fn a_tab_that_was_left_open_says_that_nothing_was_stored() {
    let Some(scene) = Scene::open().await else {
        return;
    };
    let acme = scene.invite_without(&[]).await;
    let globex = globex(&scene).await;
    let tab = &scene.tab;
    tab.open(&globex.link).await;
    tab.arrive("/onboarding").await;
    tab.open(&acme.link).await;
    tab.press("Open the link for").await;
    tab.walk_on_to_app(None).await;
    scene.app.revoke_link(&acme, &acme.link).await;

    tab.enter("client_id", &acme.client_id).await;
    tab.press("Check and continue").await;

    tab.find_heading("Nothing was stored").await;
    tab.find_text(&format!("This form was for the account {ACCOUNT}"))
        .await;
    tab.show("form-of-another-account").await;
    scene.end().await;
}
