//! A person who has no mouse.

use serde_json::Value;
use thirtyfour::TypingData;
use thirtyfour::prelude::*;

use crate::tab::Tab;

/// No page has more places to stop at.
const MOST_STOPS: usize = 150;

/// Where the focus is, and whether it can be seen there.
#[derive(Debug)]
struct Stop {
    tag: String,
    id: String,
    name: String,
    outline: String,
    on_screen: bool,
}

const STOP: &str = r"(() => {
    const at = document.activeElement;
    const style = getComputedStyle(at);
    const box = at.getBoundingClientRect();
    const label = at.labels?.[0]?.textContent ?? at.getAttribute('aria-label') ?? at.textContent;
    return [at.tagName, at.id, label.replace(/\s+/g, ' ').trim(),
        style.outlineStyle + ' ' + style.outlineWidth,
        box.bottom > 0 && box.top < innerHeight && box.width > 0 && box.height > 0];
})()";

impl Tab {
    /// Presses Tab until the focus is on what is called `name` (or begins so), or has that id.
    /// Wherever it stops on the way, it must be seen.
    pub async fn tab_to(&self, name: &str) {
        let mut passed = Vec::new();
        for _ in 0..MOST_STOPS {
            self.keys(Key::Tab).await;
            let stop = self.stop().await;
            if stop.tag == "BODY" {
                continue;
            }
            assert!(
                stop.outline.starts_with("solid") && stop.outline != "solid 0px" && stop.on_screen,
                "the focus cannot be seen at {stop:?}"
            );
            if stop.id == name || stop.name.starts_with(name) {
                return;
            }
            passed.push(stop.name);
        }
        panic!("Tab never comes to {name}, only to {passed:?}");
    }

    /// Presses what is called `name`, and waits for the page at `path`.
    pub async fn go(&self, name: &str, path: &str) {
        self.tab_to(name).await;
        self.keys(Key::Enter).await;
        self.arrive(path).await;
    }

    /// Types wherever the focus is.
    pub async fn keys(&self, keys: impl Into<TypingData>) {
        let chain = self.driver().action_chain().send_keys(keys);
        chain.perform().await.unwrap();
    }

    /// Ctrl A, so that typing replaces what stands in the field.
    pub async fn select_all(&self) {
        let chain = self.driver().action_chain().key_down(Key::Control);
        chain
            .send_keys("a")
            .key_up(Key::Control)
            .perform()
            .await
            .unwrap();
    }

    async fn stop(&self) -> Stop {
        let stop = self.js(STOP).await;
        let text = |place: usize| stop[place].as_str().unwrap_or_default().to_owned();
        Stop {
            tag: text(0),
            id: text(1),
            name: text(2),
            outline: text(3),
            on_screen: stop[4] == Value::Bool(true),
        }
    }
}
