//! The server's process, which must end when ours does, even by SIGKILL.
//!
//! The server is the child of a shell that also reads a pipe whose other end only we hold. When
//! we close it, or end in any way at all, the shell reads the end of the file and asks the server
//! for a fast shutdown. That needs no unsafe code and works on every Unix.

use std::fs;
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdin, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::account::{self, Account};
use super::error::{StartError, StopError};
use super::folder::Folder;
use super::installation::Installation;
use super::{Options, PORT};

/// `$0` is our folder; the arguments are the server's command line. The pipe is moved to
/// descriptor 3 because a shell gives background commands an empty standard input. INT asks for
/// a fast shutdown, but is lost on a server that is only just starting: TERM is not. Whatever
/// ends the server, the shell then ends too, with the server's status.
const KEEPER: &str = r#"
exec 3<&0 </dev/null
"$@" 3<&- &
server=$!
{ read -r never <&3; kill -TERM "$server"; kill -INT "$server"; } 2>/dev/null &
watcher=$!
exec 3<&-
wait "$server"
status=$?
kill "$watcher" 2>/dev/null
wait "$watcher"
if [ -e "$0/ephemeral" ]; then rm -rf "$0"; fi
exit "$status"
"#;

/// Long enough to replay what a crash left behind.
const READY_WITHIN: Duration = Duration::from_mins(2);
/// How long the server of a run that was just killed may take to end.
const PREDECESSOR_ENDS_WITHIN: Duration = Duration::from_secs(30);
const LOG_LINES_TO_QUOTE: usize = 15;

#[derive(Debug)]
pub(super) struct ServerProcess {
    keeper: Child,
    /// Dropping it stops the server.
    lifeline: Option<ChildStdin>,
}

impl ServerProcess {
    pub(super) fn start(
        folder: &Folder,
        installation: &Installation,
        account: Option<&Account>,
        options: &Options,
    ) -> Result<Self, StartError> {
        wait_for_predecessor(folder)?;
        let stale = PidFile::read(folder);
        let log = folder.fresh_log(account)?;
        let errors = log
            .try_clone()
            .map_err(StartError::io("write", &folder.log_file()))?;
        let mut command = account::command("sh", account);
        command.arg("-c").arg(KEEPER).arg(folder.path());
        command
            .arg(installation.program("postgres"))
            .args(arguments(folder, options));
        // A group of its own: Ctrl-C in a terminal goes to us alone, and we stop things in order.
        command
            .stdin(Stdio::piped())
            .stdout(log)
            .stderr(errors)
            .process_group(0);
        let mut keeper = command
            .spawn()
            .map_err(StartError::io("run a shell for", folder.path()))?;
        let lifeline = keeper.stdin.take();
        let mut process = Self { keeper, lifeline };
        process.wait_until_ready(folder, stale.as_ref())?;
        Ok(process)
    }

    fn wait_until_ready(
        &mut self,
        folder: &Folder,
        stale: Option<&PidFile>,
    ) -> Result<(), StartError> {
        let deadline = Instant::now() + READY_WITHIN;
        loop {
            let now = PidFile::read(folder);
            if now.as_ref().is_some_and(PidFile::is_ready) && now.as_ref() != stale {
                return Ok(());
            }
            let ended = self
                .keeper
                .try_wait()
                .map_err(StartError::io("wait for", folder.path()))?;
            if let Some(status) = ended {
                return Err(did_not_come_up(folder, &status.to_string()));
            }
            if Instant::now() > deadline {
                let status = format!("not ready after {} seconds", READY_WITHIN.as_secs());
                return Err(did_not_come_up(folder, &status));
            }
            thread::sleep(Duration::from_millis(3));
        }
    }

    /// Waits for the end; asking twice is harmless.
    pub(super) fn stop(&mut self, within: Duration) -> Result<(), StopError> {
        self.lifeline = None;
        let deadline = Instant::now() + within;
        while self.ended()?.is_none() {
            if Instant::now() > deadline {
                return Err(StopError::Slow(within));
            }
            thread::sleep(Duration::from_millis(3));
        }
        Ok(())
    }

    fn ended(&mut self) -> Result<Option<ExitStatus>, StopError> {
        Ok(self.keeper.try_wait()?)
    }
}

