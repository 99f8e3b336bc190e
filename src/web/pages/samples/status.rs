//! The grant status page, in every state.

use askama::Template;

use super::grants::{cards, ended_facts, facts};
use super::kit::kit;
use super::{signed_in_layout, when};
use crate::web::pages::{
    CategoryCard, CategoryState, CheckPanel, Facts, Kit, Notice, PrimaryAction, ScopeState,
    TenantStatus, Tone, Verdict,
};

pub fn samples() -> Vec<(&'static str, String)> {
    let pages = vec![
        ("status-nothing-yet", nothing_yet()),
        ("status-empty-grants", empty_grants()),
        ("status-partial", partial()),
        ("status-full", full()),
        ("status-refused", refused()),
        ("status-expired", expired()),
        ("status-on-hold", on_hold()),
        ("status-not-super-administrator", not_super_administrator()),
        ("status-unverified", unverified()),
    ];
    let rendered = pages.into_iter();
    rendered
        .map(|(name, page)| (name, page.render().expect("a rendered page")))
        .collect()
}

pub(super) fn verdict(tone: Tone, sentence: &str, detail: &str) -> Verdict {
    Verdict {
        tone,
        sentence: sentence.into(),
        detail: detail.into(),
    }
}

fn notice(tone: Tone, title: &str, what: &str, why: &str, steps: &[&str]) -> Notice {
    Notice {
        tone,
        title: title.into(),
        what: what.into(),
        why: (!why.is_empty()).then(|| why.into()),
        steps: steps.iter().map(|&s| s.into()).collect(),
        okta_said: None,
        reference: None,
        happened: None,
    }
}

pub(super) fn full() -> TenantStatus {
    TenantStatus {
        on_hold: false,
        layout: signed_in_layout("Grant status"),
        path: "/tenants/0193a1c2-7b44-7c10-9a55-3f0e6d1b2c90".into(),
        vendor_account: "Acme Ltd".into(),
        verdict: verdict(
            Tone::Good,
            "All 25 permissions are granted.",
            "Northvault backs up all 13 categories. There is nothing left to do.",
        ),
        ended: false,
        primary: PrimaryAction::None,
        notice: None,
        disconnected: None,
        can_disconnect: true,
        check: CheckPanel::default(),
        kit: None,
        catalog_change: None,
        categories: cards(|_| ScopeState::Granted),
        facts: facts(),
        unneeded: Vec::new(),
        looks: Vec::new(),
        seen_from: None,
    }
}

fn partial() -> TenantStatus {
    let missing = [
        "okta.appGrants.manage",
        "okta.devices.read",
        "okta.roles.manage",
    ];
    let categories = cards(|id| {
        if missing.contains(&id) {
            ScopeState::Missing
        } else {
            ScopeState::Granted
        }
    });
    TenantStatus {
        verdict: verdict(
            Tone::Warn,
            "22 of 25 permissions are granted. Devices and Admin Roles are not backed up yet, Applications only in part.",
            "Everything else is running.",
        ),
        primary: PrimaryAction::Authorize,
        kit: Some(kit(&categories)),
        categories,
        unneeded: vec!["okta.brands.manage".into(), "okta.sessions.manage".into()],
        ..full()
    }
}

fn empty_grants() -> TenantStatus {
    let categories = cards(|_| ScopeState::Missing);
    TenantStatus {
        verdict: verdict(
            Tone::Bad,
            "None of the 25 permissions is granted, so nothing is backed up yet.",
            "Signing in worked; the app in Okta was given no API scopes.",
        ),
        primary: PrimaryAction::Authorize,
        kit: Some(Kit {
            duration: "about 5 minutes".into(),
            ..kit(&categories)
        }),
        categories,
        ..full()
    }
}

