//! States of scopes and categories, from facts alone.

use super::*;

mod evidence;
mod properties;

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
        evidence: BTreeMap::new(),
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
