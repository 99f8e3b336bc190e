//! The vendor asks for more than before.

use thirtyfour::prelude::*;

use crate::checks::{ALL_WORK, CHECKING};
use crate::onboarding::{ADA, Scene};
use crate::support::Settings;

const NEW: [&str; 2] = ["okta.inlineHooks.manage", "okta.captchas.manage"];

const BEFORE: Settings = Settings {
    not_asked_yet: &NEW,
    ..CHECKING
};

#[tokio::test]
async fn what_a_new_catalog_adds_is_agreed_to_without_beginning_anew() {
    let Some(mut scene) = Scene::open_with(BEFORE).await else {
        return;
    };
    let invited = scene.invite_without(&[]).await;
    let status = scene.connect(&invited, ADA).await;
    let before = "All 23 permissions are granted, and the 22 that can be checked work.";
    scene.tab.find_heading(before).await;

    scene.app.release(CHECKING).await;
    let tab = &scene.tab;
    tab.open(&status).await;
    tab.find_text("asks for 2 more").await;
    tab.assert_says("Everything that you agreed to before goes on working.")
        .await;
    for scope in NEW {
        tab.assert_says(scope).await;
    }
    assert!(tab.has("#c-users summary .state-granted").await);
    tab.show_on_paper("status-catalog-change").await;

    scene.app.org("acme").grant(&invited.client_id, &NEW);
    tab.press("Authorize again").await;
    tab.press("Continue to 127.0.0.1").await;
    tab.sign_in_at_okta(ADA).await;
    tab.arrive(&status).await;
    tab.find_heading(ALL_WORK).await;
    assert!(!tab.has(".catalog-change").await);
    tab.find(By::XPath("//dt[.='Catalog']")).await;
    scene.end().await;
}
