//! Every answer and what follows from it.

use std::fmt::Write as _;

use time::macros::datetime;

use super::*;
use crate::domain::catalog::{Catalog, Empty, Permission, Probe, Proof};
use crate::domain::connection::Edition;

mod truth_table;

fn answer(status: u16) -> ProbeAnswer {
    ProbeAnswer {
        status,
        ..ProbeAnswer::default()
    }
}

fn coded(status: u16, code: &str) -> ProbeResult {
    ProbeResult::Answered(ProbeAnswer {
        code: Some(code.to_owned()),
        ..answer(status)
    })
}

/// A refusal with an empty body, as Okta gives it: only the header tells.
fn bearer(status: u16, error: &str, scope: Option<&str>) -> ProbeResult {
    ProbeResult::Answered(ProbeAnswer {
        bearer_error: Some(error.to_owned()),
        bearer_scope: scope.map(ToOwned::to_owned),
        ..answer(status)
    })
}

fn listed(is_empty: bool) -> ProbeResult {
    ProbeResult::Answered(ProbeAnswer {
        is_empty,
        ..answer(200)
    })
}

fn permission(scope: &str) -> &'static Permission {
    let scope = scope.parse().expect("a scope");
    Catalog::default_catalog()
        .find(&scope)
        .expect("it is in the catalog")
}

fn judge(scope: &str, edition: Edition, result: &ProbeResult) -> Classified {
    let permission = permission(scope);
    let probe = permission.probe().expect("it has a probe");
    classify(permission.scope(), probe, edition, result)
}

const IDX: Edition = Edition::IdentityEngine;

#[test]
fn every_finding_is_found_by_its_code() {
    for finding in Finding::ALL {
        assert_eq!(Finding::from_code(finding.code()), Some(finding));
    }
    assert_eq!(Finding::from_code("denied"), None);
}

#[test]
fn a_401_is_a_dead_token_only_when_it_says_so_or_says_nothing() {
    for (result, expected) in [
        (coded(401, "E0000011"), Classified::TokenDead),
        (bearer(401, "invalid_token", None), Classified::TokenDead),
        (ProbeResult::Answered(answer(401)), Classified::TokenDead),
        (
            ProbeResult::Failed(FailureKind::AccessTokenDead),
            Classified::TokenDead,
        ),
        (
            coded(401, "E0000015"),
            Classified::Finding(Finding::Unavailable),
        ),
        (
            coded(401, "E0000004"),
            Classified::Finding(Finding::CannotTell),
        ),
    ] {
        assert_eq!(
            judge("okta.idps.manage", IDX, &result),
            expected,
            "{result:?}"
        );
    }
}

#[test]
fn a_missing_feature_is_never_a_dead_token_whatever_the_header_says() {
    let both = ProbeResult::Answered(ProbeAnswer {
        code: Some("E0000015".to_owned()),
        bearer_error: Some("invalid_token".to_owned()),
        ..answer(401)
    });

    let judged = judge("okta.authorizationServers.manage", IDX, &both);

    assert_eq!(judged, Classified::Finding(Finding::Unavailable));
}

#[test]
fn the_scope_that_an_endpoint_wants_is_missing_only_if_it_is_the_one_we_probe() {
    for (wanted, expected) in [
        (None, Finding::Missing),
        (Some("okta.groups.read"), Finding::Missing),
        (Some("okta.groups.manage"), Finding::Missing),
        (Some("okta.roles.read okta.groups.read"), Finding::Missing),
        (Some("okta.users.read"), Finding::CannotTell),
    ] {
        let result = bearer(403, "insufficient_scope", wanted);
        let judged = judge("okta.groups.manage", IDX, &result);
        assert_eq!(judged, Classified::Finding(expected), "{wanted:?}");
    }
}

#[test]
fn what_is_not_there_is_unavailable_where_an_edition_may_lack_it() {
    for status in [404, 405, 501] {
        let result = ProbeResult::Answered(answer(status));
        for (scope, edition, expected) in [
            ("okta.devices.read", IDX, Finding::Unavailable),
            ("okta.devices.read", Edition::Classic, Finding::Unavailable),
            ("okta.zones", Edition::Classic, Finding::Unavailable),
            ("okta.zones", IDX, Finding::CannotTell),
            ("okta.zones", Edition::Unknown, Finding::CannotTell),
        ] {
            let scope = scope.replace("okta.zones", "okta.networkZones.manage");
            let judged = judge(&scope, edition, &result);
            assert_eq!(judged, Classified::Finding(expected), "{scope} {status}");
        }
    }
}

