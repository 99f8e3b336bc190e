//! Files: their size, their first lines, their names.

use grantway::config::VARIABLES;

use super::source::{Source, files, root};

fn all_rust() -> Vec<Source> {
    ["src", "fake-okta", "tests", "build.rs"]
        .into_iter()
        .filter(|folder| root().join(folder).is_dir())
        .flat_map(|folder| files(folder, ".rs"))
        .collect()
}

#[test]
fn every_module_says_what_it_is_for() {
    let silent: Vec<_> = all_rust()
        .into_iter()
        .filter(|source| !source.text.trim().is_empty() && !source.text.starts_with("//! "))
        .map(|source| source.path)
        .collect();
    assert_eq!(silent, Vec::<String>::new());
}

#[test]
fn no_file_is_longer_than_three_hundred_lines() {
    let long: Vec<_> = all_rust()
        .iter()
        .map(|source| (source.path.clone(), source.production_lines()))
        .filter(|(_, lines)| *lines > 300)
        .collect();
    assert_eq!(long, Vec::new());
}

#[test]
fn a_lint_is_expected_with_a_reason_and_never_allowed() {
    for source in all_rust() {
        for attribute in ["[allow(", "[allow (", "[cfg_attr(test, allow("] {
            let allows = ["#", "#!"].map(|hash| format!("{hash}{attribute}"));
            let found = allows.iter().any(|text| source.text.contains(text));
            assert!(!found, "{} allows a lint", source.path);
        }
    }
}

#[test]
fn migrations_are_named_by_their_time_and_a_sentence() {
    let mut times = Vec::new();
    for migration in files("migrations", ".sql") {
        let name = migration.path.trim_start_matches("migrations/");
        let (time, sentence) = name.split_once('_').unwrap();
        let words = sentence.trim_end_matches(".sql");
        assert!(
            time.len() == 14 && time.bytes().all(|byte| byte.is_ascii_digit()),
            "{name}"
        );
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        assert!(
            words.chars().all(plain) && words.matches('_').count() >= 2,
            "{name}"
        );
        let down = migration.text.to_ascii_uppercase().contains("DROP TABLE");
        assert!(!down, "{name} takes something away");
        times.push(time.to_owned());
    }
    let mut unique = times.clone();
    unique.dedup();
    assert_eq!(times, unique, "two migrations of one moment have no order");
}

#[test]
fn sql_stands_in_the_store_alone() {
    for source in files("src", ".rs") {
        let at_home = ["src/store/", "src/private_postgres/"]
            .iter()
            .any(|room| source.path.starts_with(room));
        for line in source.code() {
            let query = ["SELECT ", "INSERT INTO ", "DELETE FROM ", " SET "]
                .iter()
                .any(|word| line.contains(word));
            assert!(at_home || !query, "{}: {}", source.path, line.trim());
        }
    }
}

#[test]
fn the_documents_name_every_room_and_every_variable() {
    let read = |name: &str| std::fs::read_to_string(root().join(name)).unwrap();
    let architecture = read("ARCHITECTURE.md");
    for source in files("src", ".rs") {
        let room = source.room();
        if !["lib", "main"].contains(&room) {
            assert!(
                architecture.contains(room),
                "ARCHITECTURE.md is silent on {room}"
            );
        }
    }
    let readme = read("README.md");
    for variable in VARIABLES {
        let name = format!("`{}`", variable.name);
        assert!(readme.contains(&name), "README.md is silent on {name}");
    }
}
