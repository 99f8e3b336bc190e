//! Whether a page can be used by everybody: an accessibility checker in every look, with what is
//! folded and unfolded, and nothing wider than the window.

use std::fs;
use std::sync::OnceLock;

use crate::looks::{DARK, DARK_TELEPHONE, DESK, Look, NARROWEST, TELEPHONE, root};
use crate::onboarding::Scene;
use crate::tab::Tab;

const AXE: &str = "target/axe/node_modules/axe-core/axe.min.js";

const UNFOLD: &str = "[...document.querySelectorAll('details:not([open])')]
    .map(row => { row.open = true; row.dataset.unfolded = ''; }).length";
const FOLD: &str = "[...document.querySelectorAll('details[data-unfolded]')]
    .map(row => { row.open = false; delete row.dataset.unfolded; }).length";

const EXCESS: &str = "Math.ceil(Math.max(
    document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth,
    ...[...document.querySelectorAll('.rows')].flatMap(list =>
        [...list.querySelectorAll('*')].map(part =>
            part.getBoundingClientRect().right - list.getBoundingClientRect().right))))";

impl Tab {
    /// Fails when anything is wrong with the page in any look.
    pub async fn judge(&self, name: &str) {
        for look in [DESK, TELEPHONE, DARK, DARK_TELEPHONE] {
            self.judge_as(name, look).await;
        }
        self.assert_fits(name, NARROWEST).await;
        if self.js(UNFOLD).await.as_u64() == Some(0) {
            return;
        }
        let unfolded = format!("{name} unfolded");
        self.judge_as(&unfolded, DARK).await;
        self.judge_as(&unfolded, TELEPHONE).await;
        self.assert_fits(&unfolded, NARROWEST).await;
        self.js(FOLD).await;
    }

    async fn judge_as(&self, name: &str, look: Look) {
        self.assert_fits(name, look).await;
        let violations = self.violations().await.join("\n");
        assert!(violations.is_empty(), "{name}, {}: {violations}", look.name);
    }

    /// Nobody has to scroll to the side.
    pub async fn assert_fits(&self, name: &str, look: Look) {
        self.look_as(look).await;
        let excess = self.excess().await;
        assert!(
            excess <= 0,
            "{name}, {}: {excess} pixels too wide",
            look.name
        );
    }

    /// By how much the page is wider than the window, whose scroll bar is not for it, or a list is
    /// wider than its frame, which would cut it.
    async fn excess(&self) -> i64 {
        self.js(EXCESS).await.as_i64().unwrap()
    }

    /// What axe-core finds, each with the elements that it is about.
    async fn violations(&self) -> Vec<String> {
        if self.js("typeof axe").await != "object" {
            let Some(axe) = axe() else {
                return Vec::new();
            };
            self.driver().execute(axe, vec![]).await.unwrap();
        }
        let run = "const done = arguments[arguments.length - 1];
            axe.run(document, { resultTypes: ['violations'] }).then(
                (results) => done(results.violations.map((found) => found.id + ': ' + found.help + '\\n' +
                    found.nodes.map((node) => '  ' + node.html + '\\n  ' + node.failureSummary).join('\\n'))),
                (error) => done(['axe-core failed: ' + error]))";
        let answer = self.driver().execute_async(run, vec![]).await.unwrap();
        answer.convert().unwrap()
    }
}

/// The checker's source; `None` where it is neither installed nor required.
fn axe() -> Option<&'static str> {
    static SOURCE: OnceLock<Option<String>> = OnceLock::new();
    let source = SOURCE.get_or_init(|| {
        let read = fs::read_to_string(root().join(AXE)).ok();
        if read.is_none() {
            crate::cannot("axe-core is not installed");
        }
        read
    });
    source.as_deref()
}

#[tokio::test]
async fn the_judge_sees_what_is_wrong_with_a_page() {
    let Some(scene) = Scene::open().await else {
        return;
    };
    let tab = &scene.tab;
    tab.open("/").await;
    tab.look_as(TELEPHONE).await;
    assert_eq!((tab.excess().await, tab.violations().await.len()), (0, 0));

    tab.js("document.querySelector('label').remove()").await;
    tab.js("document.querySelector('h1').style.width = '400px'")
        .await;

    assert!(tab.excess().await > 0);
    if axe().is_some() {
        let found = tab.violations().await;
        assert!(
            found.iter().any(|found| found.starts_with("label:")),
            "{found:?}"
        );
    }
    scene.end().await;
}
