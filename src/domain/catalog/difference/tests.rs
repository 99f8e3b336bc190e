//! What changed from one catalog to another, and what did not.

use super::*;

/// A scope and what it does.
type TestScope = (&'static str, &'static str);

fn catalog(categories: &[(&str, &str, &[TestScope])]) -> Catalog {
    let mut text = String::new();
    for (id, sentence, scopes) in categories {
        let head = format!("id = \"{id}\"\nname = \"N\"\nsentence = \"{sentence}\"");
        text.extend([format!("[[category]]\n{head}\n")]);
        for (id, does) in *scopes {
            let words = format!("name = \"N\"\ndoes = \"{does}\"\nwithout = \"W\"");
            text.extend([format!(
                "[[category.scope]]\nid = \"{id}\"\n{words}\nunprovable = \"U\"\n"
            )]);
        }
    }
    Catalog::parse(&text, "c.toml").expect("a catalog")
}

fn ids(listed: &[Listed]) -> Vec<&str> {
    listed.iter().map(|one| one.scope().as_str()).collect()
}

#[test]
fn a_catalog_does_not_differ_from_its_snapshot() {
    let catalog = Catalog::default_catalog();
    let stored = Catalog::from_snapshot(&catalog.to_json_snapshot()).expect("a snapshot");

    let difference = Difference::between(&stored, catalog);

    assert!(difference.is_empty(), "{difference:?}");
    assert!(difference.affected_categories().is_empty());
}

#[test]
fn every_kind_of_change_is_told_apart() {
    let users = ("okta.users.manage", "Users.");
    let groups = ("okta.groups.manage", "Groups.");
    let devices = ("okta.devices.read", "Devices.");
    let old = catalog(&[
        ("a", "A.", &[users, ("okta.logs.read", "Log.")]),
        ("b", "B.", &[groups, ("okta.idps.manage", "Partners.")]),
    ]);
    let new = catalog(&[
        ("a", "A.", &[users, groups, devices]),
        ("b", "Better.", &[("okta.idps.manage", "Sign-in.")]),
    ]);

    let difference = Difference::between(&old, &new);

    assert_eq!(ids(&difference.added), ["okta.devices.read"]);
    assert_eq!(difference.added[0].permission().does(), "Devices.");
    assert_eq!(difference.added[0].category().id(), "a");
    assert_eq!(ids(&difference.dropped), ["okta.logs.read"]);
    let [reworded] = difference.reworded.as_slice() else {
        panic!("one scope was reworded: {difference:?}");
    };
    assert_eq!(reworded.before.permission().does(), "Partners.");
    assert_eq!(reworded.after.permission().does(), "Sign-in.");
    let [moved] = difference.moved.as_slice() else {
        panic!("one scope was moved: {difference:?}");
    };
    assert_eq!(
        (moved.before.category().id(), moved.after.category().id()),
        ("b", "a")
    );
    assert_eq!(difference.reworded_categories.len(), 1);
    assert_eq!(difference.affected_categories(), ["a", "b"]);
    assert_eq!(difference.to_version, new.version());
}

#[test]
fn narrowing_a_scope_asks_for_nothing_and_widening_does() {
    let wide = catalog(&[("a", "A.", &[("okta.users.manage", "Users.")])]);
    let narrow = catalog(&[("a", "A.", &[("okta.users.read", "Users.")])]);

    let narrowed = Difference::between(&wide, &narrow);
    let widened = Difference::between(&narrow, &wide);

    assert_eq!(ids(&narrowed.added), ["okta.users.read"]);
    assert!(narrowed.unasked().is_empty());
    assert_eq!(widened.unasked().len(), 1);
}

#[test]
fn words_alone_affect_no_categorys_state() {
    let old = catalog(&[("a", "A.", &[("okta.users.manage", "Users.")])]);
    let new = catalog(&[("a", "Other.", &[("okta.users.manage", "People.")])]);

    let difference = Difference::between(&old, &new);

    assert!(!difference.is_empty());
    assert!(difference.affected_categories().is_empty());
    assert!(difference.unasked().is_empty());
}
