//! Granting for the administrator, handing over, the colleague's pages, and the report.

use askama::Template;

use super::grants::facts;
use super::kit::{app_scopes, named};
use super::{checks, in_three_months, just_now, layout, signed_in_layout, when};
use crate::web::pages::{
    GrantForMe, GrantsDone, HandOff, NamedScope, RefusedGrant, Repair, RepairDone, Report,
    ReportCategory, ReportScope, TenantStatus,
};

const PATH: &str = "/tenants/0193a1c2-7b44-7c10-9a55-3f0e6d1b2c90";

pub fn samples() -> Vec<(&'static str, String)> {
    let pages = vec![
        ("grants", grants().render()),
        ("grants-done", done().render()),
        ("grants-refused", refused().render()),
        ("hand-off", hand_off().render()),
        ("repair", repair().render()),
        ("repair-sign-in-only", sign_in_only().render()),
        ("repair-done", repair_done(Vec::new()).render()),
        (
            "repair-done-in-part",
            repair_done(vec![named("okta.roles.manage")]).render(),
        ),
        ("report", report(&checks::works()).render()),
        ("report-mixed", report(&checks::mixed()).render()),
    ];
    let rendered = pages.into_iter();
    rendered
        .map(|(name, html)| (name, html.expect("a rendered page")))
        .collect()
}

fn missing() -> Vec<NamedScope> {
    [
        "okta.appGrants.manage",
        "okta.devices.read",
        "okta.roles.manage",
    ]
    .map(named)
    .to_vec()
}

fn grants() -> GrantForMe {
    GrantForMe {
        layout: signed_in_layout("Grant 3 permissions"),
        path: PATH.into(),
        organization_host: "acme.okta.com".into(),
        app: "0oa8x1y2z3ABCDEFG5d7".into(),
        scopes: missing(),
        signed_in: facts().signed_in,
    }
}

fn done() -> GrantsDone {
    GrantsDone {
        catalog_version: "3f2a9c01be77".into(),
        layout: signed_in_layout("Granted"),
        path: PATH.into(),
        organization_host: "acme.okta.com".into(),
        added: missing(),
        refused: None,
        untried: Vec::new(),
    }
}

fn refused() -> GrantsDone {
    GrantsDone {
        layout: signed_in_layout("Granted in part"),
        added: vec![named("okta.appGrants.manage")],
        refused: Some(RefusedGrant {
            scope: named("okta.devices.read"),
            why: "Okta lets only Super Administrators add grants.".into(),
            steps: vec!["Grant what is left by hand, in the Admin Console.".into()],
            okta_said: Some(
                "E0000006: You do not have permission to perform the requested action".into(),
            ),
        }),
        untried: vec![named("okta.roles.manage")],
        ..done()
    }
}

fn hand_off() -> HandOff {
    HandOff {
        layout: signed_in_layout("A link for your colleague"),
        path: PATH.into(),
        organization_host: "acme.okta.com".into(),
        link:
            "https://connect.northvault.example/onboard/q7Jt0mX2vB5nR8sW1kZ4cF6hL9pD3gYaE0uTiOoKxMs"
                .into(),
        expires: when(
            "in 72 hours",
            "26 Nov 2026, 17:40 UTC",
            "2026-11-26T17:40:00Z",
        ),
        scopes: missing(),
        reason: "I am not a Super Administrator. Could you grant these three?".into(),
    }
}

fn repair() -> Repair {
    Repair {
        link: "019a7c3e-5b1f-7d20-9e4b-0c1d2e3f4a5b".into(),
        catalog_version: "3f2a9c01be77".into(),
        layout: layout("Help with a connection to Okta"),
        vendor_account: "Acme Ltd".into(),
        organization_host: "acme.okta.com".into(),
        asked_by: "Ada Byron".into(),
        asked_by_email: "ada.byron@acme.example".into(),
        by_support: false,
        reason: "I am not a Super Administrator. Could you grant these three? <b>Thanks</b>".into(),
        app: "0oa8x1y2z3ABCDEFG5d7".into(),
        missing: missing(),
        place: app_scopes(),
        expires: in_three_months(),
    }
}

fn sign_in_only() -> Repair {
    Repair {
        by_support: true,
        reason: String::new(),
        missing: Vec::new(),
        ..repair()
    }
}

fn repair_done(missing: Vec<NamedScope>) -> RepairDone {
    let sentence = if missing.is_empty() {
        "All 25 permissions are granted now."
    } else {
        "24 of 25 permissions are granted now."
    };
    RepairDone {
        layout: layout("Thank you"),
        organization_host: "acme.okta.com".into(),
        asked_by: "Ada Byron".into(),
        sentence: sentence.into(),
        missing,
    }
}

fn report(page: &TenantStatus) -> Report {
    let categories = page.categories.iter().map(|card| ReportCategory {
        name: card.name.clone(),
        sentence: "What is backed up of it, in one sentence.".into(),
        state: card.state,
        count: card.count(),
        word: card.word(),
        scopes: card
            .scopes
            .iter()
            .map(|row| ReportScope {
                id: row.id.clone(),
                name: row.name.clone(),
                access: row.access,
                does: "Backs it up as it is, and restores it after a mistaken change.".into(),
                state: row.state,
                evidence: row.evidence.clone(),
                request_id: Some("aBcD1234efGh5678".into()),
                checked: row.checked.clone(),
            })
            .collect(),
    });
    Report {
        layout: signed_in_layout("Report"),
        path: PATH.into(),
        vendor_account: page.vendor_account.clone(),
        verdict: page.verdict.clone(),
        facts: page.facts.clone(),
        made: just_now(),
        checked: page.check.last.clone(),
        categories: categories.collect(),
        unneeded: vec![named("okta.brands.manage")],
    }
}
