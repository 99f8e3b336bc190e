//! Chromium and its driver, as long as one test lasts.

use std::io::ErrorKind;
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
    home: TempDir,
}

impl Chrome {
    /// `None`, with a word about it, where no browser is installed and none is required.
    pub async fn start() -> Option<Self> {
        let home = tempfile::tempdir().unwrap();
        for _ in 0..5 {
            let mut process = match driver(home.path()) {
                Ok(process) => process,
                Err(error) if error.kind() == ErrorKind::NotFound => {
                    crate::cannot("chromedriver is not installed");
                    return None;
                }
                Err(error) => panic!("chromedriver does not start: {error}"),
            };
            // It takes one free port of IPv4, then the same of IPv6, which another may have: then it ends.
            if let Some(url) = address(&mut process).await {
                return Some(Self { url, process, home });
            }
        }
        panic!("chromedriver ended five times before it listened");
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
            .request_timeout(Duration::from_mins(1))
            .connect()
            .await
            .unwrap()
    }

    /// The end: the browsers were closed before, so that nothing writes to the folder any more.
    pub async fn stop(mut self) {
        self.process.kill().await.unwrap();
    }
}

/// A browser that was killed goes on writing for a moment.
impl Drop for Chrome {
    fn drop(&mut self) {
        let _ = self.process.start_kill();
        for _ in 0..50 {
            if std::fs::remove_dir_all(self.home.path()).is_ok() {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

fn driver(home: &Path) -> std::io::Result<Child> {
    Command::new("chromedriver")
        .arg("--port=0")
        // Chromium leaves folders behind in both.
        .env("TMPDIR", home)
        .env("HOME", home)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
}

/// Where the driver listens, by its own word; `None` where it ended first. What else it says is read and
/// forgotten, so that it never waits for a reader.
async fn address(process: &mut Child) -> Option<String> {
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let port = loop {
        let line = lines.next_line().await.unwrap()?;
        if let Some(rest) = line.split("successfully on port ").nth(1) {
            break rest.trim_end_matches('.').to_owned();
        }
    };
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    Some(format!("http://127.0.0.1:{port}"))
}
