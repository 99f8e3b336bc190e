//! docs/dependencies.md lists every direct dependency, and nothing that is gone.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

fn direct_dependencies() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for manifest in ["Cargo.toml", "bench/Cargo.toml", "fake-okta/Cargo.toml"] {
        let manifest: toml::Table = read(manifest).parse().unwrap();
        for table in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let table = manifest.get(table).and_then(toml::Value::as_table);
            names.extend(table.into_iter().flat_map(|table| table.keys().cloned()));
        }
    }
    names
}

/// The first cells of its tables' rows that are set as code.
fn documented() -> BTreeSet<String> {
    let rows = read("docs/dependencies.md");
    let names = rows
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    names.map(str::to_owned).collect()
}

#[test]
fn every_direct_dependency_is_explained_and_no_other() {
    assert_eq!(documented(), direct_dependencies());
}
