//! States of scopes and categories, from facts alone.

use proptest::prelude::*;

use super::*;

fn set(names: &str) -> ScopeSet {
    ScopeSet::parse(names)
}

fn catalog() -> &'static Catalog {
    Catalog::default_catalog()
}

/// Asked for the whole catalog; the token response named `granted`.
fn answered(granted: ScopeSet) -> GrantFacts {
    GrantFacts {
        requested: Some(catalog().scope_set()),
        granted: Some(granted),
        source: Some(ScopesSource::TokenResponse),
    }
}

fn all_but(lacking: &str) -> ScopeSet {
    let lacking = set(lacking);
    let kept = catalog().scopes().filter(|scope| !lacking.contains(scope));
    kept.cloned().collect()
}

fn state_of(status: &GrantStatus, category: &str) -> CategoryState {
    let found = status
        .categories()
        .iter()
        .find(|status| status.category().id() == category);
    found.expect("a category of the catalog").state()
}

fn names<'a>(scopes: impl Iterator<Item = &'a Scope>) -> Vec<&'a str> {
    scopes.map(Scope::as_str).collect()
}

#[test]
fn before_the_first_authorization_nothing_was_asked_or_granted() {
    let status = GrantStatus::compute(catalog(), &GrantFacts::default());

    assert_eq!(status.verdict(), Verdict::NothingYet);
    assert_eq!(status.unrequested().count(), 25);
    assert_eq!(status.count_of(CategoryState::Missing), 13);
    assert!(status.unneeded().is_empty());
}

#[test]
fn a_full_grant_is_granted_everywhere() {
    let status = GrantStatus::compute(catalog(), &answered(catalog().scope_set()));

    assert_eq!(status.verdict(), Verdict::AllGranted);
    assert_eq!(status.count_of(CategoryState::Granted), 13);
    assert_eq!(status.lacking().count(), 0);
}

#[test]
fn what_is_missing_is_listed_in_the_catalogs_order() {
    let granted = all_but("okta.roles.manage okta.apps.manage okta.devices.read");

    let status = GrantStatus::compute(catalog(), &answered(granted));

    let (granted, total) = (22, 25);
    assert_eq!(status.verdict(), Verdict::SomeMissing { granted, total });
    assert_eq!(
        names(status.missing()),
        ["okta.apps.manage", "okta.devices.read", "okta.roles.manage"]
    );
    assert_eq!(state_of(&status, "applications"), CategoryState::Partial);
    assert_eq!(state_of(&status, "devices"), CategoryState::Missing);
    assert_eq!(state_of(&status, "users"), CategoryState::Granted);
}

#[test]
fn a_sign_in_without_any_api_scope_grants_nothing() {
    let status = GrantStatus::compute(catalog(), &answered(set("openid offline_access")));

    assert_eq!(status.verdict(), Verdict::NoneGranted);
    assert_eq!(status.missing().count(), 25);
    assert!(status.unneeded().is_empty());
}

#[test]
fn a_scope_that_the_catalog_gained_later_is_unrequested_and_not_missing() {
    let mut facts = answered(all_but("okta.captchas.manage okta.users.manage"));
    facts.requested = Some(all_but("okta.captchas.manage"));

    let status = GrantStatus::compute(catalog(), &facts);

    assert_eq!(names(status.unrequested()), ["okta.captchas.manage"]);
    assert_eq!(names(status.missing()), ["okta.users.manage"]);
    assert_eq!(
        names(status.lacking()),
        ["okta.users.manage", "okta.captchas.manage"]
    );
}

#[test]
fn without_a_list_from_okta_nothing_is_claimed() {
    let mut facts = answered(catalog().scope_set());
    for source in [Some(ScopesSource::Assumed), None] {
        facts.source = source;

        let status = GrantStatus::compute(catalog(), &facts);

        assert_eq!(status.verdict(), Verdict::Unverified);
        assert_eq!(status.count_of(CategoryState::Unknown), 13);
        assert_eq!(status.granted_count(), 0);
        assert_eq!(status.lacking().count(), 0);
    }
}

#[test]
fn manage_in_the_token_covers_read_in_the_catalog() {
    let mut granted = all_but("okta.logs.read okta.clients.read");
    granted.insert("okta.logs.manage".parse().expect("a scope"));

    let status = GrantStatus::compute(catalog(), &answered(granted));

    assert_eq!(names(status.missing()), ["okta.clients.read"]);
    assert!(status.unneeded().is_empty(), "the log rests on it");
}

#[test]
fn an_api_scope_that_nothing_rests_on_is_unneeded() {
    let mut granted = catalog().scope_set();
    for extra in [
        "okta.users.read",
        "okta.logs.manage",
        "okta.realms.read",
        "profile",
        "groups",
    ] {
        granted.insert(extra.parse().expect("a scope"));
    }

    let status = GrantStatus::compute(catalog(), &answered(granted));

    assert_eq!(
        names(status.unneeded().iter()),
        ["okta.logs.manage", "okta.realms.read", "okta.users.read"]
    );
    assert_eq!(status.verdict(), Verdict::AllGranted);
}

