//! The folder of a private server: where it is, who may enter it, and who uses it now.
//!
//! ```text
//! DATA_DIR/lock             held by the process that uses the folder
//! DATA_DIR/cluster/         PostgreSQL's own data directory
//! DATA_DIR/socket/          the Unix socket, unless the path is too long or holds a comma
//! DATA_DIR/postgresql.log   what the server said since its last start
//! DATA_DIR/ephemeral        there when the folder is to vanish with its server
//! ```

use std::fs::{self, DirBuilder, File, Permissions, TryLockError};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use super::account::{self, Account};
use super::error::StartError;

/// Socket paths end at 104 bytes on macOS (108 on Linux), and PostgreSQL appends a file name.
const LONGEST_SOCKET_DIR: usize = 85;

/// Where `app` keeps data when nothing else is said: the user's data folder, or a folder that
/// the server's unprivileged user can reach when run by root, whose home it cannot.
pub fn default_data_dir(app: &str) -> PathBuf {
    if account::is_root() {
        return Path::new("/var/lib").join(app);
    }
    dirs::data_dir()
        .unwrap_or_else(std::env::temp_dir)
        .join(app)
}

/// A folder that this process alone uses, until dropped.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    socket_dir: PathBuf,
    /// Held, not read. The operating system lets go of it however this process ends.
    _lock: File,
}

/// A process that this one is just starting holds our open files for an instant, locks included, until
/// it becomes its own program. So a folder counts as in use only when it stays so.
fn patiently(try_lock: impl Fn() -> Result<(), TryLockError>) -> Result<(), TryLockError> {
    for _ in 0..20 {
        match try_lock() {
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(10)),
            settled => return settled,
        }
    }
    try_lock()
}

impl Folder {
    pub(super) fn claim(data_dir: &Path) -> Result<Self, StartError> {
        create_open_to_all(data_dir)?;
        let path = data_dir
            .canonicalize()
            .map_err(StartError::io("open", data_dir))?;
        let lock_file = path.join("lock");
        let lock = File::options()
            .create(true)
            .append(true)
            .open(&lock_file)
            .map_err(StartError::io("write", &lock_file))?;
        match patiently(|| lock.try_lock()) {
            Ok(()) => Ok(Self {
                socket_dir: socket_dir_for(&path),
                path,
                _lock: lock,
            }),
            Err(TryLockError::WouldBlock) => Err(StartError::InUse(path)),
            Err(TryLockError::Error(error)) => Err(StartError::io("lock", &lock_file)(error)),
        }
    }

    pub(super) fn cluster_dir(&self) -> PathBuf {
        self.path.join("cluster")
    }

    pub(super) fn socket_dir(&self) -> &Path {
        &self.socket_dir
    }

    pub(super) fn log_file(&self) -> PathBuf {
        self.path.join("postgresql.log")
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Lets the server's user work in here, makes the socket's folder theirs, and says which
    /// folder above is closed to them.
    pub(super) fn hand_to(&self, account: Option<&Account>) -> Result<(), StartError> {
        if let Some(account) = account {
            self.open_to_all()?;
            check_reachable(&self.path, account)?;
        }
        make_private_dir(&self.socket_dir, account)
    }

    fn open_to_all(&self) -> Result<(), StartError> {
        let mode = self
            .path
            .metadata()
            .map_err(StartError::io("read", &self.path))?
            .mode();
        fs::set_permissions(&self.path, Permissions::from_mode(mode | 0o011))
            .map_err(StartError::io("change the mode of", &self.path))
    }

    fn ephemeral_marker(&self) -> PathBuf {
        self.path.join("ephemeral")
    }

    /// Refuses a folder that held anything before, because all of it is going to be deleted; and
    /// gives it to the server's user, who is going to delete it.
    pub(super) fn mark_ephemeral(&self, account: Option<&Account>) -> Result<(), StartError> {
        let entries = fs::read_dir(&self.path).map_err(StartError::io("read", &self.path))?;
        let ours = ["lock", "cluster", "socket", "postgresql.log", "ephemeral"];
        let foreign = entries
            .flatten()
            .any(|entry| !ours.iter().any(|name| entry.file_name() == *name));
        if foreign {
            return Err(StartError::NotEmpty(self.path.clone()));
        }
        let marker = self.ephemeral_marker();
        File::create(&marker).map_err(StartError::io("write", &marker))?;
        give(&self.path, account)
    }

    pub(super) fn unmark_ephemeral(&self) {
        let _ = fs::remove_file(self.ephemeral_marker());
    }

    /// The server's shell does this too, but may not remove the folder itself from one above
    /// that is closed to its user.
    pub(super) fn remove_if_ephemeral(&self) {
        let emptied = fs::read_dir(&self.path).is_ok_and(|mut entries| entries.next().is_none());
        if emptied || self.ephemeral_marker().exists() {
            let _ = fs::remove_dir_all(&self.path);
        }
    }

    /// Opens the log anew, so that its end tells about this start.
    pub(super) fn fresh_log(&self, account: Option<&Account>) -> Result<File, StartError> {
        let path = self.log_file();
        let log = File::create(&path).map_err(StartError::io("write", &path))?;
        give(&path, account)?;
        Ok(log)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !self.socket_dir.starts_with(&self.path) {
            // Fails, rightly, while a server is still shutting down in it.
            let _ = fs::remove_dir(&self.socket_dir);
        }
    }
}

/// A folder for the server's user alone. One that is there must not be somebody else's:
/// the socket's may be in a shared temporary folder.
pub(super) fn make_private_dir(path: &Path, account: Option<&Account>) -> Result<(), StartError> {
    match DirBuilder::new().mode(0o700).create(path) {
        Ok(()) => give(path, account),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            let found = fs::symlink_metadata(path).map_err(StartError::io("read", path))?;
            let wanted = match account {
                Some(account) => account.uid,
                None => account::own_uid()?,
            };
            if !found.is_dir() || found.uid() != wanted {
                return Err(StartError::OtherOwner {
                    cluster: path.to_owned(),
                    owner: found.uid(),
                });
            }
            fs::set_permissions(path, Permissions::from_mode(0o700))
                .map_err(StartError::io("change the mode of", path))
        }
        Err(error) => Err(StartError::io("create", path)(error)),
    }
}

