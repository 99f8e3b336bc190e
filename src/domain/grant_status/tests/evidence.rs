//! What checks found, carried through to states, counts and the verdict.

use time::macros::datetime;

use super::*;

fn scope(name: &str) -> Scope {
    name.parse().expect("a scope")
}

fn found(finding: Finding) -> Evidence {
    Evidence::without_asking(finding, datetime!(2026-11-23 09:00 UTC))
}

/// A full grant; every scope was found to be effective, but for the named ones.
fn checked(exceptions: &[(&str, Finding)]) -> GrantFacts {
    let mut facts = answered(catalog().scope_set());
    let effective = |scope: &Scope| (scope.clone(), found(Finding::Effective));
    facts.evidence = catalog().scopes().map(effective).collect();
    for &(name, finding) in exceptions {
        facts.evidence.insert(scope(name), found(finding));
    }
    facts
}

fn verdict(facts: &GrantFacts) -> Verdict {
    GrantStatus::compute(catalog(), facts).verdict()
}

/// The state of a scope of this grant of which a check found this.
fn expected(granted: Option<ScopesSource>, finding: Option<Finding>) -> ScopeState {
    let Some(source) = granted else {
        return ScopeState::Missing;
    };
    match finding {
        None if source == ScopesSource::Assumed => ScopeState::Unverified,
        None => ScopeState::Granted,
        Some(Finding::Effective) => ScopeState::Effective,
        Some(Finding::BlockedByRole) => ScopeState::BlockedByRole,
        Some(Finding::Missing) => ScopeState::Missing,
        Some(Finding::Unavailable) => ScopeState::Unavailable,
        Some(Finding::TokenRefused | Finding::CannotTell) => ScopeState::Unverified,
        Some(Finding::CheckFailed) => ScopeState::CheckFailed,
    }
}

#[test]
#[expect(clippy::print_stdout, reason = "the counts are the result")]
fn every_scope_with_every_grant_and_finding_has_its_state() {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let findings = Finding::ALL.map(Some).into_iter().chain([None]);
    let grants = [
        Some(ScopesSource::TokenResponse),
        Some(ScopesSource::Assumed),
        None,
    ];
    for (finding, listed) in findings.flat_map(|f| catalog().scopes().map(move |s| (f, s))) {
        for source in grants {
            let mut facts = answered(catalog().scope_set());
            facts.source = source.or(facts.source);
            if source.is_none() {
                facts.granted = Some(all_but(listed.as_str()));
            }
            if let Some(finding) = finding {
                facts.evidence.insert(listed.clone(), found(finding));
            }
            let status = GrantStatus::compute(catalog(), &facts);
            let one = status.scopes().find(|status| status.scope() == listed);
            let state = one.expect("a scope of the catalog").state();
            assert_eq!(
                state,
                expected(source, finding),
                "{listed} {finding:?} {source:?}"
            );
            *counts.entry(state.code()).or_default() += 1;
        }
    }
    println!("{} cells: {counts:?}", counts.values().sum::<usize>());
    assert_eq!(counts.values().sum::<usize>(), 25 * 8 * 3);
}

#[test]
fn a_category_of_one_scope_shows_what_was_found_of_it() {
    for (finding, expected) in [
        (Finding::Effective, CategoryState::Granted),
        (Finding::BlockedByRole, CategoryState::Blocked),
        (Finding::Missing, CategoryState::Missing),
        (Finding::Unavailable, CategoryState::Unavailable),
        (Finding::TokenRefused, CategoryState::Granted),
        (Finding::CannotTell, CategoryState::Granted),
        (Finding::CheckFailed, CategoryState::Granted),
    ] {
        let facts = checked(&[("okta.roles.manage", finding)]);
        let status = GrantStatus::compute(catalog(), &facts);
        assert_eq!(state_of(&status, "admin-roles"), expected, "{finding:?}");
    }
}

