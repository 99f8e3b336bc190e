//! PostgreSQL's own data directory: made by `initdb`, once, and checked ever after.

use std::fs;
use std::process::Stdio;

use super::USER;
use super::account::{self, Account};
use super::error::StartError;
use super::folder::{self, Folder};
use super::installation::Installation;

/// The version that made the cluster, if there is one.
pub(super) fn major_version(folder: &Folder) -> Result<Option<u32>, StartError> {
    let path = folder.cluster_dir().join("PG_VERSION");
    match fs::read_to_string(&path) {
        Ok(text) => Ok(text.trim().parse().ok()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(StartError::io("read", &path)(error)),
    }
}

pub(super) fn make_if_missing(
    folder: &Folder,
    installation: &Installation,
    account: Option<&Account>,
    durable: bool,
) -> Result<(), StartError> {
    match major_version(folder)? {
        Some(found) if found != installation.major() => Err(StartError::OtherVersion {
            cluster: folder.cluster_dir(),
            found,
            installed: installation.major(),
        }),
        Some(_) => Ok(()),
        None => make(folder, installation, account, durable),
    }
}

/// Makes it beside its place and moves it there when whole, so that a kill in the middle leaves
/// nothing that looks like a cluster.
fn make(
    folder: &Folder,
    installation: &Installation,
    account: Option<&Account>,
    durable: bool,
) -> Result<(), StartError> {
    let half = folder.path().join("cluster.new");
    if half.exists() {
        fs::remove_dir_all(&half).map_err(StartError::io("remove", &half))?;
    }
    folder::make_private_dir(&half, account)?;
    let initdb = installation.program("initdb");
    let mut command = account::command(&initdb.to_string_lossy(), account);
    command.args(["--username", USER, "--auth", "trust", "--encoding", "UTF8"]);
    command.args(locale_arguments()).arg("-D").arg(&half);
    if !durable {
        command.arg("--no-sync");
    }
    let answer = command
        .stdin(Stdio::null())
        .output()
        .map_err(StartError::io("run", &initdb))?;
    if !answer.status.success() {
        let output = [answer.stdout, answer.stderr].concat();
        return Err(StartError::ProgramFailed {
            program: "initdb",
            status: answer.status.to_string(),
            output: String::from_utf8_lossy(&output).trim().to_owned(),
        });
    }
    let cluster = folder.cluster_dir();
    fs::rename(&half, &cluster).map_err(StartError::io("move into place", &cluster))
}

/// Byte order for sorting, so that results are the same on every machine; Unicode for letters.
fn locale_arguments() -> &'static [&'static str] {
    if cfg!(target_os = "macos") {
        // macOS has no C.UTF-8.
        &["--locale=C", "--lc-ctype=en_US.UTF-8"]
    } else {
        &["--locale=C.UTF-8"]
    }
}
