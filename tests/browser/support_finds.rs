//! Support finds a customer by whatever the customer has at hand.

use fake_okta::AuthMethod;
use thirtyfour::prelude::*;

use crate::onboarding::{ACCOUNT, ADA, Scene};
use crate::support::app::Invited;
use crate::support::staff::{SAM, SUE};
use crate::support_desk::{REASON, page_of};
use crate::tab::Tab;

/// Two customers, of whom one was refused at Okta and has the error page's reference, then got in.
async fn customers(scene: &Scene) -> (Invited, String) {
    let (app, catalog) = (&scene.app, scene.app.catalog());
    app.invite_named(
        "Umbrella Works",
        "globex",
        AuthMethod::PrivateKeyJwt,
        &catalog,
    )
    .await;
    let invited = scene.invite_without(&[]).await;
    let org = app.org("acme");
    org.update_app(&invited.client_id, |app| app.everyone = false);
    scene.walk_to_sign_in(&invited).await;
    scene.tab.press("Continue to 127.0.0.1").await;
    scene.tab.sign_in_at_okta(ADA).await;
    scene
        .tab
        .find_heading("You are not assigned to the app in Okta")
        .await;
    let shown = scene.tab.find(By::Css(".reference code")).await;
    let reference = shown.text().await.unwrap();
    org.assign(&invited.client_id, ADA);
    scene.tab.press("Try again").await;
    scene.tab.press("Continue to 127.0.0.1").await;
    scene.tab.sign_in_at_okta(ADA).await;
    let status = format!("/tenants/{}", invited.tenant);
    scene.tab.arrive(&status).await;
    scene.index().await;
    (invited, reference)
}

#[tokio::test]
async fn a_customer_is_found_in_five_ways() {
    let Some(scene) = Scene::open().await else {
        return;
    };
    let (invited, reference) = customers(&scene).await;
    let organization = scene.app.org("acme").id();
    let host = scene.acme().replace("http://", "");
    let sam = scene.staff(SAM).await;
    sam.find_text("Who needs help most").await;
    assert_eq!(sam.found().await.len(), 2);

    sam.look_up("acme eurpoe").await;
    sam.assert_says("Did you mean").await;
    assert_eq!(sam.found().await, [ACCOUNT]);
    sam.show("support-guessed").await;
    sam.look_up(ADA).await;
    sam.assert_says("Only who has exactly").await;
    sam.show("support-exact").await;
    for known in [&host[..host.len() - 1], &organization, ADA, &reference] {
        sam.look_up(known).await;

        let found = sam.found().await;
        assert!(found.contains(&ACCOUNT.to_owned()), "{known}: {found:?}");
        sam.assert_silent_about("Did you mean").await;
    }
    sam.show("support-found").await;
    sam.press(ACCOUNT).await;
    sam.arrive(&page_of(&invited)).await;

    sam.open("/support").await;
    sam.look_up("hooli").await;
    sam.find_text("No customer found").await;
    sam.show("support-not-found").await;
    sam.close().await;
    scene.end().await;
}

#[tokio::test]
async fn the_look_up_needs_no_mouse() {
    let Some(scene) = Scene::open().await else {
        return;
    };
    let (invited, _) = customers(&scene).await;
    let sam = scene.staff(SAM).await;
    assert_eq!(sam.focused_id().await, "q", "one can type at once");
    sam.tab_to("Filters").await;

    sam.keys("/").await;
    assert_eq!(sam.focused_id().await, "q");
    sam.keys("acme" + Key::Enter).await;
    sam.find_results_of("acme").await;
    sam.keys(Key::Down).await;
    assert_eq!(sam.focused().await, ACCOUNT);
    sam.keys(Key::Up).await;
    assert_eq!(sam.focused_id().await, "q");
    // What stands in the box is chosen, so that typing begins anew.
    sam.keys("umbrella" + Key::Enter).await;
    sam.find_results_of("umbrella").await;
    assert_eq!(sam.found().await, ["Umbrella Works"]);
    sam.keys("europe" + Key::Enter).await;
    sam.find_results_of("europe").await;
    sam.keys(Key::Down + Key::Enter).await;
    sam.arrive(&page_of(&invited)).await;
    sam.find_heading("Why are you looking at Acme Europe?")
        .await;
    sam.keys(REASON + Key::Enter).await;

    sam.find(By::Id("cause")).await;
    sam.assert_says(REASON).await;
    sam.close().await;
    scene.end().await;
}

impl Tab {
    async fn focused_id(&self) -> String {
        let id = self.js("document.activeElement.id").await;
        id.as_str().unwrap_or_default().to_owned()
    }
}

#[tokio::test]
async fn a_search_is_an_address_that_a_colleague_can_open() {
    let Some(scene) = Scene::open().await else {
        return;
    };
    customers(&scene).await;
    let sam = scene.staff(SAM).await;
    sam.click(".look-up-filters summary").await;
    sam.click("#state option[value='connected']").await;
    sam.press("Apply").await;
    sam.find_text("1 customer").await;
    assert_eq!(sam.found().await, [ACCOUNT]);
    sam.show("support-filtered").await;
    sam.look_up("acme").await;
    let address = sam.url().await;

    let sue = scene.chrome.browser(&scene.app.url).await;
    sue.sign_staff_in(address.as_str(), SUE).await;

    sue.find_results_of("acme").await;
    assert_eq!(sue.url().await, address);
    assert_eq!(
        (sue.value("q").await, sue.value("state").await),
        ("acme".to_owned(), "connected".to_owned())
    );
    assert_eq!(sue.found().await, [ACCOUNT]);
    // The same search among those who are not connected finds nobody, and says how to go on.
    sue.click("#state option[value='pending']").await;
    sue.press("Apply").await;
    sue.find_text("No customer found").await;
    // What was typed stays.
    sue.press("Clear the filters").await;
    sue.find_results_of("acme").await;
    assert_eq!(sue.found().await, [ACCOUNT]);
    for tab in [sam, sue] {
        tab.close().await;
    }
    scene.end().await;
}
