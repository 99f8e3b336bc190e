//! The status on paper, for a security reviewer's file.

use super::{cards, evidence, facts, verdict};
use crate::domain::catalog::Catalog;
use crate::domain::grant_status::{CategoryStatus, ScopeStatus};
use crate::domain::id::TenantId;
use crate::flows::StatusView;
use crate::web::onboarding::page_access;
use crate::web::pages::{
    CategoryCard, NamedScope, Report, ReportCategory, ReportScope, ScopeRow, SignedIn,
};
use crate::web::state::Site;
use crate::web::when::when;
use time::OffsetDateTime;

/// The report of `tenant` for whoever is signed in.
#[cfg_attr(
    not(test),
    expect(dead_code, reason = "its address is opened separately")
)]
pub(in crate::web) fn report(
    site: &Site,
    catalog: &Catalog,
    view: &StatusView,
    tenant: TenantId,
    signed_in: SignedIn,
) -> Report {
    let statuses = view.grants.categories().iter();
    let categories = statuses.zip(cards::of(view));
    Report {
        layout: site.layout_for("Report", signed_in),
        path: format!("/tenants/{tenant}"),
        vendor_account: view.tenant_name.clone(),
        verdict: verdict::of(view, &site.vendor_name),
        facts: facts(catalog, view),
        made: when(view.now, view.now),
        checked: view
            .checks
            .last
            .as_ref()
            .map(|last| when(last.at, view.now)),
        categories: categories
            .map(|(status, card)| category(status, &card, view.now))
            .collect(),
        unneeded: view.grants.unneeded().iter().map(unneeded).collect(),
    }
}

fn category(status: &CategoryStatus, card: &CategoryCard, now: OffsetDateTime) -> ReportCategory {
    let scopes = status.scopes().zip(&card.scopes);
    ReportCategory {
        name: card.name.clone(),
        sentence: status.category().sentence().to_owned(),
        state: card.state,
        count: card.count(),
        word: card.word(),
        scopes: scopes
            .map(|(status, row)| scope(status, row, now))
            .collect(),
    }
}

fn scope(status: &ScopeStatus, row: &ScopeRow, now: OffsetDateTime) -> ReportScope {
    let permission = status.permission();
    let found = status.evidence();
    ReportScope {
        id: row.id.clone(),
        name: row.name.clone(),
        access: page_access(permission.access()),
        does: permission.does().to_owned(),
        state: row.state,
        evidence: found.map(|found| evidence::sentence(found, Some(permission))),
        request_id: found.and_then(|found| found.request_id.clone()),
        checked: found.map(|found| when(found.at, now)),
    }
}

fn unneeded(scope: &crate::domain::scope::Scope) -> NamedScope {
    NamedScope {
        id: scope.to_string(),
        name: scope.to_string(),
    }
}
