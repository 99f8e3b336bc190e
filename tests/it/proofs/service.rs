//! `grantway serve` in a process of its own, which a test kills, stops for a while, and wakes.

use std::fs::File;
use std::time::Duration;

use tokio::process::Child;

use crate::support::command::{command, free_port, signal};
use crate::support::settings::KEY_RING;

/// One replica. It is killed when it is dropped, also by a panic, and also while it is stopped.
#[derive(Debug)]
pub(super) struct Service {
    child: Child,
    address: String,
    log: tempfile::NamedTempFile,
}

impl Service {
    /// Starts it; [`ready`](Self::ready) waits until it works.
    pub(super) fn start(database_url: &str, origins: &str) -> Self {
        let address = format!("127.0.0.1:{}", free_port());
        let admin = format!("127.0.0.1:{}", free_port());
        let public_url = format!("http://{address}");
        let log = tempfile::NamedTempFile::new().unwrap();
        let write = || File::options().append(true).open(log.path()).unwrap();
        let variables = [
            ("DATABASE_URL", database_url),
            ("GRANTWAY_PUBLIC_URL", &public_url),
            ("GRANTWAY_LISTEN", &address),
            ("GRANTWAY_ADMIN_LISTEN", &admin),
            ("GRANTWAY_KEYRING", KEY_RING),
            ("GRANTWAY_VENDOR_NAME", "Northvault"),
            ("GRANTWAY_SUPPORT_EMAIL", "support@northvault.example"),
            ("GRANTWAY_EXTRA_ORG_ORIGINS", origins),
        ];
        let child = command(&["serve"], &variables)
            .stdout(write())
            .stderr(write())
            .spawn()
            .unwrap();
        Self {
            child,
            address,
            log,
        }
    }

    /// `http://127.0.0.1:PORT`
    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Until it works: it listens some time before, while it looks for migrations.
    pub(super) async fn ready(&mut self, http: &reqwest::Client) {
        let address = format!("{}/readyz", self.url());
        for _ in 0..1_000 {
            if let Ok(answer) = http.get(&address).send().await
                && answer.status() == 200
            {
                return;
            }
            self.assert_runs();
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("it does not get ready: {}", self.log());
    }

    /// SIGKILL, which nothing can be done about.
    pub(super) async fn kill(mut self) {
        self.child.kill().await.unwrap();
    }

    /// SIGSTOP: it stands still where it is, and notices nothing.
    pub(super) async fn pause(&self) {
        signal(&self.child, "STOP").await;
    }

    /// SIGCONT: it goes on as if no time had passed.
    pub(super) async fn wake(&self) {
        signal(&self.child, "CONT").await;
    }

    #[track_caller]
    pub(super) fn assert_runs(&mut self) {
        let ended = self.child.try_wait().unwrap();
        assert!(ended.is_none(), "it ended ({ended:?}): {}", self.log());
    }

    /// What it wrote.
    pub(super) fn log(&self) -> String {
        std::fs::read_to_string(self.log.path()).unwrap_or_default()
    }
}
