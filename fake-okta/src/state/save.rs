//! The optional state file: all organizations as one JSON document, replaced as a whole.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use super::OrgState;

/// Writes the file after each change.
#[derive(Debug)]
pub(crate) struct Saver {
    path: PathBuf,
    organizations: Mutex<BTreeMap<String, OrgState>>,
}

impl Saver {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self {
            path,
            organizations: Mutex::default(),
        }
    }

    /// Takes one organization's new state and replaces the file.
    pub(crate) fn put(&self, state: &OrgState) -> io::Result<()> {
        let mut all = self
            .organizations
            .lock()
            .expect("no holder of the lock panics");
        all.insert(state.name.clone(), state.clone());
        let text = serde_json::to_vec(&*all)?;
        let beside = self.path.with_extension("tmp");
        std::fs::write(&beside, text)?;
        std::fs::rename(&beside, &self.path)
    }
}

/// What the file holds; nothing when there is none yet.
pub(crate) fn load(path: &Path) -> io::Result<BTreeMap<String, OrgState>> {
    match std::fs::read(path) {
        Ok(text) => Ok(serde_json::from_slice(&text)?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(BTreeMap::new()),
        Err(error) => Err(error),
    }
}
