//! Every page as three people see it: at a desk, on a telephone, in the dark; and on paper.

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::json;

use crate::tab::Tab;

/// How a page is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    pub name: &'static str,
    width: u32,
    dark: bool,
    paper: bool,
}

pub const DESK: Look = Look::new("1280", 1280, false);
pub const TELEPHONE: Look = Look::new("390", 390, false);
pub const DARK: Look = Look::new("dark", 1280, true);
pub const DARK_TELEPHONE: Look = Look::new("dark-390", 390, true);
/// The narrowest that pages are made for, and a page at 400 % of its size.
pub const NARROWEST: Look = Look::new("320", 320, false);
/// A4 between its margins, at 96 dots per inch.
pub const PAPER: Look = Look {
    paper: true,
    ..Look::new("print", 718, false)
};

/// What is photographed of every page.
const SHOWN: [Look; 3] = [DESK, TELEPHONE, DARK];
const HEIGHT: u64 = 800;

impl Look {
    const fn new(name: &'static str, width: u32, dark: bool) -> Self {
        Self {
            name,
            width,
            dark,
            paper: false,
        }
    }
}

impl Tab {
    /// Judges the page in every look and photographs it.
    pub async fn show(&self, name: &str) {
        self.judge(name).await;
        for look in SHOWN {
            self.photograph(name, look).await;
        }
        self.look_normally().await;
    }

    /// The page on paper, too.
    pub async fn show_on_paper(&self, name: &str) {
        self.show(name).await;
        self.assert_fits(name, PAPER).await;
        self.photograph(name, PAPER).await;
        self.look_normally().await;
    }

    pub async fn look_as(&self, look: Look) {
        let scheme = if look.dark { "dark" } else { "light" };
        let media = json!({
            "media": if look.paper { "print" } else { "screen" },
            "features": [
                { "name": "prefers-color-scheme", "value": scheme },
                // Nothing may be half-way between two colours when it is looked at.
                { "name": "prefers-reduced-motion", "value": "reduce" },
            ],
        });
        self.devtools("Emulation.setEmulatedMedia", media).await;
        self.resize(look.width, HEIGHT).await;
        self.until("the page to rest".to_owned(), async || {
            self.js("document.getAnimations().length").await == 0
        })
        .await;
    }

    async fn look_normally(&self) {
        self.devtools("Emulation.clearDeviceMetricsOverride", json!({}))
            .await;
        self.devtools("Emulation.setEmulatedMedia", json!({})).await;
    }

    async fn resize(&self, width: u32, height: u64) {
        let metrics =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics)
            .await;
    }

    async fn photograph(&self, name: &str, look: Look) {
        self.look_as(look).await;
        let height = self.js("document.documentElement.scrollHeight").await;
        // As high as the page, so that what sticks to the window's edge lies at the page's end.
        self.resize(look.width, height.as_u64().unwrap().max(HEIGHT))
            .await;
        let path = folder().join(format!("{name}-{}.png", look.name));
        fs::create_dir_all(folder()).unwrap();
        fs::write(path, self.picture().await).unwrap();
    }

    /// For the README: only on demand, because the times in it differ every time.
    pub async fn photograph_for_the_readme(&self, name: &str) {
        if std::env::var_os("UPDATE_SCREENSHOTS").is_none() {
            return;
        }
        self.hide_scroll_bars(true).await;
        self.look_as(DESK).await;
        let path = root().join("docs/screenshots").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, self.picture().await).unwrap();
        self.hide_scroll_bars(false).await;
        self.look_normally().await;
    }

    async fn hide_scroll_bars(&self, hidden: bool) {
        let parameters = json!({ "hidden": hidden });
        self.devtools("Emulation.setScrollbarsHidden", parameters)
            .await;
    }

    async fn picture(&self) -> Vec<u8> {
        let answer = self
            .devtools("Page.captureScreenshot", json!({ "format": "png" }))
            .await;
        BASE64_STANDARD
            .decode(answer["data"].as_str().unwrap())
            .unwrap()
    }
}

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn folder() -> PathBuf {
    root().join("target/screenshots")
}
