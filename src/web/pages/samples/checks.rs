//! The status page while and after checks.

use askama::Template;

use super::grants::{cards, facts};
use super::kit::{authorize_only, kit, named, rest, role_too_weak};
use super::status::{full, verdict};
use super::{just_now, when};
use crate::web::pages::{
    CategoryCard, Cause, Change, CheckPanel, Checking, Facts, FailedCheck, GrantHere, Kit,
    PrimaryAction, ScopeState, TenantStatus, Tone, When, Who,
};

pub fn samples() -> Vec<(&'static str, String)> {
    let pages = vec![
        ("status-check-begins", begins()),
        ("status-checking", checking()),
        ("status-works", works()),
        ("status-blocked", blocked()),
        ("status-mixed", mixed()),
        ("status-changed", changed()),
        ("status-check-failed", check_failed()),
        ("status-authorize-only", only_authorize()),
    ];
    let rendered = pages.into_iter();
    rendered
        .map(|(name, page)| (name, page.render().expect("a rendered page")))
        .collect()
}

fn tomorrow() -> When {
    when(
        "in 23 hours",
        "24 Nov 2026, 16:40 UTC",
        "2026-11-24T16:40:00Z",
    )
}

pub(super) fn checked() -> CheckPanel {
    CheckPanel {
        last: Some(just_now()),
        next: Some(tomorrow()),
        can_ask: true,
        ..CheckPanel::default()
    }
}

/// Everything works, except what `state` says otherwise. Of factors nothing can tell.
pub(super) fn checked_cards(state: impl Fn(&str) -> Option<ScopeState>) -> Vec<CategoryCard> {
    let mut cards = cards(|id| match (state(id), id) {
        (Some(state), _) => state,
        (None, "okta.factors.manage") => ScopeState::Granted,
        (None, _) => ScopeState::Effective,
    });
    for row in cards.iter_mut().flat_map(|card| &mut card.scopes) {
        let (state, said) = match row.state {
            ScopeState::Granted => (ScopeState::Unverified, "Okta lets factors be read with the scope for users, so that no answer shows whether this one works.".to_owned()),
            ScopeState::Effective => (row.state, format!("Okta answered GET /api/v1/{}?limit=1: 200.", row.id.split('.').nth(1).unwrap_or_default())),
            ScopeState::BlockedByRole => (row.state, "Administrators and roles are not backed up. The permission is there, but the administrator's role may not use it: GET /api/v1/iam/roles: 403 E0000006.".to_owned()),
            ScopeState::Unavailable => (row.state, "This organization's edition or licence does not have it: GET /api/v1/authorizationServers?limit=1: 401 E0000015.".to_owned()),
            ScopeState::CheckFailed => (row.state, "Okta gave no answer that tells, so this is asked again: GET /api/v1/logs?limit=1: 429 E0000047.".to_owned()),
            other => (other, row.evidence.clone().unwrap_or_default()),
        };
        row.state = state;
        row.evidence = Some(said);
        row.checked = Some(just_now());
    }
    cards
}

fn weak_facts() -> Facts {
    let mut facts = facts();
    if let Some(who) = &mut facts.signed_in {
        (who.name, who.email) = ("Nora Example".into(), "nora@acme.example".into());
    }
    facts
}

fn begins() -> TenantStatus {
    checking_at(Checking {
        is_running: false,
        done: 0,
        total: 0,
    })
}

fn checking_at(open: Checking) -> TenantStatus {
    TenantStatus {
        verdict: verdict(
            Tone::Neutral,
            "All 25 permissions are granted. What they can really do is being checked.",
            "This takes less than a minute.",
        ),
        check: CheckPanel {
            open: Some(open),
            ..CheckPanel::default()
        },
        ..full()
    }
}

fn checking() -> TenantStatus {
    let page = checking_at(Checking {
        is_running: true,
        done: 14,
        total: 25,
    });
    let mut seen = 0;
    let mut categories = checked_cards(|_| None);
    for row in categories.iter_mut().flat_map(|card| &mut card.scopes) {
        seen += 1;
        if seen > 14 {
            (row.state, row.evidence, row.checked) = (ScopeState::Granted, None, None);
        }
    }
    TenantStatus { categories, ..page }
}

pub(super) fn works() -> TenantStatus {
    TenantStatus {
        verdict: verdict(
            Tone::Good,
            "All 25 permissions are granted, and the 24 that can be checked work.",
            "There is nothing left to do.",
        ),
        check: checked(),
        categories: checked_cards(|_| None),
        ..full()
    }
}

const BLOCKED: [&str; 2] = ["okta.roles.manage", "okta.authorizationServers.manage"];

