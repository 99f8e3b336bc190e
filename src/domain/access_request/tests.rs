//! What counts as missing, and that it never differs from what the status page says.

use std::collections::BTreeMap;

use proptest::prelude::*;
use time::OffsetDateTime;

use super::*;
use crate::domain::check::Evidence;
use crate::domain::grant_status::{GrantFacts, GrantStatus, ScopeStatus};
use crate::domain::token_set::ScopesSource;

fn catalog() -> &'static Catalog {
    Catalog::default_catalog()
}

fn scope(name: &str) -> Scope {
    name.parse().expect("a scope")
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(ToString::to_string).collect()
}

fn request(categories: &[&str], scopes: &[&str]) -> Result<AccessRequest, NotInCatalog> {
    AccessRequest::resolve(catalog(), &owned(categories), &owned(scopes))
}

fn grants(granted: &str, ineffective: &[(&str, Finding)]) -> TokenGrants {
    TokenGrants {
        granted: ScopeList::from(&ScopeSet::parse(granted)),
        ineffective: ineffective
            .iter()
            .map(|&(name, finding)| (scope(name), finding))
            .collect(),
    }
}

fn lacking(
    categories: &[&str],
    scopes: &[&str],
    grants: &TokenGrants,
) -> Vec<(String, ScopeState)> {
    let request = request(categories, scopes).expect("all in the catalog");
    let lacking = request.lacking(grants, &catalog().scope_set());
    assert_eq!(request.is_met_by(grants), lacking.is_empty());
    lacking
        .into_iter()
        .map(|lacking| (lacking.scope.to_string(), lacking.state))
        .collect()
}

#[test]
fn who_asks_for_nothing_lacks_nothing() {
    assert_eq!(lacking(&[], &[], &grants("", &[])), []);
}

#[test]
fn a_category_stands_for_all_of_its_scopes() {
    let held = grants("okta.users.manage", &[]);

    let lacking = lacking(&["users"], &["okta.logs.read"], &held);

    let missing = |name: &str| (name.to_owned(), ScopeState::Missing);
    assert_eq!(
        lacking,
        [missing("okta.factors.manage"), missing("okta.logs.read")]
    );
}

#[test]
fn manage_is_enough_for_read_and_read_not_for_manage() {
    let wide = grants("okta.users.manage", &[]);
    let narrow = grants("okta.users.read", &[]);

    assert_eq!(lacking(&[], &["okta.users.read"], &wide), []);
    assert_eq!(lacking(&[], &["okta.users.read"], &narrow), []);
    let expected = [("okta.users.manage".to_owned(), ScopeState::Missing)];
    assert_eq!(lacking(&[], &["okta.users.manage"], &narrow), expected);
}

#[test]
fn what_was_never_asked_of_okta_is_told_apart() {
    let request = request(&[], &["okta.logs.read"]).expect("in the catalog");

    let lacking = request.lacking(
        &grants("okta.users.manage", &[]),
        &ScopeSet::parse("okta.users.manage"),
    );

    let expected = Lacking {
        scope: scope("okta.logs.read"),
        state: ScopeState::Unrequested,
    };
    assert_eq!(lacking, [expected]);
}

#[test]
fn what_a_role_blocks_is_blocked_for_reading_too_unless_another_grant_holds_it() {
    let blocked = [("okta.users.manage", Finding::BlockedByRole)];
    let one = grants("okta.users.manage", &blocked);
    let two = grants("okta.users.manage okta.users.read", &blocked);

    let expected = [("okta.users.read".to_owned(), ScopeState::BlockedByRole)];
    assert_eq!(lacking(&[], &["okta.users.read"], &one), expected);
    assert_eq!(lacking(&[], &["okta.users.read"], &two), []);
}

#[test]
fn what_nobody_could_judge_is_not_missing() {
    let doubtful = [
        ("okta.users.manage", Finding::CheckFailed),
        ("okta.factors.manage", Finding::CannotTell),
    ];

    let held = grants("okta.users.manage okta.factors.manage", &doubtful);

    assert_eq!(lacking(&["users"], &[], &held), []);
}

#[test]
fn everything_that_is_not_in_the_catalog_is_named_at_once() {
    let unknown = request(
        &["users", "Users", "pets"],
        &[
            "okta.pets.read",
            "okta.logs.manage",
            "not a scope",
            "okta.logs.read",
        ],
    );

    let expected = NotInCatalog {
        categories: owned(&["Users", "pets"]),
        scopes: owned(&["okta.pets.read", "okta.logs.manage", "not a scope"]),
    };
    assert_eq!(unknown, Err(expected));
}

#[test]
fn what_is_of_use_is_of_okta_and_not_seen_to_fail() {
    let held = grants(
        "openid okta.users.manage okta.logs.read",
        &[("okta.logs.read", Finding::BlockedByRole)],
    );

    let usable: Vec<&str> = held.usable().collect();

    assert_eq!(usable, ["okta.users.manage"]);
}

/// Any part of the catalog.
fn some_scopes() -> impl Strategy<Value = ScopeSet> {
    let all: Vec<Scope> = catalog().scopes().cloned().collect();
    let total = all.len();
    prop::sample::subsequence(all, 0..=total).prop_map(|some| some.into_iter().collect())
}

fn evidence() -> impl Strategy<Value = BTreeMap<Scope, Finding>> {
    let findings = prop::sample::select(Finding::ALL.to_vec());
    (some_scopes(), prop::collection::vec(findings, 25))
        .prop_map(|(scopes, findings)| scopes.iter().cloned().zip(findings).collect())
}

/// The states that the status page shows, where they speak against a scope.
fn shown(facts: &GrantFacts) -> Vec<(Scope, ScopeState)> {
    let status = GrantStatus::compute(catalog(), facts);
    let against = |status: &&ScopeStatus| {
        let state = status.state();
        state.is_lacking() || [ScopeState::BlockedByRole, ScopeState::Unavailable].contains(&state)
    };
    let mut shown: Vec<_> = status
        .scopes()
        .filter(against)
        .map(|status| (status.scope().clone(), status.state()))
        .collect();
    shown.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    shown
}

proptest! {
    #[test]
    fn a_worker_is_refused_exactly_what_the_status_page_says_does_not_work(
        requested in some_scopes(), granted in some_scopes(), findings in evidence(),
    ) {
        let evidence = findings.iter().map(|(scope, &finding)| {
            let evidence = Evidence::without_asking(finding, OffsetDateTime::UNIX_EPOCH);
            (scope.clone(), evidence)
        });
        let facts = GrantFacts {
            requested: Some(requested.clone()),
            granted: Some(granted.clone()),
            source: Some(ScopesSource::TokenResponse),
            evidence: evidence.collect(),
        };
        let held = TokenGrants {
            granted: ScopeList::from(&granted),
            ineffective: findings
                .into_iter()
                .filter(|(_, finding)| Finding::AGAINST.contains(finding))
                .collect(),
        };
        let everything = AccessRequest(catalog().scope_set());

        let refused: Vec<_> = everything
            .lacking(&held, &requested)
            .into_iter()
            .map(|lacking| (lacking.scope, lacking.state))
            .collect();

        prop_assert_eq!(refused, shown(&facts));
    }
}
