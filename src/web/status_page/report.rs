//! The report on paper: the status page's facts, with every sentence and nothing to press.

use super::{cards, evidence, facts, kit, verdict};
use crate::domain::catalog::Catalog;
use crate::domain::grant_status::{CategoryStatus, ScopeStatus};
use crate::domain::id::TenantId;
use crate::flows::StatusView;
use crate::web::onboarding::page_access;
use crate::web::pages::{Layout, Report, ReportCategory, ReportScope};
use crate::web::when::when;

/// The report of `tenant`, made now.
pub(in crate::web) fn report(
    layout: Layout,
    vendor: &str,
    catalog: &Catalog,
    view: &StatusView,
    tenant: TenantId,
) -> Report {
    let cards = cards::of(view);
    let categories = view.grants.categories().iter().zip(&cards);
    Report {
        layout,
        path: format!("/tenants/{tenant}"),
        vendor_account: view.tenant_name.clone(),
        verdict: verdict::of(view, vendor),
        facts: facts(catalog, view),
        made: when(view.now, view.now),
        checked: view
            .checks
            .last
            .as_ref()
            .map(|last| when(last.at, view.now)),
        categories: categories
            .map(|(status, card)| ReportCategory {
                name: card.name.clone(),
                sentence: status.category().sentence().to_owned(),
                state: card.state,
                count: card.count(),
                word: card.word(),
                scopes: scopes(status, view),
            })
            .collect(),
        unneeded: kit::named(&view.grants, view.grants.unneeded()),
    }
}

fn scopes(status: &CategoryStatus, view: &StatusView) -> Vec<ReportScope> {
    status.scopes().map(|scope| line(scope, view)).collect()
}

fn line(status: &ScopeStatus, view: &StatusView) -> ReportScope {
    let permission = status.permission();
    let found = status.evidence();
    ReportScope {
        id: permission.id().to_owned(),
        name: permission.name().to_owned(),
        access: page_access(permission.access()),
        does: permission.does().to_owned(),
        state: cards::scope_state(status.state()),
        evidence: found.map(|found| evidence::sentence(found, Some(permission))),
        request_id: found.and_then(|found| found.request_id.clone()),
        checked: found.map(|found| when(found.at, view.now)),
    }
}
