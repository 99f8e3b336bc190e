//! The built binary, run as a person or a script runs it.

use std::net::TcpListener;
use std::process::Stdio;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::process::{Child, Command};

use super::database::TestDatabase;
use super::settings::KEY_RING;

/// What a finished command left.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

/// The command with nothing in its environment but these variables.
pub fn command(args: &[&str], variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_grantway"));
    command
        .args(args)
        .env_clear()
        .envs(variables.iter().copied())
        .stdin(Stdio::null())
        .kill_on_drop(true);
    command
}

pub async fn run(args: &[&str], variables: &[(&str, &str)]) -> Ran {
    let output = command(args, variables).output().await.unwrap();
    Ran {
        code: output.status.code().expect("no signal ended it"),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A whole configuration.
pub fn configuration(database: &TestDatabase) -> Vec<(&'static str, &str)> {
    vec![
        ("DATABASE_URL", database.url.as_str()),
        ("GRANTWAY_PUBLIC_URL", "https://connect.example.com"),
        ("GRANTWAY_KEYRING", KEY_RING),
        ("GRANTWAY_VENDOR_NAME", "Northvault"),
        ("GRANTWAY_SUPPORT_EMAIL", "support@northvault.example"),
    ]
}

/// Asks a process to stop, as `kill` and Ctrl-C do.
pub async fn signal(child: &Child, name: &str) {
    let pid = child.id().expect("it runs");
    assert!(signal_process(pid, name).await);
}

/// Sends a signal to a process; `false` when there is none of that number.
pub async fn signal_process(pid: u32, name: &str) -> bool {
    let sent = Command::new("kill")
        .args([&format!("-{name}"), &pid.to_string()])
        .stderr(Stdio::null())
        .status()
        .await;
    sent.unwrap().success()
}

/// A port of this machine that nobody listens on. Below those that the system gives to others by
/// itself, and never given twice, so that it stays free until it is used.
pub fn free_port() -> u16 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    loop {
        let step = NEXT.fetch_add(1, Ordering::Relaxed);
        let port = 12_000 + (std::process::id() * 64 + step) % 20_000;
        let port = u16::try_from(port).unwrap();
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

impl Ran {
    #[track_caller]
    pub fn assert_code(&self, code: i32) -> &Self {
        assert_eq!(self.code, code, "{self:#?}");
        self
    }

    #[track_caller]
    pub fn assert_complains(&self, words: &str) -> &Self {
        assert!(self.stderr.contains(words), "no “{words}” in {self:#?}");
        self
    }
}
