//! A visit: why first, then what is there and what can be done; and the customer is told of it.

use std::path::Path;
use std::time::{Duration as StdDuration, Instant};

use serde_json::{Value, json};
use thirtyfour::prelude::*;

use crate::onboarding::{ACCOUNT, ADA, Scene};
use crate::support::browser::TRIPWIRE;
use crate::support::sessions::token_of;
use crate::support::staff::SAM;
use crate::support_desk::{REASON, page_of};

#[tokio::test]
async fn nobody_looks_without_a_reason_and_the_administrator_sees_it() {
    let Some(scene) = Scene::open().await else {
        return;
    };
    let invited = scene.invite_without(&[]).await;
    let status = scene.connect(&invited, ADA).await;
    scene.tab.assert_silent_about("support looked").await;
    let sam = scene.staff(SAM).await;
    for page in ["", "/customer-view", "/bundle.json"] {
        sam.open(&format!("{}{page}", page_of(&invited))).await;
        sam.find_heading("Why are you looking at Acme Europe?")
            .await;
        sam.assert_silent_about(&invited.client_id).await;
    }
    sam.show("support-visit").await;
    sam.enter("reason", " ").await;
    sam.press("Open Acme Europe").await;
    sam.find_text("Say why, in a few words").await;
    assert_eq!(sam.js("document.activeElement.id").await, "reason");
    sam.show("support-visit-refused").await;

    sam.enter("reason", REASON).await;
    sam.press("Open Acme Europe").await;

    let cause = sam.cause().await;
    assert!(
        cause.starts_with("All 25 permissions are granted."),
        "{cause}"
    );
    sam.assert_says(REASON).await;
    sam.show("support-tenant").await;
    scene.tab.open(&status).await;
    scene
        .tab
        .find_text("Northvault's support looked at this page")
        .await;
    scene.tab.assert_says(REASON).await;
    scene.tab.assert_says("Sam Example").await;
    scene.tab.assert_silent_about(SAM).await;
    scene.tab.show_on_paper("status-looked-at").await;
    sam.close().await;
    scene.end().await;
}

#[tokio::test]
async fn what_the_customer_sees_can_be_read_and_not_pressed() {
    let Some(scene) = Scene::open().await else {
        return;
    };
    let invited = scene.invite_without(&["okta.devices.read"]).await;
    scene.connect(&invited, ADA).await;
    let theirs = scene.tab.find(By::Css("h1")).await.text().await.unwrap();
    let sam = scene.staff(SAM).await;
    sam.visit(&invited).await;

    sam.press("What the customer sees").await;

    sam.find_text("This is what the administrators of Acme Europe see")
        .await;
    let seen = sam.find(By::Css("h1")).await.text().await.unwrap();
    assert_eq!(seen, theirs);
    let live = ".bare a[href]:not([href^='#']), .bare :is(button, input, select, textarea):enabled";
    assert!(scene.tab.has("main button:enabled").await);
    assert!(!sam.has(live).await, "something can be pressed");
    sam.show("support-customer-view").await;
    sam.press("Back to Acme Europe").await;
    sam.arrive(&page_of(&invited)).await;
    sam.close().await;
    scene.end().await;
}

#[tokio::test]
async fn a_new_link_is_shown_once_and_leads_the_administrator_on() {
    let Some(scene) = Scene::open().await else {
        return;
    };
    let invited = scene.invite_without(&[]).await;
    let sam = scene.staff(SAM).await;
    sam.visit(&invited).await;
    sam.assert_says("Invited; nothing has happened since.")
        .await;
    sam.show("support-tenant-invited").await;

    sam.press("Make a new link").await;

    sam.find_heading("A new link for Acme Europe").await;
    let link = sam
        .find(By::Css(".link-box code"))
        .await
        .text()
        .await
        .unwrap();
    assert_ne!(link, invited.link);
    sam.show("support-link").await;
    sam.press_copy("the link").await;
    let tab = &scene.tab;
    tab.open(&link).await;
    tab.arrive("/onboarding").await;
    tab.find_text(ACCOUNT).await;
    sam.press("Back to Acme Europe").await;
    sam.find_text("Link opened").await;
    sam.assert_silent_about(token_of(&link)).await;
    sam.back().await;
    sam.assert_silent_about(token_of(&link)).await;
    sam.close().await;
    scene.end().await;
}

#[tokio::test]
async fn a_hand_off_that_support_makes_leads_a_colleague_to_the_repair() {
    let Some(scene) = Scene::open().await else {
        return;
    };
    let invited = scene.invite_without(&["okta.devices.read"]).await;
    scene.connect(&invited, ADA).await;
    let sam = scene.staff(SAM).await;
    sam.visit(&invited).await;

    sam.click("form[action$='/hand-off'] button").await;

    let shown = sam.find(By::Css(".link-box code")).await;
    let link = shown.text().await.unwrap();
    let text = sam.tell().await;
    assert!(
        text.contains(&link) && text.contains("okta.devices.read"),
        "{text}"
    );
    sam.show("support-hand-off").await;
    sam.press_copy("the text").await;
    let colleague = scene.chrome.browser(&scene.app.url).await;
    colleague.open(&link).await;
    colleague
        .find_heading("Northvault's support asks for your help")
        .await;
    colleague.show("repair-begin-for-support").await;
    for tab in [sam, colleague] {
        tab.close().await;
    }
    scene.end().await;
}

#[tokio::test]
async fn the_bundle_for_a_ticket_holds_facts_and_no_secret() {
    let Some(scene) = Scene::open().await else {
        return;
    };
    let invited = scene.invite_without(&["okta.devices.read"]).await;
    scene.connect(&invited, ADA).await;
    let cookie = scene.tab.driver().get_all_cookies().await.unwrap();
    let sam = scene.staff(SAM).await;
    sam.visit(&invited).await;
    let folder = tempfile::tempdir().unwrap();
    let allow = json!({ "behavior": "allow", "downloadPath": folder.path() });
    sam.devtools("Browser.setDownloadBehavior", allow).await;

    sam.press("Diagnostic bundle").await;

    let file = folder
        .path()
        .join(format!("grantway-{}.json", invited.tenant));
    let text = downloaded(&file).await;
    let told: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(told["versions"]["grantway"], env!("CARGO_PKG_VERSION"));
    assert_eq!(told["status"]["categories"].as_array().unwrap().len(), 13);
    assert!(text.contains("connection.connected"), "{text}");
    let mut canaries = vec![TRIPWIRE.to_owned(), token_of(&invited.link).to_owned()];
    canaries.extend(cookie.into_iter().map(|cookie| cookie.value));
    for canary in canaries
        .iter()
        .filter(|canary| canary.len() >= TRIPWIRE.len())
    {
        assert!(!text.contains(canary.as_str()), "{canary} is in {text}");
    }
    for name in ["Ada", ADA, "Sam"] {
        assert!(!text.contains(name), "{name} is in {text}");
    }
    sam.close().await;
    scene.end().await;
}

/// Waits for a whole file.
async fn downloaded(file: &Path) -> String {
    let begin = Instant::now();
    loop {
        if let Ok(text) = std::fs::read_to_string(file)
            && text.ends_with('}')
        {
            return text;
        }
        assert!(
            begin.elapsed() < StdDuration::from_secs(20),
            "no {}",
            file.display()
        );
        tokio::time::sleep(StdDuration::from_millis(25)).await;
    }
}
