//! One of the vendor's own people: in at their own identity provider, around, and out again.

use crate::onboarding::Scene;
use crate::support::staff::{NICK, OLGA, ORGANIZATION, SAM, StaffAt, app};
use crate::support::{Browser, Settings};
use crate::tab::Tab;

impl Tab {
    /// From a page for staff through the provider, and back to that page.
    pub async fn sign_staff_in(&self, address: &str, login: &str) {
        self.open(address).await;
        self.arrive("/staff/sign-in").await;
        self.press("Continue to 127.0.0.1").await;
        self.sign_in_at_okta(login).await;
    }
}

#[tokio::test]
async fn an_operator_signs_in_ends_a_colleagues_session_and_signs_out_at_both_places() {
    let Some(scene) = Scene::open().await else {
        return;
    };
    let tab = &scene.tab;
    let sam: Browser = scene.app.staff_browser(SAM).await;
    tab.open("/support/overview").await;
    tab.find_heading("Staff sign-in").await;
    tab.show("staff-sign-in").await;
    tab.reload().await;
    scene.tab.sign_staff_in("/support/overview", OLGA).await;

    tab.arrive("/support/overview").await;
    tab.show("support-overview").await;
    tab.press("Look-up").await;
    tab.arrive("/support").await;
    tab.show("support").await;
    tab.press("Sessions").await;
    tab.find_heading("Staff sessions").await;
    tab.assert_says("2 sessions are live").await;
    tab.assert_says("Chrome on Linux").await;
    tab.show("staff-sessions").await;
    tab.press("End session").await;
    tab.find_text("One session is live").await;
    sam.get("/support").await.assert_goes_to("/staff/sign-in");

    tab.click(".who .link-button").await;
    tab.arrive("/staff/signed-out").await;
    tab.show("staff-signed-out").await;
    tab.press("Sign out there too").await;
    tab.arrive("/staff/signed-out").await;
    tab.back().await;
    tab.assert_silent_about(SAM).await;
    tab.open("/support").await;
    tab.press("Continue to 127.0.0.1").await;
    tab.arrive_at_okta().await;
    assert!(tab.has("#password").await, "the provider asks again");
    scene.end().await;
}

#[tokio::test]
async fn support_is_told_what_is_for_operators() {
    let Some(scene) = Scene::open().await else {
        return;
    };
    let tab = &scene.tab;
    scene.tab.sign_staff_in("/support", SAM).await;
    tab.arrive("/support").await;
    tab.show("support-as-support").await;

    tab.open("/support/overview").await;

    tab.find_heading("This page is for operators").await;
    tab.show("staff-operators-only").await;
    scene.end().await;
}

#[tokio::test]
async fn somebody_in_no_group_and_somebody_refused_learn_what_to_do() {
    let Some(scene) = Scene::open().await else {
        return;
    };
    let tab = &scene.tab;
    scene.tab.sign_staff_in("/support", NICK).await;
    tab.find_heading("You are signed in, but not as staff of this service")
        .await;
    tab.show("staff-no-group").await;

    let org = scene.app.org(ORGANIZATION);
    org.rotate_client_secret(&app(&scene.app.fake).client_id);
    tab.open("/support").await;
    tab.press("Continue to 127.0.0.1").await;
    tab.find_heading("The identity provider refuses this service")
        .await;
    tab.show("staff-provider-refuses").await;
    scene.end().await;
}

#[tokio::test]
async fn where_it_is_not_set_up_the_page_says_so() {
    let settings = Settings {
        staff: StaffAt::NotSetUp,
        ..Settings::default()
    };
    let Some(scene) = Scene::open_with(settings).await else {
        return;
    };
    scene.tab.open("/support").await;

    scene
        .tab
        .find_heading("Staff sign-in is not set up here")
        .await;
    scene.tab.show("staff-not-set-up").await;
    scene.end().await;
}

#[tokio::test]
async fn without_javascript_everything_works_too() {
    let Some(scene) = Scene::open().await else {
        return;
    };
    let scene = scene.without_javascript().await;
    scene.tab.sign_staff_in("/staff/sessions", OLGA).await;
    scene.tab.arrive("/support").await;
    scene.tab.press("Sessions").await;
    scene.tab.find_heading("Staff sessions").await;
    scene.tab.click(".who .link-button").await;
    scene.tab.arrive("/staff/signed-out").await;
    scene.end().await;
}