fn give(path: &Path, account: Option<&Account>) -> Result<(), StartError> {
    let Some(account) = account else {
        return Ok(());
    };
    chown(path, Some(account.uid), Some(account.gid))
        .map_err(StartError::io("change the owner of", path))
}

/// Like `create_dir_all`, but other users can enter what is made, whatever the umask says.
fn create_open_to_all(path: &Path) -> Result<(), StartError> {
    if path.is_dir() {
        return Ok(());
    }
    if let Some(parent) = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
    {
        create_open_to_all(parent)?;
    }
    fs::create_dir(path).map_err(StartError::io("create", path))?;
    fs::set_permissions(path, Permissions::from_mode(0o755))
        .map_err(StartError::io("change the mode of", path))
}

/// Tries every folder on the way as that user: modes alone do not tell (access lists, mounts).
fn check_reachable(path: &Path, account: &Account) -> Result<(), StartError> {
    let mut way: Vec<&Path> = path.ancestors().collect();
    way.reverse();
    let answer = account::command("sh", Some(account))
        .arg("-c")
        .arg("for d; do [ -x \"$d\" ] || { printf %s \"$d\"; exit 1; }; done")
        .arg("sh")
        .args(way)
        .stdin(Stdio::null())
        .output()
        .map_err(StartError::io("run a shell for", path))?;
    if answer.status.success() {
        return Ok(());
    }
    let closed = PathBuf::from(String::from_utf8_lossy(&answer.stdout).into_owned());
    Err(StartError::ClosedFolder {
        user: account.name.clone(),
        closed,
    })
}

/// Inside the folder when PostgreSQL can use that path, else a short one in `/tmp` that stays
/// the same from run to run, so that addresses stay the same.
fn socket_dir_for(data_dir: &Path) -> PathBuf {
    let inside = data_dir.join("socket");
    let text = inside.to_string_lossy();
    if text.len() <= LONGEST_SOCKET_DIR && !text.contains(',') {
        return inside;
    }
    let mut hasher = DefaultHasher::new();
    data_dir.hash(&mut hasher);
    PathBuf::from(format!("/tmp/grantway-{:016x}", hasher.finish()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_that_the_server_cannot_use_gets_a_short_socket_folder() {
        let long = PathBuf::from("/srv").join("x".repeat(90));
        for odd in [long.as_path(), Path::new("/srv/a,b")] {
            let dir = socket_dir_for(odd);
            assert!(
                dir.starts_with("/tmp") && dir.as_os_str().len() < LONGEST_SOCKET_DIR,
                "{dir:?}"
            );
            assert_eq!(dir, socket_dir_for(odd));
        }
        assert_eq!(
            socket_dir_for(Path::new("/srv/a")),
            Path::new("/srv/a/socket")
        );
    }

    #[test]
    fn a_folder_in_use_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let first = Folder::claim(dir.path()).unwrap();
        assert!(matches!(
            Folder::claim(dir.path()),
            Err(StartError::InUse(_))
        ));
        drop(first);
        assert!(Folder::claim(dir.path()).is_ok());
    }

    #[test]
    fn a_folder_with_other_files_is_never_to_vanish() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("thesis.txt"), "years").unwrap();
        let folder = Folder::claim(dir.path()).unwrap();
        assert!(matches!(
            folder.mark_ephemeral(None),
            Err(StartError::NotEmpty(_))
        ));
    }
}