#[test]
fn an_app_that_is_not_found_by_its_client_id_tells_nothing() {
    for edition in [IDX, Edition::Classic] {
        let judged = judge("okta.appGrants.manage", edition, &coded(404, "E0000007"));
        assert_eq!(judged, Classified::Finding(Finding::CannotTell));
    }
}

#[test]
fn a_refusal_in_an_edition_without_the_feature_is_not_blamed_on_the_role() {
    let refused = coded(403, "E0000006");

    let on = |edition| judge("okta.authenticators.manage", edition, &refused);

    assert_eq!(on(IDX), Classified::Finding(Finding::BlockedByRole));
    assert_eq!(
        on(Edition::Classic),
        Classified::Finding(Finding::Unavailable)
    );
    assert_eq!(
        judge("okta.devices.read", Edition::Classic, &listed(false)),
        Classified::Finding(Finding::Effective),
        "an answer is an answer"
    );
}

#[test]
fn what_passes_by_itself_says_nothing_of_the_scope() {
    let kinds = [
        FailureKind::TimedOut,
        FailureKind::Unreachable,
        FailureKind::RateLimited,
        FailureKind::OktaBroken,
        FailureKind::Nonsense,
    ];
    let statuses =
        [408, 429, 500, 502, 503, 504].map(|status| ProbeResult::Answered(answer(status)));
    for result in kinds.map(ProbeResult::Failed).iter().chain(&statuses) {
        let judged = judge("okta.users.manage", IDX, result);
        assert_eq!(judged, Classified::Retry, "{result:?}");
        assert_eq!(judged.settled(), Finding::CheckFailed);
    }
    let other = ProbeResult::Failed(FailureKind::OtherOrganization);
    assert_eq!(
        judge("okta.users.manage", IDX, &other),
        Classified::Finding(Finding::CheckFailed)
    );
}

#[test]
fn an_odd_answer_is_never_taken_for_a_proof_or_a_denial() {
    for status in [100, 201, 204, 302, 400, 403, 409, 410, 418] {
        let result = ProbeResult::Answered(answer(status));
        let judged = judge("okta.users.manage", IDX, &result);
        assert_eq!(judged, Classified::Finding(Finding::CannotTell), "{status}");
    }
}

#[test]
fn evidence_names_what_okta_said_and_nothing_more() {
    let at = datetime!(2026-11-23 09:00 UTC);
    let evidence =
        |result: &ProbeResult| Evidence::of(Finding::Missing, "/api/v1/org".to_owned(), result, at);

    let by_header = evidence(&bearer(403, "insufficient_scope", None));
    let by_code = evidence(&coded(403, "E0000006"));
    let none = evidence(&ProbeResult::Failed(FailureKind::TimedOut));

    assert_eq!(by_header.code.as_deref(), Some("insufficient_scope"));
    assert_eq!(
        (by_code.status, by_code.code.as_deref()),
        (Some(403), Some("E0000006"))
    );
    assert_eq!(
        (none.status, none.code.as_deref()),
        (None, Some("okta_timed_out"))
    );
    assert_eq!(
        Evidence::without_asking(Finding::CannotTell, at).endpoint,
        ""
    );
}

#[test]
fn only_what_changed_between_two_checks_is_told() {
    let findings = |list: &[(&str, Finding)]| -> BTreeMap<Scope, Finding> {
        let entry = |&(name, finding): &(&str, Finding)| (name.parse().expect("a scope"), finding);
        list.iter().map(entry).collect()
    };
    let before = findings(&[
        ("a", Finding::Effective),
        ("b", Finding::Effective),
        ("c", Finding::Missing),
    ]);
    let now = findings(&[
        ("a", Finding::Effective),
        ("b", Finding::BlockedByRole),
        ("d", Finding::Effective),
    ]);

    let told: Vec<_> = check_difference(&before, &now)
        .into_iter()
        .map(|change| (change.scope.to_string(), change.from, change.to))
        .collect();

    assert_eq!(
        told,
        [
            (
                "b".into(),
                Some(Finding::Effective),
                Some(Finding::BlockedByRole)
            ),
            ("c".into(), Some(Finding::Missing), None),
            ("d".into(), None, Some(Finding::Effective)),
        ]
    );
    assert!(check_difference(&now, &now).is_empty());
}
