//! Every scope of the default catalog against every situation, printed as counts.

use super::*;

/// What a tenant's organization may be like, for one scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Situation {
    Works,
    NoRowsToSee,
    RoleRefused,
    ScopeRefused,
    OtherEdition,
    Unlicensed,
    RateLimited,
    TimedOut,
    Broken,
    TokenKindRefused,
}

const SITUATIONS: [Situation; 10] = [
    Situation::Works,
    Situation::NoRowsToSee,
    Situation::RoleRefused,
    Situation::ScopeRefused,
    Situation::OtherEdition,
    Situation::Unlicensed,
    Situation::RateLimited,
    Situation::TimedOut,
    Situation::Broken,
    Situation::TokenKindRefused,
];

impl Situation {
    fn result(self) -> ProbeResult {
        match self {
            Self::Works => listed(false),
            Self::NoRowsToSee => listed(true),
            Self::RoleRefused => coded(403, "E0000006"),
            Self::ScopeRefused => bearer(403, "insufficient_scope", None),
            Self::OtherEdition => coded(404, "E0000008"),
            Self::Unlicensed => coded(401, "E0000015"),
            Self::RateLimited => coded(429, "E0000047"),
            Self::TimedOut => ProbeResult::Failed(FailureKind::TimedOut),
            Self::Broken => coded(500, "E0000009"),
            Self::TokenKindRefused => coded(403, "E0000005"),
        }
    }

    const fn edition(self) -> Edition {
        match self {
            Self::OtherEdition => Edition::Classic,
            _ => Edition::IdentityEngine,
        }
    }

    /// The requirement, written by the scopes' names and not from the catalog's probes.
    fn expected(self, scope: &str) -> Finding {
        let always_has_rows = [
            "okta.users.manage",
            "okta.groups.manage",
            "okta.apps.manage",
        ];
        match self {
            Self::NoRowsToSee if always_has_rows.contains(&scope) => Finding::BlockedByRole,
            Self::Works | Self::NoRowsToSee => Finding::Effective,
            Self::RoleRefused => Finding::BlockedByRole,
            Self::ScopeRefused => Finding::Missing,
            Self::OtherEdition if scope == "okta.appGrants.manage" => Finding::CannotTell,
            Self::OtherEdition | Self::Unlicensed => Finding::Unavailable,
            Self::RateLimited | Self::TimedOut | Self::Broken => Finding::CheckFailed,
            Self::TokenKindRefused => Finding::TokenRefused,
        }
    }
}

#[test]
#[expect(clippy::print_stdout, reason = "the counts are the result")]
fn every_scope_in_every_situation_has_its_finding() {
    let mut counts: BTreeMap<Finding, usize> = BTreeMap::new();
    let (mut cells, mut wrong, mut unprovable) = (0_usize, String::new(), Vec::new());
    for permission in Catalog::default_catalog().permissions() {
        let Some(probe) = permission.probe() else {
            unprovable.push(permission.id());
            continue;
        };
        for situation in SITUATIONS {
            let (edition, result) = (situation.edition(), situation.result());
            let found = classify(permission.scope(), probe, edition, &result).settled();
            let expected = situation.expected(permission.id());
            *counts.entry(found).or_default() += 1;
            cells += 1;
            if found != expected {
                writeln!(
                    wrong,
                    "{} {situation:?}: {found:?}, not {expected:?}",
                    permission.id()
                )
                .expect("writing to a String succeeds");
            }
        }
    }
    println!("{cells} cells: {counts:?}; unprovable: {unprovable:?}");

    assert_eq!(wrong, "", "wrong cells");
    assert_eq!(cells, 24 * SITUATIONS.len());
    assert_eq!(unprovable, ["okta.factors.manage"]);
}

#[test]
fn the_default_probes_are_the_requirement() {
    let probes: Vec<(&str, &Probe)> = Catalog::default_catalog()
        .permissions()
        .filter_map(|permission| Some((permission.id(), permission.probe()?)))
        .collect();
    let role_when_empty = |probe: &Probe| {
        probe.proof()
            == Proof::List {
                empty: Empty::RoleTooWeak,
            }
    };
    let with = |is: &dyn Fn(&Probe) -> bool| -> Vec<&str> {
        let chosen = probes.iter().filter(|(_, probe)| is(probe));
        chosen.map(|(id, _)| *id).collect()
    };

    assert_eq!(
        with(&role_when_empty),
        [
            "okta.users.manage",
            "okta.groups.manage",
            "okta.apps.manage"
        ]
    );
    assert_eq!(
        with(&|probe| !probe.exists_in(Edition::Classic)),
        [
            "okta.authenticators.manage",
            "okta.captchas.manage",
            "okta.devices.read"
        ]
    );
    assert_eq!(with(&Probe::names_app), ["okta.appGrants.manage"]);
}
