//! A check as it is watched, and what it finds.

use fake_okta::{Effect, Fault};
use thirtyfour::prelude::*;

use crate::onboarding::{ADA, Scene};
use crate::support::Settings;

pub const CHECKING: Settings = Settings {
    checks: true,
    ..Settings::DEFAULT
};
/// One scope is such that no answer tells whether it works.
pub const ALL_WORK: &str = "All 25 permissions are granted, and the 24 that can be checked work.";

const PROBES: &str = "/api/v1/*";
const DONE: &str = "document.querySelector('progress')?.value ?? -1";

#[tokio::test]
async fn a_check_is_watched_as_its_answers_come() {
    let Some(scene) = Scene::open_with(CHECKING).await else {
        return;
    };
    let tab = &scene.tab;
    slow_down(&scene, 700);
    let invited = scene.invite_without(&[]).await;
    scene.connect(&invited, ADA).await;
    tab.js("document.documentElement.dataset.mark = 'not read anew'")
        .await;

    let early = tab.progress_beyond(0.0).await;
    tab.find(By::Css(
        "html[data-mark] [data-scope-state] use[href='#i-granted']",
    ))
    .await;
    let later = tab.progress_beyond(early).await;
    assert!(early < later && later <= 25.0, "{early}, then {later}");
    tab.find(By::Css("html[data-mark] progress[max='25']"))
        .await;

    tab.find_heading(ALL_WORK).await;
    assert!(!tab.has("[data-events], html[data-mark]").await);
    tab.find(By::XPath("//dt[.='Last check']")).await;
    tab.show_on_paper("status-all-work").await;
    tab.photograph_for_the_readme("status-all-work.png").await;
    scene.end().await;
}

#[tokio::test]
async fn without_javascript_the_page_loads_itself_again_until_the_check_has_ended() {
    let Some(scene) = Scene::open_with(CHECKING).await else {
        return;
    };
    let scene = scene.without_javascript().await;
    slow_down(&scene, 1500);
    let invited = scene.invite_without(&[]).await;
    scene.connect(&invited, ADA).await;
    scene.tab.find(By::Css("meta[http-equiv='refresh']")).await;

    scene.tab.find_heading(ALL_WORK).await;

    assert!(!scene.tab.has("meta[http-equiv='refresh'], progress").await);
    scene.end().await;
}

#[tokio::test]
async fn a_check_under_way_can_be_read_by_everybody() {
    let Some(scene) = Scene::open_with(CHECKING).await else {
        return;
    };
    for slow in [
        "users",
        "groups",
        "org",
        "idps",
        "iam",
        "authorizationServers",
    ] {
        let stuck = Effect::Delay { ms: 60_000 };
        let path = format!("/api/v1/{slow}*");
        scene.app.org("acme").faults().add(Fault::on(&path, stuck));
    }
    let invited = scene.invite_without(&[]).await;
    scene.connect(&invited, ADA).await;

    scene.tab.progress_beyond(0.0).await;

    scene.tab.show("status-checking").await;
    scene.end().await;
}

#[tokio::test]
async fn what_the_role_of_a_weaker_administrator_blocks_is_not_called_granted() {
    let Some(scene) = Scene::open_with(CHECKING).await else {
        return;
    };
    let tab = &scene.tab;
    let invited = scene.invite_without(&[]).await;

    scene.connect(&invited, "oscar@acme.example").await;

    tab.find_heading("blocked by the administrator's role")
        .await;
    tab.assert_silent_about("All 25 permissions are granted")
        .await;
    let state = "[data-scope='okta.roles.manage'] .state-blocked";
    tab.find(By::Css(state)).await;
    tab.show_on_paper("status-blocked-by-role").await;
    scene.end().await;
}

#[tokio::test]
async fn every_cause_of_a_gap_is_told_apart_and_has_its_remedy() {
    let Some(scene) = Scene::open_with(CHECKING).await else {
        return;
    };
    let tab = &scene.tab;
    let acme = scene.app.org("acme");
    acme.refuse_role("/api/v1/iam");
    acme.unlicense("/api/v1/eventHooks");
    let invited = scene
        .invite_without(&["okta.devices.read", "okta.logs.read"])
        .await;
    scene.connect(&invited, ADA).await;

    tab.find_heading("Admin Roles is refused by Okta.").await;
    tab.assert_says("This organization does not have everything of Workflows")
        .await;
    for cause in ["missing", "blocked", "unavailable"] {
        tab.find(By::Css(format!("[data-scope] .state-{cause}")))
            .await;
    }
    tab.js("document.querySelectorAll('.finish details').forEach(way => way.open = true)")
        .await;
    tab.show_on_paper("status-mixed-gaps").await;
    scene.end().await;
}

fn slow_down(scene: &Scene, ms: u64) {
    let faults = scene.app.org("acme");
    faults.faults().add(Fault::on(PROBES, Effect::Delay { ms }));
}

impl crate::tab::Tab {
    /// Waits until more than so many permissions have been looked at; says how many.
    async fn progress_beyond(&self, done: f64) -> f64 {
        let progress = async || self.js(DONE).await.as_f64().unwrap();
        self.until(format!("progress beyond {done}"), async || {
            progress().await > done
        })
        .await;
        progress().await
    }
}
