//! Each cause with who mends it, and texts that machines take.

use std::collections::BTreeMap;

use time::macros::datetime;

use super::*;
use crate::domain::catalog::Catalog;
use crate::domain::check::Evidence;
use crate::domain::connection::ClientId;
use crate::domain::grant_status::GrantFacts;
use crate::domain::org_url::OrgOrigin;
use crate::domain::token_set::ScopesSource;

/// A tenant of which all is well, until a test says otherwise.
struct Tenant {
    app: ClientId,
    origin: OrgOrigin,
    edition: Edition,
    granted: ScopeSet,
    app_grants: Option<ScopeSet>,
    is_super: Option<bool>,
    findings: Vec<(&'static str, Finding)>,
}

impl Tenant {
    fn new() -> Self {
        Self {
            app: "0oa1b2".parse().expect("an id"),
            origin: OrgOrigin::from_stored("https://acme.okta.com").expect("an origin"),
            edition: Edition::IdentityEngine,
            granted: Catalog::default_catalog().scope_set(),
            app_grants: None,
            is_super: Some(true),
            findings: Vec::new(),
        }
    }

    fn without(mut self, names: &str) -> Self {
        self.granted = all_but(names);
        self
    }

    fn found(mut self, name: &'static str, finding: Finding) -> Self {
        self.findings.push((name, finding));
        self
    }