fn arguments(folder: &Folder, options: &Options) -> Vec<String> {
    let mut arguments = vec!["-D".to_owned(), folder.cluster_dir().display().to_string()];
    let mut set =
        |name: &str, value: &str| arguments.extend(["-c".to_owned(), format!("{name}={value}")]);
    set("listen_addresses", "");
    set("port", &PORT.to_string());
    set(
        "unix_socket_directories",
        &folder.socket_dir().to_string_lossy(),
    );
    set("logging_collector", "off");
    set("timezone", "UTC");
    set("log_timezone", "UTC");
    if !options.durable {
        for name in ["fsync", "synchronous_commit", "full_page_writes"] {
            set(name, "off");
        }
    }
    for (name, value) in &options.settings {
        set(name, value);
    }
    arguments
}

/// A killed run's server may still be shutting down; its pid file tells. A live process with that
/// number that is not this cluster's server got the number after a reboot or a crash: PostgreSQL
/// would refuse to start on its account, so the stale file goes.
fn wait_for_predecessor(folder: &Folder) -> Result<(), StartError> {
    let deadline = Instant::now() + PREDECESSOR_ENDS_WITHIN;
    while let Some(pid) = PidFile::read(folder).and_then(|file| file.pid()) {
        match command_line(pid) {
            None => return Ok(()),
            Some(line) if !line.contains(&*folder.cluster_dir().to_string_lossy()) => {
                let path = PidFile::path(folder);
                return fs::remove_file(&path).map_err(StartError::io("remove", &path));
            }
            Some(_) if Instant::now() > deadline => {
                let (cluster, waited) = (folder.cluster_dir(), PREDECESSOR_ENDS_WITHIN);
                return Err(StartError::StillRunning {
                    cluster,
                    pid,
                    waited,
                });
            }
            Some(_) => thread::sleep(Duration::from_millis(20)),
        }
    }
    Ok(())
}

/// What a live process was started with; `None` when there is no such process.
fn command_line(pid: u32) -> Option<String> {
    if cfg!(target_os = "linux") {
        let line = fs::read(format!("/proc/{pid}/cmdline")).ok()?;
        // A process that ended and is not yet waited for has an empty command line.
        return Some(String::from_utf8_lossy(&line).into_owned()).filter(|line| !line.is_empty());
    }
    let answer = account::command("ps", None)
        .args(["-o", "args=", "-p", &pid.to_string()])
        .output()
        .ok()?;
    answer
        .status
        .success()
        .then(|| String::from_utf8_lossy(&answer.stdout).into_owned())
}

fn did_not_come_up(folder: &Folder, status: &str) -> StartError {
    let log = folder.log_file();
    let text = fs::read_to_string(&log).unwrap_or_default();
    let lines: Vec<_> = text.lines().collect();
    let tail = lines[lines.len().saturating_sub(LOG_LINES_TO_QUOTE)..].join("\n");
    StartError::DidNotComeUp {
        status: status.to_owned(),
        log,
        tail,
    }
}

/// `postmaster.pid`: the server's number, when it started, and whether it accepts connections.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct PidFile {
    lines: Vec<String>,
}

impl PidFile {
    fn path(folder: &Folder) -> std::path::PathBuf {
        folder.cluster_dir().join("postmaster.pid")
    }

    pub(super) fn read(folder: &Folder) -> Option<Self> {
        let text = fs::read_to_string(Self::path(folder)).ok()?;
        Some(Self {
            lines: text.lines().map(|line| line.trim().to_owned()).collect(),
        })
    }

    pub(super) fn pid(&self) -> Option<u32> {
        self.lines.first()?.parse().ok()
    }

    fn is_ready(&self) -> bool {
        self.lines.get(7).is_some_and(|line| line == "ready")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_ready_when_its_eighth_line_says_so() {
        let file = |last: &str| PidFile {
            lines: ["41", "/data", "170", "5432", "/sock", "", " 1 2", last]
                .map(|l| l.trim().to_owned())
                .to_vec(),
        };
        assert!(file("ready").is_ready());
        assert!(!file("starting").is_ready());
        assert_eq!(file("ready").pid(), Some(41));
    }
}
