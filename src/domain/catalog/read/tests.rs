//! Catalogs with mistakes, each named with its line.

use proptest::prelude::*;

use crate::domain::catalog::{Catalog, Permission, Probe};

const GOOD: &str = r#"
[[category]]
id = "users"
name = "Users"
sentence = "People."

[[category.scope]]
id = "okta.users.manage"
name = "Accounts"
does = "Backs up users."
without = "No users."
probe = { path = "/api/v1/users?limit=1", proof = "list", empty = "role" }

[[category.scope]]
id = "okta.logs.read"
name = "Log"
does = "Reads the log."
without = "No log."
unprovable = "Nothing tells."
"#;

/// The problems as they are printed.
fn problems(text: &str) -> Vec<String> {
    match Catalog::parse(text, "c.toml") {
        Ok(_) => Vec::new(),
        Err(error) => error.to_string().lines().map(ToOwned::to_owned).collect(),
    }
}

#[track_caller]
fn assert_problem(change: (&str, &str), expected: &str) {
    assert!(GOOD.contains(change.0), "{} is not in the text", change.0);
    let found = problems(&GOOD.replacen(change.0, change.1, 1));
    assert_eq!(found, [format!("c.toml:{expected}")], "{change:?}");
}

#[test]
fn a_good_catalog_has_no_problems() {
    assert!(problems(GOOD).is_empty());
}

#[test]
fn each_problem_is_told_with_its_line() {
    for (change, expected) in [
        (("name = \"Users\"\n", "\n"), "2: the category has no name"),
        (("\"Users\"", "7"), "4: name must be a string, not integer"),
        (("\"Users\"", "\" \""), "4: name is empty"),
        (
            ("\"Users\"", "\"Users \""),
            "4: name begins or ends with a space",
        ),
        (
            ("\"People.\"", "\"\"\"a\nb\"\"\""),
            "5: sentence must be one line without control characters",
        ),
        (
            ("\"users\"", "\"My Users\""),
            "3: the category id \"My Users\" may hold small letters, digits and, between them, hyphens",
        ),
        (
            ("[[category.scope]]", "icon = \"x\"\n[[category.scope]]"),
            "7: the category has an unknown field \"icon\"; known: id, name, sentence, scope",
        ),
        (
            (
                "without = \"No users.\"",
                "wihtout = \"No users.\"\nwithout = \"None.\"",
            ),
            "11: the scope has an unknown field \"wihtout\"; known: id, name, does, without, probe, unprovable",
        ),
        (
            ("okta.logs.read", "okta.users.manage"),
            "15: the scope okta.users.manage stands here again",
        ),
        (
            ("okta.logs.read", "okta.users.read"),
            "15: okta.users.read is not needed: okta.users.manage, also listed, includes it",
        ),
    ] {
        assert_problem(change, expected);
    }
}

#[test]
fn what_is_no_scope_of_oktas_api_is_refused() {
    for id in [
        "openid",
        "okta.users",
        "okta.users.write",
        "okta..manage",
        "okta.users .manage",
        "Okta.users.manage",
        "okta.9.manage",
        "okta.us-ers.manage",
        "okta.clients.register",
    ] {
        let expected = format!(
            "15: {id:?} is no Okta API scope: expected okta.<resource>.read or okta.<resource>.manage"
        );
        assert_problem(("okta.logs.read", id), &expected);
    }
    let nested = GOOD.replace("okta.logs.read", "okta.governance.accessRequests.read");
    assert!(problems(&nested).is_empty());
}

#[test]
fn texts_have_a_longest_length() {
    let long = format!("\"{}\"", "é".repeat(301));
    assert_problem(
        ("\"Backs up users.\"", &long),
        "10: does is longer than 300 characters",
    );
    let longest = format!("\"{}\"", "é".repeat(300));
    assert!(problems(&GOOD.replace("\"Backs up users.\"", &longest)).is_empty());
}

#[test]
fn each_problem_of_a_probe_is_told_with_its_line() {
    let probe = "{ path = \"/api/v1/users?limit=1\", proof = \"list\", empty = \"role\" }";
    for (change, expected) in [
        (
            ("\"/api/v1/users?limit=1\"", "\"/users\""),
            "path must begin with /api/v1/ or /oauth2/v1/",
        ),
        (
            ("path = \"/api/v1/users?limit=1\", ", ""),
            "the probe has no path",
        ),
        (
            ("\"list\"", "\"rows\""),
            "proof must be \"list\" or \"object\", not \"rows\"",
        ),
        (
            ("\"role\"", "\"no\""),
            "empty must be \"works\" or \"role\", not \"no\"",
        ),
        ((", empty = \"role\"", ""), "the probe has no empty"),
        (
            ("\"list\"", "\"object\""),
            "empty is about lists, and the proof is an object",
        ),
        (
            (" }", ", editions = [\"oie\"] }"),
            "editions must be [\"idx\"] or [\"v1\"]; leave it out for both",
        ),
        (
            (" }", ", method = \"GET\" }"),
            "the probe has an unknown field \"method\"; known: path, proof, empty, editions",
        ),
        (
            (probe, "\"/api/v1/users\""),
            "probe must be a table, not string",
        ),
    ] {
        assert_problem(change, &format!("12: {expected}"));
    }
}

