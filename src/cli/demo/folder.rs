//! Where the demo keeps its data between runs: the database, the made-up organizations, the key ring.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::Context;
use secrecy::SecretString;

use crate::private_postgres::default_data_dir;
use crate::vault::{self, KeyRing};

/// A marker, so that `--fresh` never empties a folder that is not a demo's.
const MARKER: &str = "grantway-demo";

/// The folder of one demo.
pub(super) struct DemoFolder(PathBuf);

impl DemoFolder {
    pub(super) fn open(data: Option<PathBuf>, fresh: bool) -> anyhow::Result<Self> {
        let path = data.unwrap_or_else(|| default_data_dir("grantway").join("demo"));
        let path = std::path::absolute(path)?;
        if fresh {
            remove(&path)?;
        }
        fs::create_dir_all(&path).with_context(|| format!("cannot make {}", path.display()))?;
        fs::write(
            path.join(MARKER),
            "the data of grantway demo; --fresh removes it\n",
        )
        .with_context(|| format!("cannot write into {}", path.display()))?;
        Ok(Self(path))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// Where the made-up organizations are kept.
    pub(super) fn okta_state(&self) -> PathBuf {
        self.0.join("okta.json")
    }

    /// Where the organizations of the many made-up customers are kept.
    pub(super) fn organizations(&self) -> PathBuf {
        self.0.join("organizations")
    }

    /// Where the demo's webhooks went last.
    pub(super) fn webhook_port(&self) -> PathBuf {
        self.0.join("webhook-port")
    }

    /// The demo's own key ring, made at the first run.
    pub(super) fn key_ring(&self) -> anyhow::Result<KeyRing> {
        let path = self.0.join("keyring");
        let text = match fs::read_to_string(&path) {
            Ok(text) => SecretString::from(text.trim_end()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let fresh = KeyRing::generate();
                let mut file = fs::OpenOptions::new()
                    .write(true)
                    .create_new(true)
                    .mode(0o600)
                    .open(&path)?;
                writeln!(file, "{}", vault::disclose(&fresh))?;
                fresh
            }
            Err(error) => {
                return Err(error).with_context(|| format!("cannot read {}", path.display()));
            }
        };
        KeyRing::parse(&text)
            .with_context(|| format!("{} is damaged; --fresh starts anew", path.display()))
    }
}

fn remove(path: &Path) -> anyhow::Result<()> {
    if !path.exists() {
        return Ok(());
    }
    if !path.join(MARKER).exists() {
        anyhow::bail!(
            "{} is not a demo's folder, so --fresh leaves it alone",
            path.display()
        );
    }
    // A server that still runs there would write on into nothing.
    let lock = fs::OpenOptions::new().read(true).open(path.join("lock"));
    if let Ok(lock) = lock
        && lock.try_lock().is_err()
    {
        anyhow::bail!("another demo runs in {}; stop it first", path.display());
    }
    fs::remove_dir_all(path).with_context(|| format!("cannot remove {}", path.display()))
}
