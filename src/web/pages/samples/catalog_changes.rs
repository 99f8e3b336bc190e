//! The status page after the vendor changed what it asks for.

use askama::Template;

use super::checks::{checked, checked_cards, works};
use super::kit::{kit, named};
use super::status::{full, verdict};
use crate::web::pages::{
    CatalogChange, PrimaryAction, RewordedScope, ScopeState, TenantStatus, Tone, WantedScope,
};

pub fn samples() -> Vec<(&'static str, String)> {
    let pages = vec![
        ("status-catalog-change", catalog_change()),
        ("status-catalog-reworded", catalog_reworded()),
    ];
    let rendered = pages.into_iter();
    rendered
        .map(|(name, page)| (name, page.render().expect("a rendered page")))
        .collect()
}

fn wanted(id: &str, category: &str, does: &str) -> WantedScope {
    WantedScope {
        scope: named(id),
        category: category.into(),
        does: does.into(),
    }
}

fn catalog_change() -> TenantStatus {
    let added = ["okta.devices.read", "okta.captchas.manage"];
    let categories = checked_cards(|id| added.contains(&id).then_some(ScopeState::Unrequested));
    TenantStatus {
        verdict: verdict(
            Tone::Warn,
            "22 of 25 permissions work. Devices is not backed up yet, Security only in part.",
            "Whether “MFA factor enrolments” works, no answer of Okta can tell.",
        ),
        primary: PrimaryAction::Authorize,
        check: checked(),
        kit: Some(kit(&categories)),
        catalog_change: Some(CatalogChange {
            from_version: "5f1c9a2".into(),
            to_version: "8be0d41".into(),
            wanted: vec![
                wanted(
                    "okta.devices.read",
                    "Devices",
                    "Backs up registered devices and whom they belong to.",
                ),
                wanted(
                    "okta.captchas.manage",
                    "Security",
                    "Backs up CAPTCHA settings, and restores them after a mistaken change.",
                ),
            ],
            dropped: vec![named("okta.clients.read")],
            reworded: vec![RewordedScope {
                scope: named("okta.logs.read"),
                before: "Reads the system log.".into(),
                after: "Reads the system log, to tell who changed what between two backups.".into(),
            }],
            ..CatalogChange::default()
        }),
        categories,
        ..full()
    }
}

fn catalog_reworded() -> TenantStatus {
    let change = catalog_change().catalog_change.unwrap_or_default();
    TenantStatus {
        catalog_change: Some(CatalogChange {
            wanted: Vec::new(),
            dropped: Vec::new(),
            covered: vec![wanted("okta.groups.read", "Groups", "Backs up groups.")],
            ..change
        }),
        ..works()
    }
}