fn blocked() -> TenantStatus {
    let state = |id: &str| BLOCKED.contains(&id).then_some(ScopeState::BlockedByRole);
    TenantStatus {
        verdict: verdict(
            Tone::Warn,
            "22 of 25 permissions work. Admin Roles and Authorization Servers are blocked by the administrator's role.",
            "Whether “MFA factor enrolments” works, no answer of Okta can tell.",
        ),
        primary: PrimaryAction::Authorize,
        check: checked(),
        kit: Some(Kit {
            todo: vec![role_too_weak(&BLOCKED)],
            rest: Vec::new(),
            duration: "about 2 minutes".into(),
            ways: None,
        }),
        facts: weak_facts(),
        categories: checked_cards(state),
        ..full()
    }
}

pub(super) fn mixed() -> TenantStatus {
    let state = |id: &str| match id {
        "okta.appGrants.manage" | "okta.devices.read" => Some(ScopeState::Missing),
        "okta.roles.manage" | "okta.policies.manage" => Some(ScopeState::BlockedByRole),
        "okta.authorizationServers.manage" => Some(ScopeState::Unavailable),
        "okta.logs.read" => Some(ScopeState::CheckFailed),
        _ => None,
    };
    let categories = checked_cards(state);
    let mut kit = kit(&categories);
    kit.todo.push(role_too_weak(&[
        "okta.roles.manage",
        "okta.policies.manage",
    ]));
    if let Some(ways) = &mut kit.ways {
        ways.here = GrantHere::No {
            why: "Only a Super Administrator's sign-in can add grants, and Nora Example is none."
                .into(),
        };
    }
    kit.rest = not_for_you();
    TenantStatus {
        verdict: verdict(
            Tone::Warn,
            "18 of 25 permissions work. Devices is not backed up yet, Applications only in part. Security and Policies and Admin Roles are blocked by the administrator's role.",
            "Authorization Servers is not available in this organization, which is nothing to mend. 1 could not be checked, which says nothing about it.",
        ),
        primary: PrimaryAction::Authorize,
        check: checked(),
        kit: Some(kit),
        facts: weak_facts(),
        categories,
        ..full()
    }
}

/// What nobody at the organization can mend.
fn not_for_you() -> Vec<Cause> {
    vec![
        rest(
            "feature_unavailable",
            "unavailable",
            Who::Nobody,
            [
                "Not licensed here, or switched off",
                "Okta says that the organization does not have the feature. If you do not use it, nothing is lost. If you do, ask your Okta account team to switch it on; the next check notices.",
            ],
            &["okta.authorizationServers.manage"],
        ),
        rest(
            "check_failed",
            "unknown",
            Who::Nobody,
            [
                "1 permission could not be checked",
                "Okta was too busy or did not answer, which says nothing about the permissions. The next check asks again by itself; to know sooner, press Check again.",
            ],
            &["okta.logs.read"],
        ),
        rest(
            "token_refused",
            "unknown",
            Who::Vendor,
            [
                "Okta takes no app's sign-in for 1 permission",
                "The permission is granted, but the address with which Northvault asks does not accept it. Write to support: there is nothing that you can change in Okta.",
            ],
            &["okta.features.manage"],
        ),
    ]
}

fn changed() -> TenantStatus {
    let change = |id: &str, from, to, css| Change {
        id: id.into(),
        name: named(id).name,
        from,
        to,
        css,
    };
    TenantStatus {
        check: CheckPanel {
            changes: vec![
                change("okta.roles.manage", "Blocked by role", "Works", "granted"),
                change(
                    "okta.authorizationServers.manage",
                    "Blocked by role",
                    "Works",
                    "granted",
                ),
                change("okta.logs.read", "Check failed", "Works", "granted"),
            ],
            ..checked()
        },
        ..works()
    }
}

fn check_failed() -> TenantStatus {
    TenantStatus {
        verdict: verdict(Tone::Good, "All 25 permissions are granted.", "There is nothing left to do."),
        primary: PrimaryAction::Check,
        check: CheckPanel {
            failed: Some(FailedCheck {
                title: "The last check got nowhere: Okta could not be reached".into(),
                what: "The address is wrong, a firewall is in the way, or Okta is down. So nothing is known yet of what the permissions can really do.".into(),
                steps: vec!["Nothing is needed: it is tried again by itself. Or press Check again.".into()],
            }),
            ..checked()
        },
        ..full()
    }
}

fn only_authorize() -> TenantStatus {
    let ids = [
        "okta.appGrants.manage",
        "okta.devices.read",
        "okta.roles.manage",
    ];
    TenantStatus {
        verdict: verdict(
            Tone::Warn,
            "21 of 25 permissions work. Devices and Admin Roles are not backed up yet, Applications only in part.",
            "Whether “MFA factor enrolments” works, no answer of Okta can tell.",
        ),
        primary: PrimaryAction::Authorize,
        check: checked(),
        kit: Some(Kit {
            todo: vec![authorize_only(&ids)],
            rest: Vec::new(),
            duration: "about 1 minute".into(),
            ways: None,
        }),
        categories: checked_cards(|id| ids.contains(&id).then_some(ScopeState::Missing)),
        ..full()
    }
}