#[test]
fn a_category_of_several_scopes_is_partial_when_one_does_not_work() {
    for finding in [
        Finding::BlockedByRole,
        Finding::Missing,
        Finding::Unavailable,
    ] {
        let facts = checked(&[("okta.clients.read", finding)]);
        let status = GrantStatus::compute(catalog(), &facts);
        assert_eq!(state_of(&status, "applications"), CategoryState::Partial);
        assert_eq!(
            status.count_of(CategoryState::Granted),
            12,
            "no other suffers"
        );
    }
}

#[test]
fn the_verdict_names_the_most_pressing_finding() {
    let (users, logs) = ("okta.users.manage", "okta.logs.read");
    for (exceptions, expected) in [
        (&[][..], Verdict::AllEffective),
        (
            &[("okta.factors.manage", Finding::CannotTell)],
            Verdict::AllEffective,
        ),
        (&[(users, Finding::Unavailable)], Verdict::SomeUnavailable),
        (
            &[(users, Finding::CannotTell), (logs, Finding::Unavailable)],
            Verdict::SomeUntold,
        ),
        (&[(users, Finding::TokenRefused)], Verdict::SomeUntold),
        (
            &[(users, Finding::CheckFailed), (logs, Finding::CannotTell)],
            Verdict::SomeChecksFailed,
        ),
        (
            &[
                (users, Finding::BlockedByRole),
                (logs, Finding::CheckFailed),
            ],
            Verdict::SomeBlocked,
        ),
        (
            &[(users, Finding::Missing), (logs, Finding::BlockedByRole)],
            Verdict::SomeMissing {
                granted: 24,
                total: 25,
            },
        ),
    ] {
        assert_eq!(verdict(&checked(exceptions)), expected, "{exceptions:?}");
    }
}

#[test]
fn while_a_check_runs_nothing_is_claimed_of_what_was_not_asked_yet() {
    let mut facts = checked(&[]);
    facts.evidence.remove(&scope("okta.users.manage"));
    assert_eq!(verdict(&facts), Verdict::SomeUnchecked);

    facts.evidence.clear();
    assert_eq!(verdict(&facts), Verdict::AllGranted);
}

#[test]
fn an_authorization_without_a_list_is_settled_by_a_check() {
    let mut facts = checked(&[]);
    facts.source = Some(ScopesSource::Assumed);
    let status = GrantStatus::compute(catalog(), &facts);
    assert_eq!(status.verdict(), Verdict::AllEffective);
    assert_eq!((status.granted_count(), status.effective_count()), (25, 25));

    facts.evidence.remove(&scope("okta.users.manage"));
    assert_eq!(verdict(&facts), Verdict::Unverified);
}

#[test]
fn evidence_of_a_scope_that_is_not_granted_is_not_shown() {
    let mut facts = checked(&[]);
    facts.granted = Some(all_but("okta.users.manage"));

    let status = GrantStatus::compute(catalog(), &facts);

    let users = status.scopes().next().expect("a scope");
    assert_eq!(
        (users.state(), users.evidence()),
        (ScopeState::Missing, None)
    );
    let factors = status.scopes().nth(1).expect("a scope");
    assert_eq!(factors.finding(), Some(Finding::Effective));
}

#[test]
fn the_counts_of_the_states_add_up() {
    let mut facts = checked(&[
        ("okta.users.manage", Finding::BlockedByRole),
        ("okta.factors.manage", Finding::CannotTell),
        ("okta.groups.manage", Finding::CannotTell),
        ("okta.apps.manage", Finding::CheckFailed),
        ("okta.idps.manage", Finding::Unavailable),
        ("okta.logs.read", Finding::Missing),
    ]);
    facts.evidence.remove(&scope("okta.orgs.manage"));

    let counts = GrantStatus::compute(catalog(), &facts).counts();

    let expected = Counts {
        total: 25,
        granted: 24,
        effective: 18,
        unchecked: 1,
        blocked: 1,
        unavailable: 1,
        unverified: 2,
        unprovable: 1,
        check_failed: 1,
        missing: 1,
        unrequested: 0,
    };
    assert_eq!(counts, expected);
}
