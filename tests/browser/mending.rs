//! A gap that is mended: with one button, or by a colleague in a browser of their own.

use fake_okta::Person;
use thirtyfour::prelude::*;

use crate::checks::{ALL_WORK, CHECKING};
use crate::onboarding::{ADA, Scene};
use crate::tab::Tab;

const MISSING: [&str; 3] = [
    "okta.eventHooks.manage",
    "okta.devices.read",
    "okta.logs.read",
];
const OLGA: &str = "olga@acme.example";
const WHY: &str =
    "I am on holiday from tomorrow. Could you grant these three? It takes two minutes.";

#[tokio::test]
async fn one_button_grants_the_three_that_are_missing_of_twenty_five() {
    let Some(scene) = Scene::open_with(CHECKING).await else {
        return;
    };
    let tab = &scene.tab;
    let invited = scene.invite_without(&MISSING).await;
    let status = scene.connect(&invited, ADA).await;
    tab.find_heading("21 of 25 permissions work.").await;
    tab.unfold("Grant them for me").await;
    tab.press("See what will be granted").await;
    tab.find_heading("Add 3 permissions to the app in Okta")
        .await;
    tab.show("grants-confirm").await;
    assert_eq!(
        granted(&scene, &invited.client_id),
        22,
        "nothing happened yet"
    );

    tab.press("Grant these 3").await;
    tab.find_heading("3 permissions are granted").await;
    tab.show("grants-done").await;
    assert_eq!(granted(&scene, &invited.client_id), 25);
    tab.press("Authorize again").await;
    tab.press("Continue to 127.0.0.1").await;
    tab.sign_in_at_okta(ADA).await;

    tab.arrive(&status).await;
    tab.find_heading(ALL_WORK).await;
    tab.find_text("What changed at the last check").await;
    tab.assert_says("Not granted is now Works").await;
    tab.show("status-mended").await;
    scene.end().await;
}

#[tokio::test]
async fn a_colleague_finishes_the_repair_in_a_second_browser() {
    let Some(scene) = Scene::open_with(CHECKING).await else {
        return;
    };
    let tab = &scene.tab;
    scene.app.org("acme").set_person(Person::super_admin(OLGA));
    let invited = scene.invite_without(&MISSING).await;
    let status = scene.connect(&invited, ADA).await;
    tab.find_heading("21 of 25 permissions work.").await;
    let link = tab.hand_off().await;

    let colleague = scene.chrome.browser(&scene.app.url).await;
    colleague.open(&link).await;
    colleague
        .find_heading("Ada Example asks for your help")
        .await;
    colleague.assert_says(WHY).await;
    colleague.show("repair-begin").await;
    grant_in_okta(&scene, &colleague, &invited.client_id).await;
    colleague.press("I have granted them").await;
    colleague.press("Continue to 127.0.0.1").await;
    colleague.sign_in_if_asked(OLGA).await;
    colleague.find_heading("Thank you.").await;
    colleague.show("repair-done").await;
    colleague.open(&link).await;
    colleague.find_heading("This link").await;
    colleague.close().await;

    tab.open(&status).await;
    tab.find_heading(ALL_WORK).await;
    tab.assert_says("with Olga Example's sign-in").await;
    scene.end().await;
}

/// The steps of the repair page, in a second tab.
async fn grant_in_okta(scene: &Scene, colleague: &Tab, client_id: &str) {
    colleague.open_tab().await;
    colleague
        .open_app_in_okta(&scene.acme(), OLGA, client_id, "scopes")
        .await;
    colleague.press_grant(&MISSING).await;
    colleague.look_at_tab(0).await;
}

fn granted(scene: &Scene, client_id: &str) -> usize {
    let app = scene.app.org("acme").app(client_id);
    app.unwrap().granted_scopes.len()
}

impl Tab {
    /// Opens a folded part by its name.
    pub async fn unfold(&self, name: &str) {
        let by = By::XPath(format!("//summary[b='{name}']"));
        self.find(by).await.click().await.unwrap();
    }

    /// Asks for a link for a colleague, and reads it.
    async fn hand_off(&self) -> String {
        self.unfold("Hand this to a colleague").await;
        self.enter("reason", WHY).await;
        self.press("Make a link").await;
        self.find_heading("A link for your colleague").await;
        self.show("hand-off").await;
        let code = self.find(By::Css(".link-box code")).await;
        code.text().await.unwrap()
    }

    /// Okta asks nobody twice in one browser, unless it is told to.
    async fn sign_in_if_asked(&self, login: &str) {
        self.find(By::Css("#username, h1")).await;
        if self.has("#username").await {
            self.sign_in_at_okta(login).await;
        }
    }
}
