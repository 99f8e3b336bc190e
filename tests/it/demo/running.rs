//! A demo in a process of its own.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;
use std::time::Duration;

use grantway::vault;
use serde_json::Value;
use sqlx::{Connection, PgConnection};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Child;

use crate::support::command::{command, signal};
use crate::support::database::fast_folder;
use crate::support::sessions::token_of;

/// Long enough for a machine on which everything is tested at once.
const PATIENCE: Duration = Duration::from_mins(3);

pub struct Demo {
    child: Child,
    /// The line for scripts.
    pub said: Value,
}

/// A folder through which PostgreSQL's user gets, too: root's server is not root's.
pub fn folder() -> TempDir {
    let folder = tempfile::tempdir_in(fast_folder()).unwrap();
    std::fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    folder
}

impl Demo {
    pub async fn start(folder: &TempDir, more: &[&str]) -> Self {
        let mut child = Self::begin(folder, more);
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = tokio::time::timeout(PATIENCE, lines.next_line()).await;
        let line = line.expect("it is ready in time").unwrap();
        let said = serde_json::from_str(&line.expect("it says that it is ready")).unwrap();
        Self { child, said }
    }

    /// A demo that is not ready yet.
    pub fn begin(folder: &TempDir, more: &[&str]) -> Child {
        let data = folder.path().join("demo");
        let data = data.to_str().unwrap();
        let args = ["demo", "--json", "--listen", "127.0.0.1:0", "--data", data];
        let path = std::env::var("PATH").unwrap();
        command(&[&args[..], more].concat(), &[("PATH", &path)])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }

    pub fn url(&self) -> String {
        self.said["url"].as_str().unwrap().to_owned()
    }

    /// The id of the customer with this number, which its link leads to.
    pub async fn tenant(&self, customer: usize) -> uuid::Uuid {
        let url = self.said["database_url"].as_str().unwrap();
        let link = self.said["links"][customer]["url"].as_str().unwrap();
        let mut connection = PgConnection::connect(url).await.unwrap();
        let hash = vault::fingerprint_of(token_of(link));
        let tenant =
            sqlx::query_scalar("SELECT tenant_id FROM onboarding_links WHERE token_hash = $1")
                .bind(hash.as_slice())
                .fetch_one(&mut connection)
                .await
                .unwrap();
        connection.close().await.unwrap();
        tenant
    }

    /// Asks it to stop; it ends well, and nobody listens any more.
    pub async fn stop(mut self, name: &str) {
        signal(&self.child, name).await;
        let ended = tokio::time::timeout(PATIENCE, self.child.wait()).await;
        let status = ended.expect("it stops in time").unwrap();
        assert_eq!(status.code(), Some(0));
        let okta = self.said["okta"][0]["origin"].as_str().unwrap();
        for url in [self.url().as_str(), okta] {
            let address = url.trim_start_matches("http://");
            let connected = tokio::net::TcpStream::connect(address).await;
            assert!(connected.is_err(), "somebody still listens at {url}");
        }
        let database = self.said["database_url"].as_str().unwrap();
        assert!(PgConnection::connect(database).await.is_err());
    }
}
