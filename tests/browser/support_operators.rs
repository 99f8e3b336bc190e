//! What an operator can do at a customer's and support cannot: asked first, told afterwards.

use thirtyfour::prelude::*;

use crate::onboarding::{ADA, Scene};
use crate::support::Settings;
use crate::support::staff::{OLGA, SAM};
use crate::support_desk::page_of;
use crate::tab::Tab;

#[tokio::test]
async fn support_may_not_do_what_is_for_operators_and_is_told_whom_to_ask() {
    let Some(scene) = Scene::open().await else {
        return;
    };
    let invited = scene.invite_without(&[]).await;
    scene.connect(&invited, ADA).await;
    let (sam, olga) = (scene.staff(SAM).await, scene.staff(OLGA).await);
    for tab in [&sam, &olga] {
        tab.visit(&invited).await;
    }

    sam.find_text("An operator can disconnect this customer")
        .await;
    sam.assert_says("Olga Example is signed in now").await;
    assert!(
        !sam.has("#operator-actions, a[href='/support/overview']")
            .await
    );
    sam.show("support-tenant-as-support").await;
    let act = page_of(&invited);
    for page in [
        "/support/overview".to_owned(),
        format!("{act}/disconnect"),
        format!("{act}/links/revoke"),
        format!("{act}/sessions/revoke"),
    ] {
        sam.open(&page).await;
        sam.find_heading("This page is for operators").await;
    }
    olga.press("Overview").await;
    olga.arrive("/support/overview").await;
    // A customer's own pages are nobody's of the staff.
    for tab in [&sam, &olga] {
        tab.open(&format!("/tenants/{}", invited.tenant)).await;
        tab.assert_silent_about("Authorize again").await;
    }
    for tab in [sam, olga] {
        Tab::close(tab).await;
    }
    scene.end().await;
}

#[tokio::test]
async fn an_operator_compares_and_activates_a_connection_on_hold() {
    let settings = Settings {
        hold_new_connections: true,
        ..Settings::default()
    };
    let Some(scene) = Scene::open_with(settings).await else {
        return;
    };
    let invited = scene.invite_without(&[]).await;
    let status = scene.connect(&invited, ADA).await;
    let olga = scene.staff(OLGA).await;
    olga.visit(&invited).await;
    assert_eq!(olga.cause().await, "Waiting for activation by Northvault.");
    olga.show("support-tenant-on-hold").await;

    olga.press("Activate").await;

    olga.find_heading("Activate the connection of Acme Europe?")
        .await;
    let compared = olga.find(By::Id("compare")).await.text().await.unwrap();
    let organization = scene.app.org("acme").id();
    assert!(
        compared.contains(&organization) && compared.contains(ADA),
        "{compared}"
    );
    olga.show("support-activate").await;
    olga.press("Activate").await;
    olga.find_text("by Olga Example").await;
    olga.find_text("Activated").await;
    olga.show("support-tenant-activated").await;
    scene.tab.open(&status).await;
    scene
        .tab
        .assert_silent_about("Waiting for activation")
        .await;
    olga.close().await;
    scene.end().await;
}

#[tokio::test]
async fn an_operator_closes_every_door_with_numbers_told_first() {
    let Some(scene) = Scene::open().await else {
        return;
    };
    let invited = scene.invite_without(&[]).await;
    let status = scene.connect(&invited, ADA).await;
    scene.app.another_link(&invited).await;
    let olga = scene.staff(OLGA).await;
    olga.visit(&invited).await;
    olga.show("support-tenant-as-operator").await;

    olga.press("Revoke 1 open link").await;
    olga.find(By::Id("happens")).await;
    olga.show("support-revoke-links").await;
    olga.press("Cancel").await;
    olga.press("Revoke 1 open link").await;
    olga.click("main .button-danger").await;
    olga.find(By::Id("done")).await;
    olga.assert_silent_about("Revoke 1 open link").await;

    olga.press("End 1 session").await;
    olga.find(By::Id("happens")).await;
    olga.show("support-end-sessions").await;
    olga.click("main .button-danger").await;
    olga.find(By::Id("done")).await;
    scene.tab.open(&status).await;
    scene.tab.arrive("/").await;

    olga.press("Disconnect").await;
    olga.find_heading("Disconnect Acme Europe").await;
    olga.show("support-disconnect").await;
    olga.click("main .button-danger").await;
    olga.find(By::Id("done")).await;
    let told = olga.tell().await;
    assert!(
        told.contains("presses Connect again") && !told.contains("below"),
        "{told}"
    );
    assert!(
        !olga.has("#operator-actions").await,
        "nothing is left to do"
    );
    olga.show("support-tenant-disconnected").await;
    olga.close().await;
    scene.end().await;
}
