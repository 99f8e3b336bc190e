//! Whom the server runs as. PostgreSQL refuses to run as root, so root's server runs as an
//! unprivileged user; anyone else's runs as themselves.

use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::process::Command;

use super::error::StartError;
use super::folder::Folder;

const UNPRIVILEGED_USERS: [&str; 2] = ["postgres", "nobody"];

/// The user that root's server runs as.
#[derive(Debug, Clone)]
pub(super) struct Account {
    pub(super) name: String,
    pub(super) uid: u32,
    pub(super) gid: u32,
}

impl Account {
    /// `None` when the server can run as whoever runs us.
    pub(super) fn for_server(folder: &Folder) -> Result<Option<Self>, StartError> {
        let own = own_uid()?;
        let cluster = folder.cluster_dir();
        let owner = cluster.metadata().ok().map(|data| (data.uid(), data.gid()));
        match owner {
            Some((uid, _)) if own != 0 && uid != own => Err(StartError::OtherOwner {
                cluster,
                owner: uid,
            }),
            _ if own != 0 => Ok(None),
            // A cluster made earlier keeps its user, even if a better one exists by now.
            Some((uid, gid)) if uid != 0 => Ok(Some(Self {
                name: format!("user id {uid}"),
                uid,
                gid,
            })),
            _ => UNPRIVILEGED_USERS
                .iter()
                .find_map(|name| Self::named(name))
                .map(Some)
                .ok_or(StartError::NoAccount),
        }
    }

    fn named(name: &str) -> Option<Self> {
        let uid = id(&["-u", name])?;
        let gid = id(&["-g", name])?;
        Some(Self {
            name: name.to_owned(),
            uid,
            gid,
        })
    }
}

pub(super) fn is_root() -> bool {
    own_uid().is_ok_and(|uid| uid == 0)
}

pub(super) fn own_uid() -> Result<u32, StartError> {
    id(&["-u"]).ok_or_else(|| StartError::ProgramFailed {
        program: "id -u",
        status: "no number".to_owned(),
        output: String::new(),
    })
}

/// Asks the `id` program: the standard library does not know users, and it saves unsafe code.
fn id(arguments: &[&str]) -> Option<u32> {
    let answer = Command::new("id").args(arguments).output().ok()?;
    String::from_utf8_lossy(&answer.stdout).trim().parse().ok()
}

/// A command that runs as the server's user, in a folder that every user can read, and with
/// nothing of our environment but where programs are: locale and `PG…` variables would leak in.
pub(super) fn command(program: &str, account: Option<&Account>) -> Command {
    let mut command = Command::new(program);
    command
        .env_clear()
        .env("LC_ALL", "C")
        .env("TZ", "UTC")
        .current_dir("/");
    command.env(
        "PATH",
        std::env::var_os("PATH").unwrap_or_else(|| "/usr/bin:/bin".into()),
    );
    if let Some(account) = account {
        command.uid(account.uid).gid(account.gid);
    }
    command
}
