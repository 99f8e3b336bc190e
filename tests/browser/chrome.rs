//! Chromium and its driver, as long as one test lasts.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde_json::json;
use tempfile::TempDir;
use thirtyfour::prelude::*;
use thirtyfour::{ChromeCapabilities, ChromiumLikeCapabilities};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::tab::Tab;

const DRIVERS: [&str; 2] = ["/usr/bin/chromedriver", "/usr/local/bin/chromedriver"];
const FLAGS: [&str; 9] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// A driver process and the folder that it and its browsers write to.
#[derive(Debug)]
pub struct Chrome {
    url: String,
    process: Child,
    _home: TempDir,
}

impl Chrome {
    /// `None`, with a word about it, where no browser is installed and none is required.
    pub async fn start() -> Option<Self> {
        let Some(driver) = DRIVERS.iter().find(|path| Path::new(path).exists()) else {
            assert!(
                std::env::var_os("E2E_REQUIRED").is_none(),
                "chromedriver is not installed: run scripts/setup test"
            );
            println!("SKIPPED: chromedriver is not installed (scripts/setup test installs it)");
            return None;
        };
        let home = tempfile::tempdir().unwrap();
        let mut process = Command::new(driver)
            .arg("--port=0")
            // Chromium leaves folders behind in both.
            .env("TMPDIR", home.path())
            .env("HOME", home.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let url = address(&mut process).await;
        Some(Self {
            url,
            process,
            _home: home,
        })
    }

    /// A browser of its own: its cookies are not those of any other.
    pub async fn browser(&self, app_url: &str) -> Tab {
        Tab::new(self.connect(None).await, app_url)
    }

    /// A browser in which no page may run a script.
    pub async fn browser_without_javascript(&self, app_url: &str) -> Tab {
        let off = json!({ "profile.managed_default_content_settings.javascript": 2 });
        Tab::new(self.connect(Some(off)).await, app_url)
    }

    async fn connect(&self, prefs: Option<serde_json::Value>) -> WebDriver {
        let mut capabilities = ChromeCapabilities::new();
        for flag in FLAGS {
            capabilities.add_arg(flag).unwrap();
        }
        if let Some(prefs) = prefs {
            capabilities
                .add_experimental_option("prefs", prefs)
                .unwrap();
        }
        WebDriver::builder(&self.url, capabilities)
            .request_timeout(Duration::from_secs(60))
            .connect()
            .await
            .unwrap()
    }

    /// The end: the browsers were closed before, so that nothing writes to the folder any more.
    pub async fn stop(mut self) {
        self.process.kill().await.unwrap();
    }
}

/// Where the driver listens, by its own word. What else it says is read and forgotten, so that it
/// never waits for a reader.
async fn address(process: &mut Child) -> String {
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let port = loop {
        let line = lines.next_line().await.unwrap();
        let line = line.expect("chromedriver says where it listens");
        if let Some(rest) = line.split("successfully on port ").nth(1) {
            break rest.trim_end_matches('.').to_owned();
        }
    };
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    format!("http://127.0.0.1:{port}")
}