#[test]
fn a_scope_has_either_a_probe_or_a_reason_why_not() {
    assert_problem(
        (" }\n", " }\nunprovable = \"Why.\"\n"),
        "12: the scope has both a probe and unprovable; one of them is wrong",
    );
    assert_problem(
        ("unprovable = \"Nothing tells.\"\n", ""),
        "14: the scope has no probe; where there can be none, say why with unprovable = \"…\"",
    );
    assert_problem(("\"Nothing tells.\"", "\"\""), "19: unprovable is empty");
}

#[test]
fn a_probe_may_be_bound_to_one_edition() {
    let bound = GOOD.replace("\"role\" }", "\"works\", editions = [\"idx\"] }");
    let catalog = Catalog::parse(&bound, "c.toml").expect("a catalog");

    let probe = catalog.permissions().next().and_then(Permission::probe);

    assert!(probe.is_some_and(Probe::is_edition_bound));
}

#[test]
fn all_problems_are_told_at_once_in_the_order_of_their_lines() {
    let text = GOOD
        .replace("\"Users\"", "\"\"")
        .replace("\"Accounts\"", "true")
        .replace("okta.logs.read", "openid")
        .replace("without = \"No log.\"", "")
        + "\n[[category]]\nid = \"users\"\n[other]\n";

    let lines: Vec<usize> = Catalog::parse(&text, "c.toml")
        .expect_err("it is full of mistakes")
        .problems()
        .iter()
        .map(super::super::CatalogProblem::line)
        .collect();

    // The empty name; the boolean; no `without`; no scope's id; then of the second category: its
    // name, sentence and scopes are not there, its id stood before; then the unknown table.
    assert_eq!(lines, [4, 9, 14, 15, 21, 21, 21, 22, 23]);
}

#[test]
fn every_mistake_of_syntax_is_told_too() {
    assert_eq!(problems("[[category]]\nid = \n").len(), 1);
    let found = problems("[[category]]\nid = \"a\nname = \"b\"\n\n\nsentence = = 3\n");
    assert!(found[0].starts_with("c.toml:2: "), "{found:?}");
    assert!(
        found.iter().any(|line| line.starts_with("c.toml:6: ")),
        "{found:?}"
    );
    let twice = problems("[[category]]\nid = \"a\"\nid = \"b\"\n");
    assert_eq!(twice.len(), 1, "{twice:?}");
    assert!(twice[0].starts_with("c.toml:3: "), "{twice:?}");
}

#[test]
fn a_catalog_without_contents_is_refused() {
    assert_eq!(problems(""), ["c.toml:1: there is no [[category]]"]);
    assert_eq!(problems("category = []"), ["c.toml:1: category is empty"]);
    assert_eq!(
        problems("category = [1]"),
        ["c.toml:1: category must be a table, not integer"]
    );
    assert_eq!(
        problems("category = \"x\""),
        ["c.toml:1: category must be an array of tables, not string"]
    );
    assert_eq!(
        problems("[[category]]\nid = \"a\"\nname = \"A\"\nsentence = \"S.\"\n"),
        ["c.toml:1: the category has no [[category.scope]]"]
    );
}

#[test]
fn a_catalog_of_absurd_size_is_refused() {
    use std::fmt::Write as _;

    let scopes = |count: usize| {
        let mut text = GOOD.to_owned();
        for n in 2..count {
            write!(
                text,
                "[[category.scope]]\nid = \"okta.r{n}.read\"\nname = \"N\"\ndoes = \"D\"\nwithout = \"W\"\nunprovable = \"U\"\n"
            )
            .expect("writing to a String succeeds");
        }
        problems(&text)
    };
    assert!(scopes(256).is_empty());
    assert_eq!(scopes(257), ["c.toml:1: there are more than 256 scopes"]);

    let mut categories = String::new();
    for n in 0..65 {
        write!(
            categories,
            "[[category]]\nid = \"c{n}\"\nname = \"N\"\nsentence = \"S\"\n[[category.scope]]\nid = \"okta.r{n}.read\"\nname = \"N\"\ndoes = \"D\"\nwithout = \"W\"\nunprovable = \"U\"\n"
        )
        .expect("writing to a String succeeds");
    }
    assert_eq!(
        problems(&categories),
        ["c.toml:641: there are more than 64 categories"]
    );
    assert_eq!(
        problems(&"#".repeat((1 << 20) + 1)),
        ["c.toml:1: the file is larger than 1 MiB"]
    );
}

proptest! {
    #[test]
    fn no_text_makes_it_panic_and_every_refusal_has_a_reason(text in "[\\PC\n]{0,200}") {
        if let Err(error) = Catalog::parse(&text, "c.toml") {
            prop_assert!(!error.problems().is_empty());
        }
    }

    #[test]
    fn no_damage_to_a_good_catalog_makes_it_panic(at in 0..GOOD.len(), with in "[\\PC\n]{0,3}") {
        let mut text = GOOD.to_owned();
        text.replace_range(at..=at, &with);
        if let Err(error) = Catalog::parse(&text, "c.toml") {
            let lines = text.lines().count();
            prop_assert!(error.problems().iter().all(|problem| problem.line() <= lines));
        }
    }
}
