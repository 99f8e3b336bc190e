//! Reads Rust files as far as the rules need it.

use std::fs;
use std::path::{Path, PathBuf};

/// One file, by its path from the repository's root.
pub struct Source {
    pub path: String,
    pub text: String,
}

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below the folder with this ending, in order.
pub fn files(folder: &str, ending: &str) -> Vec<Source> {
    let mut found = Vec::new();
    walk(&root().join(folder), ending, &mut found);
    found.sort();
    assert!(!found.is_empty(), "nothing is below {folder}");
    let read = |path: PathBuf| Source {
        text: fs::read_to_string(&path).unwrap(),
        path: path
            .strip_prefix(root())
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned(),
    };
    found.into_iter().map(read).collect()
}

fn walk(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, ending, found);
        } else if path.to_str().unwrap().ends_with(ending) {
            found.push(path);
        }
    }
}

impl Source {
    /// The top room of `src` that the file is in, or is.
    pub fn room(&self) -> &str {
        let inside = self.path.strip_prefix("src/").unwrap();
        let end = inside.find(['/', '.']).unwrap();
        &inside[..end]
    }

    /// How deep the module lies below the crate: 1 for `src/web/mod.rs` and `src/app.rs`.
    pub fn depth(&self) -> usize {
        let inside = self.path.strip_prefix("src/").unwrap();
        let is_root = inside.ends_with("/mod.rs") || ["lib.rs", "main.rs"].contains(&inside);
        inside.split('/').count() - usize::from(is_root)
    }

    /// The lines before the tests inside, without comments.
    pub fn code(&self) -> impl Iterator<Item = &str> {
        without_comments(production(&self.text))
    }

    /// How many lines are no tests.
    pub fn production_lines(&self) -> usize {
        production(&self.text).lines().count()
    }
}

/// What comes before a module of tests in the file itself.
fn production(text: &str) -> &str {
    let inside = text.find("#[cfg(test)]\nmod tests {");
    &text[..inside.unwrap_or(text.len())]
}

fn without_comments(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .map(|line| match line.find("//") {
            // Not the slashes of an address.
            Some(at) if !line[..at].ends_with(':') => &line[..at],
            _ => line,
        })
        .filter(|line| !line.trim().is_empty())
}

/// The rooms that a line of code names, and `super` chains that leave the module's own room.
pub fn rooms_named(line: &str, depth: usize) -> Vec<&str> {
    let mut named = Vec::new();
    for (at, _) in line.match_indices("crate::") {
        let rest = &line[at + "crate::".len()..];
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
        let is_whole = !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        if is_whole {
            named.push(&rest[..end.unwrap_or(rest.len())]);
        }
    }
    let climbed = line.matches("super::").count();
    if depth > 0 && climbed >= depth && line.contains(&"super::".repeat(depth)) {
        named.push("(above the room)");
    }
    named
}

#[test]
fn an_import_is_seen_however_it_is_written() {
    assert_eq!(rooms_named("use crate::store::Store;", 2), ["store"]);
    assert_eq!(
        rooms_named("let x = crate::vault::disclose(s);", 2),
        ["vault"]
    );
    assert_eq!(rooms_named("pub(in crate::web) fn f() {}", 2), ["web"]);
    assert_eq!(rooms_named("use crate::{store, vault};", 2), [""]);
    assert_eq!(
        rooms_named("use super::super::store::Store;", 2),
        ["(above the room)"]
    );
    assert_eq!(
        rooms_named("use super::state::Site;", 2),
        Vec::<&str>::new()
    );
    assert_eq!(
        rooms_named("use super::store::Store;", 1),
        ["(above the room)"]
    );
    let commented = "use a::b; // as crate::store does\n// crate::vault\nhttp://x";
    let code: Vec<&str> = without_comments(commented).collect();
    assert_eq!(code, ["use a::b; ", "http://x"]);
}
