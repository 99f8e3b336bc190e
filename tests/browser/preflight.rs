//! What is wrong with the app is said before the browser leaves, beside the field where it is mended.

use fake_okta::AuthMethod;
use thirtyfour::prelude::*;

use crate::onboarding::Scene;

#[tokio::test]
async fn each_problem_of_the_app_stands_beside_its_field() {
    let Some(scene) = Scene::open().await else {
        return;
    };
    let tab = &scene.tab;
    let invited = scene.invite_without(&[]).await;
    let acme = scene.app.org("acme");
    let mut good = None;
    acme.update_app(&invited.client_id, |app| {
        good = Some(app.clone());
        app.grant_types = vec!["authorization_code".to_owned()];
        app.redirect_uris = vec!["http://127.0.0.1/elsewhere".to_owned()];
    });
    tab.walk_to_app(&invited.link, None).await;
    tab.enter("client_id", &invited.client_id).await;
    tab.press("Check and continue").await;

    tab.find(By::Css(".summary")).await;
    assert_eq!(tab.focused().await, "2 things are not right yet");
    for (place, said) in [
        ("redirect-uri", "does not know our sign-in redirect address"),
        ("grant-types", "The app may not stay connected"),
    ] {
        let beside = tab.find(By::Css(format!("#{place}-problem"))).await;
        assert!(beside.text().await.unwrap().contains(said), "{place}");
    }
    assert_eq!(
        tab.value("client_id").await,
        invited.client_id,
        "what was typed is still there"
    );
    tab.show("onboarding-4-app-problems").await;

    acme.update_app(&invited.client_id, |app| *app = good.unwrap());
    tab.press("Check and continue").await;
    tab.arrive("/onboarding/sign-in").await;
    tab.press("Continue to 127.0.0.1").await;
    tab.arrive_at_okta().await;
    tab.back().await;
    tab.arrive("/onboarding/sign-in").await;
    tab.back().await;
    tab.arrive("/onboarding/app").await;
    assert_eq!(
        tab.value("client_id").await,
        invited.client_id,
        "not the browser's own page about a form that it would send again"
    );
    scene.end().await;
}

#[tokio::test]
async fn a_wrong_client_secret_is_said_beside_its_field_and_never_sent_back() {
    let Some(scene) = Scene::open().await else {
        return;
    };
    let tab = &scene.tab;
    let (app, catalog) = (&scene.app, scene.app.catalog());
    let invited = app
        .invite_with("acme", AuthMethod::ClientSecretBasic, &catalog)
        .await;
    tab.walk_to_app(&invited.link, None).await;
    tab.click("#auth-secret").await;
    tab.enter("client_secret", "not-the-secret").await;
    tab.enter("client_id", &invited.client_id).await;
    tab.press("Check and continue").await;

    let beside = tab.find(By::Id("client_secret-problem")).await;
    let said = beside.text().await.unwrap();
    assert!(said.contains("Okta refused the client secret"), "{said}");
    assert_eq!(tab.value("client_secret").await, "");
    tab.show("onboarding-4-app-secret-refused").await;

    let secret = invited.client_secret.as_deref().unwrap();
    tab.enter("client_secret", secret).await;
    tab.press("Check and continue").await;
    tab.arrive("/onboarding/sign-in").await;
    scene.end().await;
}

#[tokio::test]
async fn an_address_that_is_no_organization_is_explained_beside_the_field() {
    let Some(scene) = Scene::open().await else {
        return;
    };
    let tab = &scene.tab;
    tab.open(&scene.link().await).await;
    tab.press("Begin").await;
    tab.arrive("/onboarding/organization").await;
    tab.enter("organization", "https://example.com").await;
    tab.press("Look it up").await;

    tab.find(By::Id("organization-problem")).await;
    assert_eq!(tab.value("organization").await, "https://example.com");
    tab.show("onboarding-1-organization-problem").await;
    tab.find_organization(Some(&scene.acme())).await;
    scene.end().await;
}

#[tokio::test]
async fn a_secret_pasted_as_the_client_id_is_not_shown_again() {
    let Some(scene) = Scene::open().await else {
        return;
    };
    let tab = &scene.tab;
    let invited = scene.invite_without(&[]).await;
    tab.walk_to_app(&invited.link, None).await;
    tab.enter("client_id", &"a1".repeat(32)).await;
    tab.press("Check and continue").await;

    tab.find(By::Css(".summary")).await;
    let beside = tab.find(By::Id("client_id-problem")).await;
    let said = beside.text().await.unwrap();
    assert!(said.contains("This looks like a secret"), "{said}");
    assert_eq!(tab.value("client_id").await, "");
    tab.show("onboarding-4-app-secret").await;

    tab.enter("client_id", &format!("Client ID: {}", invited.client_id))
        .await;
    tab.press("Check and continue").await;
    tab.arrive("/onboarding/sign-in").await;
    scene.end().await;
}
