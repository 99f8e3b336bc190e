//! The whole way, from the link to the status page, with the app made in Okta as the page says.

use thirtyfour::prelude::*;

use crate::onboarding::{ADA, Scene};

/// The tabs of the browser: ours, and the Admin Console.
const OURS: usize = 0;
const OKTA: usize = 1;

#[tokio::test]
async fn everything_is_granted_by_clicking_copying_and_typing() {
    let Some(scene) = Scene::open().await else {
        return;
    };
    let tab = &scene.tab;
    walk_and_show_each_step(&scene).await;

    make_the_app_as_the_page_says(&scene, Hand::CopyButtons).await;
    tab.press("Check and continue").await;
    tab.arrive("/onboarding/sign-in").await;
    tab.show("onboarding-5-sign-in").await;
    tab.press("Continue to 127.0.0.1").await;
    tab.sign_in_at_okta(ADA).await;

    tab.find_heading("All 25 permissions are granted.").await;
    tab.assert_says("13 granted of 13 categories").await;
    assert_eq!(
        tab.url().await.query(),
        None,
        "the code must not stay in the history"
    );
    tab.show_on_paper("status-full").await;
    scene.end().await;
}

#[tokio::test]
async fn everything_is_granted_without_javascript() {
    let Some(scene) = Scene::open().await else {
        return;
    };
    let scene = scene.without_javascript().await;
    let tab = &scene.tab;
    tab.walk_to_app(&scene.link().await, Some(&scene.acme()))
        .await;
    assert!(
        !tab.has("html.js").await,
        "a page ran a script in a browser that has none"
    );

    make_the_app_as_the_page_says(&scene, Hand::Typing).await;
    tab.press("Check and continue").await;
    tab.arrive("/onboarding/sign-in").await;
    tab.press("Continue to 127.0.0.1").await;
    tab.sign_in_at_okta(ADA).await;

    tab.find_heading("All 25 permissions are granted.").await;
    tab.click("#c-users summary").await;
    tab.assert_says("okta.factors.manage").await;
    scene.end().await;
}

/// How a value comes from our page into Okta's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hand {
    CopyButtons,
    Typing,
}

async fn walk_and_show_each_step(scene: &Scene) {
    let tab = &scene.tab;
    tab.open(&scene.link().await).await;
    tab.arrive("/onboarding").await;
    tab.show("onboarding-0-begin").await;
    tab.press("Begin").await;
    tab.arrive("/onboarding/organization").await;
    tab.show("onboarding-1-organization").await;
    tab.find_organization(Some(&scene.acme())).await;
    tab.show("onboarding-2-organization-found").await;
    tab.press("Yes, continue").await;
    tab.arrive("/onboarding/permissions").await;
    tab.show_on_paper("onboarding-3-permissions").await;
    tab.press("Continue").await;
    tab.arrive("/onboarding/app").await;
    tab.show("onboarding-4-app").await;
    tab.photograph_for_the_readme("app.png").await;
}

/// The steps of the page *The app in Okta*, one by one, in a second tab.
async fn make_the_app_as_the_page_says(scene: &Scene, hand: Hand) {
    let tab = &scene.tab;
    tab.open_tab().await;
    tab.open_admin_console(&scene.acme(), ADA).await;
    tab.click("#create-app").await;
    carry(scene, hand, "App integration name", "the name", "label").await;
    carry(
        scene,
        hand,
        "Sign-in redirect URIs",
        "the redirect address",
        "redirect-uris",
    )
    .await;
    tab.click("#grant-refresh-token").await;
    tab.click("#auth-public-key").await;
    carry(scene, hand, "URL", "the keys address", "jwks-uri").await;
    tab.click("#save").await;
    let client_id = tab.client_id_in_okta().await;

    tab.click("#tab-assignments").await;
    tab.press_assign(ADA).await;
    tab.click("#tab-scopes").await;
    carry_scopes(scene, hand).await;
    tab.click("#grant-several").await;
    tab.find(By::Id("revoke-okta.users.manage")).await;

    tab.look_at_tab(OURS).await;
    tab.enter("client_id", &client_id).await;
}

/// Takes a setting from our page to a field of Okta's.
async fn carry(scene: &Scene, hand: Hand, setting: &str, called: &str, field: &str) {
    let tab = &scene.tab;
    tab.look_at_tab(OURS).await;
    let value = tab.setting(setting).await;
    if hand == Hand::CopyButtons {
        tab.press_copy(called).await;
    }
    tab.look_at_tab(OKTA).await;
    match hand {
        Hand::CopyButtons => tab.paste(field).await,
        Hand::Typing => tab.enter(field, &value).await,
    }
    assert_eq!(tab.value(field).await, value);
}

/// Takes the list of scopes to the field of Okta's that grants several at once.
async fn carry_scopes(scene: &Scene, hand: Hand) {
    let tab = &scene.tab;
    tab.look_at_tab(OURS).await;
    let mut listed = Vec::new();
    let codes = tab.driver().find_all(By::Css("#scopes code")).await;
    for code in codes.unwrap() {
        listed.push(code.text().await.unwrap());
    }
    let mut catalog = scene.app.catalog();
    catalog.sort_by_key(|scope| scope.to_lowercase());
    assert_eq!(listed, catalog);
    if hand == Hand::CopyButtons {
        tab.press_copy("all 25 scopes").await;
    }
    tab.look_at_tab(OKTA).await;
    match hand {
        Hand::CopyButtons => tab.paste("scopes").await,
        Hand::Typing => tab.enter("scopes", &listed.join("\n")).await,
    }
}
