//! The optional memory between runs: all organizations in one JSON document, or each in its own.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use super::OrgState;

/// Writes after each change; a file is replaced as a whole.
#[derive(Debug)]
pub(crate) enum Saver {
    File {
        path: PathBuf,
        organizations: Mutex<BTreeMap<String, OrgState>>,
    },
    Folder(PathBuf),
}

impl Saver {
    /// A folder, a file, or neither.
    pub(crate) fn of(file: Option<PathBuf>, folder: Option<PathBuf>) -> Option<Self> {
        let in_file = |path| Self::File {
            path,
            organizations: Mutex::default(),
        };
        folder.map(Self::Folder).or_else(|| file.map(in_file))
    }

    /// Takes one organization's new state.
    pub(crate) fn put(&self, state: &OrgState) -> io::Result<()> {
        match self {
            Self::File {
                path,
                organizations,
            } => {
                let mut all = organizations.lock().expect("no holder of the lock panics");
                all.insert(state.name.clone(), state.clone());
                replace(path, &serde_json::to_vec(&*all)?)
            }
            Self::Folder(folder) => {
                let path = folder.join(format!("{}.json", state.name));
                replace(&path, &serde_json::to_vec(state)?)
            }
        }
    }

    /// What was kept, by name; nothing when there is none yet.
    pub(crate) fn load(&self) -> io::Result<BTreeMap<String, OrgState>> {
        match self {
            Self::File { path, .. } => match std::fs::read(path) {
                Ok(text) => Ok(serde_json::from_slice(&text)?),
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(BTreeMap::new()),
                Err(error) => Err(error),
            },
            Self::Folder(folder) => load_all(folder),
        }
    }
}

fn load_all(folder: &Path) -> io::Result<BTreeMap<String, OrgState>> {
    std::fs::create_dir_all(folder)?;
    let mut kept = BTreeMap::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        // Not what was being written when a run was killed.
        if path.extension().is_some_and(|end| end == "json") {
            let state: OrgState = serde_json::from_slice(&std::fs::read(path)?)?;
            kept.insert(state.name.clone(), state);
        }
    }
    Ok(kept)
}

fn replace(path: &Path, text: &[u8]) -> io::Result<()> {
    let beside = path.with_extension("tmp");
    std::fs::write(&beside, text)?;
    std::fs::rename(&beside, path)
}