fn nothing_yet() -> TenantStatus {
    TenantStatus {
        verdict: verdict(
            Tone::Neutral,
            "Not connected yet. Two steps are left.",
            "The app in Okta, then signing in: about 9 minutes.",
        ),
        primary: PrimaryAction::Continue {
            label: "Continue onboarding".into(),
            href: "/onboarding/app".into(),
        },
        categories: unasked(),
        facts: Facts {
            signed_in: None,
            read_at: None,
            read_from: None,
            ends_at: None,
            client_id: None,
            ..facts()
        },
        ..full()
    }
}

fn unasked() -> Vec<CategoryCard> {
    let mut cards = cards(|_| ScopeState::Unrequested);
    for card in &mut cards {
        card.state = CategoryState::Unknown;
    }
    cards
}

fn refused() -> TenantStatus {
    let base = notice(
        Tone::Warn,
        "The last sign-in was refused, and nothing changed",
        "Charles Babbage tried to authorize again. Okta refused it because the app is not assigned to him.",
        "Only people assigned to the app can sign in with it.",
        &[
            "Sign in as Ada Byron, or assign the app to Charles Babbage in Okta.",
            "Then authorize again.",
        ],
    );
    let refusal = Notice {
        okta_said: Some("User is not assigned to the client application.".into()),
        reference: Some("7KQ4-M2XD".into()),
        happened: Some(when(
            "1 minute ago",
            "23 Nov 2026, 17:41 UTC",
            "2026-11-23T17:41:00Z",
        )),
        ..base
    };
    let page = partial();
    TenantStatus {
        notice: Some(refusal),
        unneeded: Vec::new(),
        ..page
    }
}

fn expired() -> TenantStatus {
    TenantStatus {
        verdict: verdict(
            Tone::Bad,
            "The connection has ended. Backups stopped 2 days ago.",
            "Okta ends every sign-in after 90 days. All 25 permissions are still granted to the app, so one sign-in starts it again.",
        ),
        ended: true,
        primary: PrimaryAction::Authorize,
        facts: ended_facts(),
        ..full()
    }
}

fn on_hold() -> TenantStatus {
    TenantStatus {
        on_hold: true,
        verdict: verdict(
            Tone::Neutral,
            "All 25 permissions are granted. Northvault now activates the connection.",
            "Everything is done on your side. Backups begin after the activation.",
        ),
        notice: Some(notice(
            Tone::Neutral,
            "Waiting for activation by Northvault",
            "Northvault looks at each new connection and activates it by hand. Until then none of Northvault's programs gets a token: nothing is backed up and nothing is changed.",
            "There is nothing for you to do.",
            &[],
        )),
        ..full()
    }
}

fn not_super_administrator() -> TenantStatus {
    let blocked = [
        "okta.roles.manage",
        "okta.policies.manage",
        "okta.networkZones.manage",
    ];
    let state = |id: &str| match id {
        _ if blocked.contains(&id) => ScopeState::BlockedByRole,
        "okta.captchas.manage" => ScopeState::Unavailable,
        _ => ScopeState::Granted,
    };
    TenantStatus {
        verdict: verdict(
            Tone::Warn,
            "All 25 permissions are granted, but 4 of them cannot be used.",
            "Backups run for everything else.",
        ),
        primary: PrimaryAction::Authorize,
        notice: Some(notice(
            Tone::Warn,
            "Ada Byron is not a Super Administrator",
            "Okta lets the app do no more than the person who signed in may do, and her role cannot reach administrators or policies.",
            "",
            &[
                "Have a Super Administrator assigned to the app in Okta.",
                "Let that person authorize again here.",
            ],
        )),
        categories: cards(state),
        ..full()
    }
}

fn unverified() -> TenantStatus {
    let facts = Facts {
        read_from: Some("From our own request; Okta's answer named no scopes".into()),
        ..facts()
    };
    TenantStatus {
        verdict: verdict(
            Tone::Neutral,
            "Connected, but Okta did not say which permissions it granted.",
            "25 were asked for. Until they are verified, read these as asked for, not as granted.",
        ),
        primary: PrimaryAction::Authorize,
        categories: cards(|_| ScopeState::Unverified),
        facts,
        ..full()
    }
}
