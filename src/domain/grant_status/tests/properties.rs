//! Rules that hold for any grant.

use proptest::prelude::*;

use super::*;

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
        evidence: BTreeMap::new(),
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
