//! What can go wrong with a private server, each with what to do about it.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Why a private server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(
        "PostgreSQL is not installed here: no folder with both `initdb` and `postgres` was found \
         (looked at {looked_at}). Install it: `sudo apt-get install postgresql` (Debian, Ubuntu), \
         `sudo dnf install postgresql-server` (Fedora), `brew install postgresql@17` (macOS). \
         Or name the folder with the programs in GRANTWAY_POSTGRES_BIN."
    )]
    NotInstalled { looked_at: String },

    #[error(
        "GRANTWAY_POSTGRES_BIN is {0}, but `initdb` and `postgres` are not both in that folder"
    )]
    WrongBinDir(PathBuf),

    #[error(
        "{} holds data of PostgreSQL {found}, but the installed PostgreSQL is {installed}. \
         Install PostgreSQL {found} beside it, or start anew in another folder", .cluster.display()
    )]
    OtherVersion {
        cluster: PathBuf,
        found: u32,
        installed: u32,
    },

    #[error("{} is in use by another running process of ours; stop that one first, or use another folder", .0.display())]
    InUse(PathBuf),

    #[error(
        "the server of an earlier run (process {pid}) is still working in {} after {} seconds; \
         stop it with `kill -INT {pid}`", .cluster.display(), .waited.as_secs()
    )]
    StillRunning {
        cluster: PathBuf,
        pid: u32,
        waited: Duration,
    },

    #[error(
        "run as root, PostgreSQL works as the user `{user}`, who may not enter {}; \
         choose a folder elsewhere (such as /var/lib/grantway), or `chmod o+x` that one", .closed.display()
    )]
    ClosedFolder { user: String, closed: PathBuf },

    #[error(
        "run as root, PostgreSQL needs an unprivileged user to work as, and there is neither `postgres` nor `nobody`"
    )]
    NoAccount,

    #[error("{} belongs to the user with id {owner}; run as that user, or use another folder", .cluster.display())]
    OtherOwner { cluster: PathBuf, owner: u32 },

    #[error("{} is to vanish with its server, but holds other files; use an empty folder", .0.display())]
    NotEmpty(PathBuf),

    #[error("`{program}` failed ({status}):\n{output}")]
    ProgramFailed {
        program: &'static str,
        status: String,
        output: String,
    },

    #[error("PostgreSQL did not come up ({status}). The end of {}:\n{tail}", .log.display())]
    DidNotComeUp {
        status: String,
        log: PathBuf,
        tail: String,
    },

    #[error("could not {action} {}: {source}", .path.display())]
    Io {
        action: &'static str,
        path: PathBuf,
        source: io::Error,
    },

    #[error("starting PostgreSQL panicked: {0}")]
    Panicked(String),
}

impl StartError {
    /// For `map_err`: names what was tried on which file.
    pub(super) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io {
            action,
            path,
            source,
        }
    }
}

/// Why a private server could not be seen to stop.
#[derive(Debug, thiserror::Error)]
pub enum StopError {
    #[error("PostgreSQL is still shutting down after {} seconds; it ends by itself", .0.as_secs())]
    Slow(Duration),
    #[error("could not wait for PostgreSQL: {0}")]
    Wait(#[from] io::Error),
    #[error("stopping PostgreSQL panicked: {0}")]
    Panicked(String),
}

/// A database of a private server could not be made.
#[derive(Debug, thiserror::Error)]
#[error("could not make a database: {0}")]
pub struct DatabaseError(#[from] sqlx::Error);