    fn remedies(&self) -> Remedies {
        let at = datetime!(2026-11-23 09:00 UTC);
        let evidence = |&(name, finding): &(&str, Finding)| {
            let scope: Scope = name.parse().expect("a scope");
            (scope, Evidence::without_asking(finding, at))
        };
        let facts = GrantFacts {
            requested: Some(Catalog::default_catalog().scope_set()),
            granted: Some(self.granted.clone()),
            source: Some(ScopesSource::TokenResponse),
            evidence: self.findings.iter().map(evidence).collect(),
        };
        let status = GrantStatus::compute(Catalog::default_catalog(), &facts);
        Remedies::of(
            &status,
            &RemedyFacts {
                edition: self.edition,
                app_grants: self.app_grants.as_ref(),
                is_super_administrator: self.is_super,
            },
        )
    }
}

fn all_but(names: &str) -> ScopeSet {
    let lacking = ScopeSet::parse(names);
    let scopes = Catalog::default_catalog().scopes();
    scopes.filter(|s| !lacking.contains(s)).cloned().collect()
}

/// The causes with their scopes, as text.
fn causes(remedies: &Remedies) -> Vec<String> {
    let text = |cause: &Cause| {
        let scopes: Vec<&str> = cause.scopes.iter().map(Scope::as_str).collect();
        format!("{}: {}", cause.kind.code(), scopes.join(" "))
    };
    remedies.causes().iter().map(text).collect()
}

#[test]
fn where_all_works_there_is_nothing_to_mend() {
    let remedies = Tenant::new()
        .found("okta.users.manage", Finding::Effective)
        .remedies();

    assert_eq!(remedies.causes(), []);
    assert!(!remedies.is_actionable() && !remedies.needs_authorization());
    assert!(!remedies.can_grant_here(), "there is nothing to grant");
}

#[test]
fn all_missing_scopes_are_listed_at_once_in_the_catalogs_order() {
    let lacking = "okta.roles.manage okta.apps.manage okta.idps.manage";
    let remedies = Tenant::new().without(lacking).remedies();

    assert_eq!(
        causes(&remedies),
        ["grant_missing: okta.apps.manage okta.roles.manage okta.idps.manage"]
    );
    assert_eq!(remedies.missing().len(), 3);
    assert!(remedies.needs_authorization());
}

#[test]
fn what_the_app_was_granted_since_needs_only_another_sign_in() {
    let mut tenant = Tenant::new().without("okta.apps.manage okta.logs.read okta.roles.manage");
    let mut grants = all_but("okta.roles.manage okta.logs.read");
    grants.insert("okta.logs.manage".parse().expect("a scope"));
    tenant.app_grants = Some(grants);

    let remedies = tenant.remedies();

    assert_eq!(
        causes(&remedies),
        [
            "grant_missing: okta.roles.manage",
            "authorize_only: okta.apps.manage okta.logs.read",
        ]
    );
}

#[test]
fn every_finding_has_its_cause() {
    for (finding, expected) in [
        (Finding::Effective, None),
        (Finding::BlockedByRole, Some(CauseKind::RoleTooWeak)),
        (Finding::Missing, Some(CauseKind::GrantMissing)),
        (Finding::Unavailable, Some(CauseKind::FeatureUnavailable)),
        (Finding::TokenRefused, Some(CauseKind::TokenRefused)),
        (Finding::CannotTell, Some(CauseKind::CannotTell)),
        (Finding::CheckFailed, Some(CauseKind::CheckFailed)),
    ] {
        let mut tenant = Tenant::new().found("okta.devices.read", finding);
        tenant.is_super = None;
        let remedies = tenant.remedies();
        let kinds: Vec<CauseKind> = remedies.causes().iter().map(|cause| cause.kind).collect();
        assert_eq!(kinds, Vec::from_iter(expected), "{finding:?}");
    }
}

#[test]
fn a_super_administrator_is_not_told_to_become_one() {
    let blocked = Tenant::new().found("okta.users.manage", Finding::BlockedByRole);

    assert_eq!(
        causes(&blocked.remedies()),
        ["refused_to_super_administrator: okta.users.manage"]
    );
}

#[test]
fn an_edition_is_told_apart_from_a_licence() {
    let mut tenant = Tenant::new()
        .found("okta.captchas.manage", Finding::Unavailable)
        .found("okta.authorizationServers.manage", Finding::Unavailable);
    tenant.edition = Edition::Classic;

    let remedies = tenant.remedies();

    assert_eq!(
        causes(&remedies),
        [
            "edition_lacks_feature: okta.captchas.manage",
            "feature_unavailable: okta.authorizationServers.manage",
        ]
    );
    assert!(!remedies.is_actionable(), "nobody can mend it");
}

#[test]
fn granting_is_offered_only_to_a_super_administrator_whose_token_may_grant() {
    let gap = "okta.users.manage";
    let offered = |tenant: Tenant| tenant.remedies().can_grant_here();
    let with_role = |is_super| Tenant {
        is_super,
        ..Tenant::new().without(gap)
    };

    assert!(offered(with_role(Some(true))));
    assert!(!offered(with_role(Some(false))));
    assert!(!offered(with_role(None)));
    assert!(!offered(
        Tenant::new().without("okta.users.manage okta.appGrants.manage")
    ));
    for (finding, expected) in [
        (Finding::Effective, true),
        (Finding::CheckFailed, true),
        (Finding::BlockedByRole, false),
        (Finding::TokenRefused, false),
        (Finding::Unavailable, false),
        // The app's grants are not found under its client id.
        (Finding::CannotTell, false),
    ] {
        let tenant = Tenant::new().without(gap).found(GRANTING, finding);
        assert_eq!(offered(tenant), expected, "{finding:?}");
    }
}

#[test]
fn before_a_check_nothing_is_blamed_on_what_was_not_asked() {
    let mut tenant = Tenant::new();
    tenant.findings.clear();

    assert_eq!(tenant.remedies().causes(), []);
}

#[test]
fn every_cause_has_somebody_and_somewhere_or_nobody_and_nowhere() {
    let mut codes = BTreeMap::new();
    for kind in CauseKind::ALL {
        let has_place = kind.place() != Place::Nowhere;
        assert_eq!(has_place, kind.needs_authorization(), "{kind:?}");
        if has_place {
            assert_ne!(kind.actor(), Actor::Nobody, "{kind:?}");
        }
        codes.insert(kind.code(), kind);
    }
    assert_eq!(
        codes.len(),
        CauseKind::ALL.len(),
        "each has a name of its own"
    );
}

#[test]
fn the_snippets_list_exactly_the_gap() {
    let tenant = Tenant::new().without("okta.roles.manage okta.apps.manage okta.idps.manage");
    let remedies = tenant.remedies();

    let text = terraform(&tenant.app, &tenant.origin, remedies.missing());
    let resource = text.lines().filter(|line| line.starts_with("    \"okta."));
    let listed: Vec<&str> = resource
        .map(|line| line.trim_matches([' ', '"', ',']))
        .collect();

    assert_eq!(
        listed,
        ["okta.apps.manage", "okta.roles.manage", "okta.idps.manage"]
    );
    let lines = curl_lines(&tenant.app, &tenant.origin, remedies.missing());
    assert!(
        lines
            .iter()
            .zip(&listed)
            .all(|(line, scope)| line.contains(scope))
    );
    assert_eq!(lines.len(), listed.len());
}
