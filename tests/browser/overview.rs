//! The operators' overview over the demo's many customers.

use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use thirtyfour::prelude::*;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Child;

use crate::chrome::Chrome;
use crate::support::command::{command, signal};
use crate::support::staff::OLGA;

/// A demo in a process of its own, with the folder that it is kept in.
struct Demo {
    child: Child,
    url: String,
    _folder: TempDir,
}

impl Demo {
    async fn start(tenants: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        // Run by root, its PostgreSQL belongs to another user, who has to get through here.
        let open = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(folder.path(), open).unwrap();
        let data = folder.path().join("demo");
        let data = data.to_str().unwrap();
        let args = [
            "demo",
            "--json",
            "--listen",
            "127.0.0.1:0",
            "--data",
            data,
            "--tenants",
            tenants,
        ];
        let path = std::env::var("PATH").unwrap();
        let mut child = command(&args, &[("PATH", &path)])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = tokio::time::timeout(Duration::from_mins(5), lines.next_line()).await;
        let line = line.expect("it is ready in time").unwrap().unwrap();
        let said: Value = serde_json::from_str(&line).unwrap();
        Self {
            child,
            url: said["url"].as_str().unwrap().to_owned(),
            _folder: folder,
        }
    }

    async fn stop(mut self) {
        signal(&self.child, "INT").await;
        self.child.wait().await.unwrap();
    }
}

#[tokio::test]
async fn an_operator_sees_where_customers_stop_and_follows_a_reason_to_them() {
    let Some(chrome) = Chrome::start().await else {
        return;
    };
    let demo = Demo::start("60").await;
    let tab = chrome.browser(&demo.url).await;
    tab.sign_staff_in("/support/overview", OLGA).await;
    tab.arrive("/support/overview").await;
    tab.assert_says("63 customers").await;
    tab.show("overview").await;

    // Each drawing has a name, and the same as a table behind it.
    let unnamed = "[...document.querySelectorAll('svg[role=img]')].filter(svg => !svg.querySelector('title').textContent || !svg.parentElement.querySelector('table')).length";
    assert_eq!(tab.js(unnamed).await, 0);
    let drawings = "document.querySelectorAll('svg[role=img]').length";
    assert_eq!(tab.js(drawings).await, 6);

    tab.press("7 days").await;
    tab.until("the shorter time".to_owned(), async || {
        tab.url().await.query() == Some("days=7")
    })
    .await;
    tab.assert_says("in the last 7 days").await;

    tab.click("section[aria-labelledby=reasons] summary").await;
    tab.find(By::Css("section[aria-labelledby=reasons] details[open]"))
        .await;
    tab.press("The sign-in ended after Okta's 90 days").await;
    tab.arrive("/support").await;
    tab.assert_says("1 customer").await;
    tab.close().await;
    chrome.stop().await;
    demo.stop().await;
}
