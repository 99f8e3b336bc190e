//! The table is complete: its routes are the declared ones, and the declared ones are the served ones.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use grantway::web::routes;
use reqwest::Method;

use super::table::rows;
use crate::support::TestApp;

const METHODS: [&str; 6] = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

#[test]
fn the_table_asks_every_route_once() {
    let asked: Vec<_> = rows().map(|row| row.route).collect();
    let mut declared = routes().to_vec();
    declared.sort_by_key(|(method, path)| (*path, *method));
    let mut sorted = asked.clone();
    sorted.sort_by_key(|(method, path)| (*path, *method));
    assert_eq!(sorted, declared);
}

#[test]
fn every_path_in_the_source_is_declared() {
    let mut found = BTreeSet::new();
    paths_below(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src/web"),
        &mut found,
    );
    // The operators' listener alone has it.
    found.remove("/metrics");
    let declared: BTreeSet<String> = routes()
        .iter()
        .map(|(_, path)| (*path).to_owned())
        .collect();
    assert_eq!(found, declared);
}

/// What stands behind each `.route(`.
fn paths_below(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            paths_below(&path, found);
            continue;
        }
        let source = fs::read_to_string(&path).unwrap();
        for call in source.split(".route(").skip(1) {
            let (before, rest) = call.split_once('"').unwrap();
            assert!(
                before.trim().is_empty(),
                "{} names a route by something else than a text: {call:.60}",
                path.display()
            );
            found.insert(rest.split('"').next().unwrap().to_owned());
        }
    }
}

#[tokio::test]
async fn each_path_takes_the_declared_methods_and_no_other() {
    let app = TestApp::start().await;
    let paths: BTreeSet<&str> = routes().iter().map(|(_, path)| *path).collect();
    for path in paths {
        let address = path
            .replace("{*name}", "app.css")
            .replace("{connection}", &uuid::Uuid::now_v7().to_string())
            .replace("{tenant}", &uuid::Uuid::now_v7().to_string())
            .replace("{link}", "A")
            .replace("{session}", &uuid::Uuid::now_v7().to_string())
            .replace("{person}", &uuid::Uuid::now_v7().to_string());
        for method in METHODS {
            let asked: Method = method.parse().unwrap();
            let answer = app.browser().send(asked, &address, None, &[]).await;
            assert_eq!(
                answer.status != 405,
                routes().contains(&(method, path)),
                "{method} {path} answered {}",
                answer.status
            );
            assert!(answer.status < 500, "{method} {path}");
        }
    }
}