#[test]
fn the_states_names_in_json_are_their_codes() {
    for state in ScopeState::ALL {
        assert_eq!(serde_json::to_value(state).expect("JSON"), state.code());
    }
    for state in CategoryState::ALL {
        assert_eq!(serde_json::to_value(state).expect("JSON"), state.code());
    }
}

/// The scope's state by text alone, written without the code under test.
fn oracle(scope: &str, facts: &GrantFacts) -> ScopeState {
    let holds = |set: &Option<ScopeSet>| {
        let names = set.as_ref().map(ScopeSet::to_names).unwrap_or_default();
        let wider = match scope.strip_suffix(".read") {
            Some(resource) => format!("{resource}.manage"),
            None => scope.to_owned(),
        };
        names.iter().any(|name| name == scope || *name == wider)
    };
    let named = facts.source == Some(ScopesSource::TokenResponse)
        || facts.source == Some(ScopesSource::Introspection);
    match (facts.granted.is_some(), holds(&facts.granted), named) {
        (false, ..) => ScopeState::Unrequested,
        (_, true, true) => ScopeState::Granted,
        (_, true, false) => ScopeState::Unverified,
        (_, false, _) if facts.requested.is_none() || holds(&facts.requested) => {
            ScopeState::Missing
        }
        (_, false, _) => ScopeState::Unrequested,
    }
}

/// A category's state by counting, written without the code under test.
fn category_oracle(scopes: &[ScopeState]) -> CategoryState {
    let count = |state| scopes.iter().filter(|&&other| other == state).count();
    match (count(ScopeState::Unverified), count(ScopeState::Granted)) {
        (1.., _) => CategoryState::Unknown,
        (0, 0) => CategoryState::Missing,
        (0, granted) if granted == scopes.len() => CategoryState::Granted,
        (0, _) => CategoryState::Partial,
    }
}

/// How good a state is, for comparing before and after.
fn rank(state: ScopeState) -> usize {
    match state {
        ScopeState::Granted | ScopeState::Unverified => 1,
        _ => 0,
    }
}

fn category_rank(state: CategoryState) -> usize {
    match state {
        CategoryState::Granted => 3,
        CategoryState::Partial => 2,
        CategoryState::Unknown => 1,
        _ => 0,
    }
}

/// Any subset of the catalog, with scopes narrowed, widened or foreign to it.
fn scope_sets() -> impl Strategy<Value = ScopeSet> {
    let mut names: Vec<String> = catalog().scope_set().to_names();
    names.extend(names.clone().iter().map(|name| {
        name.strip_suffix(".manage").map_or_else(
            || name.replace(".read", ".manage"),
            |resource| format!("{resource}.read"),
        )
    }));
    names.extend(["openid", "offline_access", "okta.realms.manage"].map(ToOwned::to_owned));
    let total = names.len();
    prop::sample::subsequence(names, 0..=total).prop_map(|names| set(&names.join(" ")))
}

fn facts() -> impl Strategy<Value = GrantFacts> {
    let sources = prop::option::of(prop::sample::select(vec![
        ScopesSource::TokenResponse,
        ScopesSource::Introspection,
        ScopesSource::Assumed,
    ]));
    let requested = prop::option::of(scope_sets());
    let granted = prop::option::weighted(0.9, scope_sets());
    (requested, granted, sources).prop_map(|(requested, granted, source)| GrantFacts {
        requested,
        granted,
        source,
    })
}

proptest! {
    #[test]
    fn every_state_is_what_a_naive_reading_says(facts in facts()) {
        let status = GrantStatus::compute(catalog(), &facts);

        for category in status.categories() {
            let states: Vec<ScopeState> = category.scopes().map(ScopeStatus::state).collect();
            let expected: Vec<ScopeState> = category
                .scopes()
                .map(|scope| oracle(scope.scope().as_str(), &facts))
                .collect();
            prop_assert_eq!(&states, &expected);
            prop_assert_eq!(category.state(), category_oracle(&states));
        }
    }

    #[test]
    fn one_more_grant_makes_no_state_worse(facts in facts(), extra in 0..25_usize) {
        let before = GrantStatus::compute(catalog(), &facts);
        let mut granted = facts.granted.clone().unwrap_or_default();
        granted.insert(catalog().scopes().nth(extra).expect("25 scopes").clone());
        let after = GrantStatus::compute(catalog(), &GrantFacts { granted: Some(granted), ..facts });

        for (before, after) in before.categories().iter().zip(after.categories()) {
            prop_assert!(category_rank(before.state()) <= category_rank(after.state()));
            for (before, after) in before.scopes().zip(after.scopes()) {
                prop_assert!(rank(before.state()) <= rank(after.state()));
            }
        }
    }

    #[test]
    fn giving_up_what_is_unneeded_changes_no_state(facts in facts()) {
        let before = GrantStatus::compute(catalog(), &facts);
        let kept = facts.granted.clone().map(|granted| {
            let needed = granted.iter().filter(|scope| !before.unneeded().contains(scope));
            needed.cloned().collect()
        });
        let after = GrantStatus::compute(catalog(), &GrantFacts { granted: kept, ..facts });

        prop_assert_eq!(before.categories(), after.categories());
        prop_assert!(after.unneeded().is_empty());
    }
}
