//! Finds the installed PostgreSQL programs. Must not install anything.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::error::StartError;

/// A folder with the server's programs, all of one version.
#[derive(Debug)]
pub(super) struct Installation {
    bin_dir: PathBuf,
    major: u32,
}

impl Installation {
    /// The one to use: of version `wanted` where there is a choice, else the first found.
    pub(super) fn find(wanted: Option<u32>) -> Result<Self, StartError> {
        if let Some(named) = env::var_os("GRANTWAY_POSTGRES_BIN").filter(|value| !value.is_empty())
        {
            let named = PathBuf::from(named);
            return Self::at(&named).ok_or(StartError::WrongBinDir(named));
        }
        let places = places();
        let mut found: Vec<Self> = places.iter().filter_map(|place| Self::at(place)).collect();
        if found.is_empty() {
            let looked_at: Vec<_> = places
                .iter()
                .map(|place| place.display().to_string())
                .collect();
            return Err(StartError::NotInstalled {
                looked_at: looked_at.join(", "),
            });
        }
        let chosen = found
            .iter()
            .position(|one| Some(one.major) == wanted)
            .unwrap_or(0);
        Ok(found.swap_remove(chosen))
    }

    fn at(bin_dir: &Path) -> Option<Self> {
        if !["initdb", "postgres"]
            .iter()
            .all(|program| bin_dir.join(program).is_file())
        {
            return None;
        }
        let answer = Command::new(bin_dir.join("postgres"))
            .arg("--version")
            .output()
            .ok()?;
        let major = major_of(&String::from_utf8_lossy(&answer.stdout))?;
        Some(Self {
            bin_dir: bin_dir.to_owned(),
            major,
        })
    }

    pub(super) fn bin_dir(&self) -> &Path {
        &self.bin_dir
    }

    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.bin_dir.join(name)
    }

    pub(super) fn major(&self) -> u32 {
        self.major
    }
}

/// Reads `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`.
fn major_of(version: &str) -> Option<u32> {
    let number = version.split_once("(PostgreSQL)")?.1.trim_start();
    let digits = number.split(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok()
}

/// Every place worth a look, best first.
fn places() -> Vec<PathBuf> {
    let mut places = Vec::new();
    if let Ok(answer) = Command::new("pg_config").arg("--bindir").output()
        && answer.status.success()
    {
        places.push(PathBuf::from(
            String::from_utf8_lossy(&answer.stdout).trim(),
        ));
    }
    places.extend(versioned("/usr/lib/postgresql", "", "bin"));
    places.extend(versioned("/usr", "pgsql-", "bin"));
    places.extend(versioned("/opt/homebrew/opt", "postgresql@", "bin"));
    places.extend(versioned("/usr/local/opt", "postgresql@", "bin"));
    places.extend(versioned(
        "/Applications/Postgres.app/Contents/Versions",
        "",
        "bin",
    ));
    places.push(PathBuf::from("/usr/local/pgsql/bin"));
    // Last, because a wrapper in PATH tells nothing about the programs beside it.
    places.extend(env::var_os("PATH").iter().flat_map(env::split_paths));
    let mut seen = std::collections::HashSet::new();
    places.retain(|place| place.is_absolute() && seen.insert(place.clone()));
    places
}

/// `root/<prefix><number>/<below>` for every such folder, newest first.
fn versioned(root: &str, prefix: &str, below: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(root).into_iter().flatten().flatten();
    let mut found: Vec<(u32, PathBuf)> = entries
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let version = name.strip_prefix(prefix)?.parse().ok()?;
            Some((version, entry.path().join(below)))
        })
        .collect();
    found.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
    found.into_iter().map(|(_, path)| path).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_as_distributions_print_them() {
        assert_eq!(
            major_of("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"),
            Some(15)
        );
        assert_eq!(major_of("postgres (PostgreSQL) 18beta2"), Some(18));
        assert_eq!(major_of("something else"), None);
    }

    #[test]
    fn the_newest_version_comes_first() {
        let root = tempfile::tempdir().unwrap();
        for name in ["9", "15", "17", "notes"] {
            fs::create_dir(root.path().join(name)).unwrap();
        }
        let found = versioned(root.path().to_str().unwrap(), "", "bin");
        let names: Vec<_> = found
            .iter()
            .map(|path| path.strip_prefix(root.path()).unwrap().to_str().unwrap())
            .collect();
        assert_eq!(names, ["17/bin", "15/bin", "9/bin"]);
    }
}
