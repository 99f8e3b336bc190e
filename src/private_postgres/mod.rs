//! A private PostgreSQL: a cluster of our own, made from the binaries installed on this machine.
//!
//! For `grantway demo`, tests and benchmarks, which must work with no database configured. The
//! server listens on a Unix socket in a folder that only its user (and root) can enter, so there
//! is no port to clash and no password to choose. It never outlives this process, not even when
//! this process is killed: `process` tells how.
//!
//! Must not: download anything, touch a cluster that it did not make, listen on the network, or
//! import another room of this crate.

mod account;
mod cluster;
mod error;
mod folder;
mod installation;
mod process;

use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgSslMode};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

pub use error::{DatabaseError, StartError, StopError};
pub use folder::default_data_dir;

use account::Account;
use folder::Folder;
use installation::Installation;
use process::ServerProcess;

/// The superuser of every private cluster. Not the operating system's user of the same name.
const USER: &str = "postgres";
const PORT: u16 = 5432;
/// How long a server may take to write everything down before [`PrivatePostgres::stop`] gives up.
const STOP_WITHIN: Duration = Duration::from_mins(1);
/// The same for a dropped server, whose drop blocks the thread meanwhile.
const DROP_WITHIN: Duration = Duration::from_secs(5);

/// How a private server is to be run.
#[derive(Debug, Clone)]
pub struct Options {
    /// The server's own folder; made when missing, with the folders above it.
    pub data_dir: PathBuf,
    /// Whether data must survive a power cut (`fsync`). Data survives kills either way.
    pub durable: bool,
    /// Whether `data_dir` vanishes with the server, however both end.
    pub ephemeral: bool,
    /// Server settings besides ours, such as `("max_connections", "200")`.
    pub settings: Vec<(String, String)>,
}

impl Options {
    /// A server whose data is kept in `data_dir` for the next start.
    pub fn kept_in(data_dir: impl Into<PathBuf>) -> Self {
        let data_dir = data_dir.into();
        Self {
            data_dir,
            durable: true,
            ephemeral: false,
            settings: Vec::new(),
        }
    }

    /// A fast server for a test or a benchmark, gone with its data at the end.
    pub fn ephemeral_in(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            durable: false,
            ephemeral: true,
            ..Self::kept_in(data_dir)
        }
    }

    #[must_use]
    pub fn setting(mut self, name: &str, value: &str) -> Self {
        self.settings.push((name.to_owned(), value.to_owned()));
        self
    }
}

/// A running private server. It is not bound to the async runtime that it was started in.
/// Dropping it stops it; [`stop`](Self::stop) also says how that went.
#[derive(Debug)]
pub struct PrivatePostgres {
    process: ServerProcess,
    folder: Folder,
    installation: Installation,
}

impl PrivatePostgres {
    /// Starts the server, making the cluster first when the folder holds none.
    pub async fn start(options: Options) -> Result<Self, StartError> {
        tokio::task::spawn_blocking(move || Self::start_blocking(&options))
            .await
            .map_err(|panic| StartError::Panicked(panic.to_string()))?
    }

    /// [`start`](Self::start) for callers outside an async runtime.
    pub fn start_blocking(options: &Options) -> Result<Self, StartError> {
        let folder = Folder::claim(&options.data_dir)?;
        let account = Account::for_server(&folder)?;
        folder.hand_to(account.as_ref())?;
        if options.ephemeral {
            folder.mark_ephemeral(account.as_ref())?;
        }
        let installation = Installation::find(cluster::major_version(&folder)?)?;
        cluster::make_if_missing(&folder, &installation, account.as_ref(), options.durable)?;
        let process = ServerProcess::start(&folder, &installation, account.as_ref(), options)?;
        Ok(Self {
            process,
            folder,
            installation,
        })
    }

    /// An address of `database` that libpq's programs and sqlx both understand.
    pub fn url(&self, database: &str) -> String {
        let database = percent_encoded(database);
        let socket = percent_encoded(&self.folder.socket_dir().to_string_lossy());
        // All of it is said, because PGPORT and its kin fill in what an address leaves out.
        format!("postgresql:///{database}?host={socket}&port={PORT}&user={USER}&sslmode=disable")
    }

    /// The same as options.
    pub fn connect_options(&self, database: &str) -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass()
            .socket(self.folder.socket_dir())
            .port(PORT)
            .username(USER)
            .database(database)
            .ssl_mode(PgSslMode::Disable)
    }

    /// Makes `name` unless it is there already.
    pub async fn create_database(&self, name: &str) -> Result<(), DatabaseError> {
        let mut connection = PgConnection::connect_with(&self.connect_options("postgres")).await?;
        let found = sqlx::query("SELECT 1 FROM pg_database WHERE datname = $1")
            .bind(name)
            .fetch_optional(&mut connection)
            .await?;
        if found.is_none() {
            let statement = format!("CREATE DATABASE {}", quoted_identifier(name));
            sqlx::raw_sql(AssertSqlSafe(statement))
                .execute(&mut connection)
                .await?;
        }
        Ok(connection.close().await?)
    }

    /// Where `pg_dump` and the other programs of the server's own version are.
    pub fn bin_dir(&self) -> &Path {
        self.installation.bin_dir()
    }

    /// The process id of the server itself, for a test that wants to kill it.
    pub fn server_pid(&self) -> Option<u32> {
        process::PidFile::read(&self.folder).and_then(|file| file.pid())
    }

    /// Lets the folder of an ephemeral server outlive it after all.
    pub fn keep_data(&self) {
        self.folder.unmark_ephemeral();
    }

    /// Ends every connection, writes everything down and waits until the server is gone.
    pub async fn stop(mut self) -> Result<(), StopError> {
        tokio::task::spawn_blocking(move || self.process.stop(STOP_WITHIN))
            .await
            .map_err(|panic| StopError::Panicked(panic.to_string()))?
    }
}

impl Drop for PrivatePostgres {
    fn drop(&mut self) {
        // An error has no one to go to here, and the server ends by itself soon after anyway.
        if self.process.stop(DROP_WITHIN).is_ok() {
            self.folder.remove_if_ephemeral();
        }
    }
}

/// Percent-encodes all but the characters that need it nowhere. Not form encoding: libpq does not
/// read `+` as a space.
fn percent_encoded(text: &str) -> String {
    use std::fmt::Write as _;

    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

fn quoted_identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_characters_survive_in_an_address() {
        assert_eq!(percent_encoded("/a b/ü+%?"), "/a%20b/%C3%BC%2B%25%3F");
    }

    #[test]
    fn a_quote_cannot_end_an_identifier() {
        assert_eq!(quoted_identifier("a\"b"), "\"a\"\"b\"");
    }
}
