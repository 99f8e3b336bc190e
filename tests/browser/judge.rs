//! Whether a page can be used by everybody: an accessibility checker in every look, with what is
//! folded and unfolded, and nothing wider than the window.

use std::fs;
use std::sync::OnceLock;

use serde_json::Value;

use crate::looks::{DARK, DARK_TELEPHONE, DESK, Look, NARROWEST, TELEPHONE, root};
use crate::tab::Tab;

const AXE: &str = "target/axe/node_modules/axe-core/axe.min.js";

const UNFOLD: &str = "[...document.querySelectorAll('details:not([open])')]
    .map(row => { row.open = true; row.dataset.unfolded = ''; }).length";
const FOLD: &str = "[...document.querySelectorAll('details[data-unfolded]')]
    .map(row => { row.open = false; delete row.dataset.unfolded; }).length";

impl Tab {
    /// Fails when anything is wrong with the page in any look.
    pub async fn judge(&self, name: &str) {
        for look in [DESK, TELEPHONE, NARROWEST, DARK, DARK_TELEPHONE] {
            self.look_as(look).await;
            self.judge_as(name, look).await;
        }
        if self.js(UNFOLD).await.as_u64() == Some(0) {
            return;
        }
        for look in [DARK, TELEPHONE, NARROWEST] {
            self.look_as(look).await;
            self.judge_as(&format!("{name} unfolded"), look).await;
        }
        self.js(FOLD).await;
    }

    async fn judge_as(&self, name: &str, look: Look) {
        let width = "[document.scrollingElement.scrollWidth, innerWidth]";
        let (content, window) = pair(&self.js(width).await);
        assert!(
            content <= window,
            "{name}, {}: {content} pixels wide in a window of {window}",
            look.name
        );
        let violations = self.violations().await;
        assert!(
            violations.is_empty(),
            "{name}, {}: {}",
            look.name,
            violations.join("\n")
        );
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
        assert!(
            read.is_some() || std::env::var_os("E2E_REQUIRED").is_none(),
            "axe-core is not installed: run scripts/setup test"
        );
        if read.is_none() {
            println!("NOT JUDGED: axe-core is not installed (scripts/setup test installs it)");
        }
        read
    });
    source.as_deref()
}

fn pair(value: &Value) -> (u64, u64) {
    (value[0].as_u64().unwrap(), value[1].as_u64().unwrap())
}
