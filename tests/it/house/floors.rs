//! Imports run downward only.

use super::source::{Source, files, rooms_named};

/// What each room may import of ours, itself aside.
const ROOMS: [(&str, &[&str]); 17] = [
    ("domain", &[]),
    ("store", &["domain"]),
    ("outbound", &[]),
    ("okta", &["domain", "outbound"]),
    ("webhook", &["domain", "outbound"]),
    ("vault", &["domain"]),
    ("flows", &["store", "okta", "vault", "webhook", "domain"]),
    ("web", &["flows", "domain"]),
    ("config", &["domain", "vault"]),
    ("telemetry", &[]),
    ("lifecycle", &[]),
    ("private_postgres", &[]),
    (
        "app",
        &[
            "config",
            "domain",
            "flows",
            "okta",
            "outbound",
            "store",
            "telemetry",
            "vault",
            "web",
            "webhook",
        ],
    ),
    (
        "cli",
        &[
            "app",
            "config",
            "domain",
            "flows",
            "lifecycle",
            "private_postgres",
            "store",
            "telemetry",
            "vault",
            "web",
        ],
    ),
    ("fuzz", &[]),
    ("lib", &[]),
    ("main", &[]),
];

/// Libraries, and the only places that may name them.
const LIBRARIES: [(&str, &[&str]); 13] = [
    ("sqlx", &["src/store/", "src/private_postgres/"]),
    ("reqwest", &["src/okta/", "src/outbound/", "src/webhook/"]),
    ("oauth2", &["src/okta/"]),
    ("jsonwebtoken", &["src/okta/"]),
    ("axum", &["src/web/", "src/app.rs"]),
    ("axum_extra", &["src/web/"]),
    ("tower_http", &["src/web/"]),
    ("tower", &["src/web/"]),
    ("askama", &["src/web/pages/"]),
    ("clap", &["src/cli/"]),
    ("indicatif", &["src/cli/"]),
    ("metrics_exporter_prometheus", &["src/telemetry/"]),
    ("fake_okta", &["src/cli/demo"]),
];

fn allowed(room: &str) -> &'static [&'static str] {
    let found = ROOMS.iter().find(|(name, _)| *name == room);
    found
        .unwrap_or_else(|| panic!("the room {room} is not in the plan"))
        .1
}

fn sources() -> Vec<Source> {
    files("src", ".rs")
}

#[test]
fn no_import_runs_upward() {
    let mut wrong = Vec::new();
    let mut seen = 0;
    for source in sources() {
        let room = source.room();
        for line in source.code() {
            for named in rooms_named(line, source.depth()) {
                seen += 1;
                // Compiled for the tests alone.
                let is_for_tests = named == "fuzz";
                if named != room && !is_for_tests && !allowed(room).contains(&named) {
                    wrong.push(format!("{}: {}", source.path, line.trim()));
                }
            }
        }
    }
    assert!(seen > 200, "the imports are found: {seen}");
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn every_room_of_the_plan_is_there() {
    let sources = sources();
    for (room, _) in ROOMS {
        let found = sources.iter().any(|source| source.room() == room);
        assert!(found, "{room}");
    }
}

#[test]
fn pages_know_nothing_but_words() {
    for source in files("src/web/pages", ".rs") {
        if source.path.contains("/samples") {
            continue;
        }
        for line in source.code() {
            let named = rooms_named(line, source.depth());
            let above =
                named.iter().any(|room| *room != "web") || line.contains("super::super::super");
            assert!(!above, "{}: {}", source.path, line.trim());
        }
    }
}

#[test]
fn each_library_is_named_only_where_it_belongs() {
    for (library, places) in LIBRARIES {
        let mut used = false;
        for source in sources() {
            let names = source.code().any(|line| names_library(line, library));
            let belongs = places.iter().any(|place| source.path.starts_with(place));
            assert!(!names || belongs, "{} names {library}", source.path);
            used |= names;
        }
        assert!(used, "{library} is used nowhere: take it off the list");
    }
}

#[test]
fn the_domain_waits_for_nothing() {
    for source in files("src/domain", ".rs") {
        for line in source.code() {
            for library in ["tokio", "tokio_util", "futures_util", "http"] {
                let named = names_library(line, library);
                assert!(!named, "{}: {}", source.path, line.trim());
            }
            assert!(!line.contains("async fn"), "{}", source.path);
        }
    }
}

fn names_library(line: &str, library: &str) -> bool {
    let path = format!("{library}::");
    line.match_indices(&path)
        .any(|(at, _)| !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':'))
}

#[test]
fn a_group_of_rooms_is_never_imported_at_once() {
    for source in sources() {
        let groups = source.text.contains("use crate::{");
        assert!(!groups, "{} hides whom it imports", source.path);
    }
}

#[test]
fn the_fake_okta_is_an_independent_reading() {
    for source in files("fake-okta", ".rs") {
        let shares = source.text.contains("grantway::");
        assert!(!shares, "{} shares code with the service", source.path);
    }
}
