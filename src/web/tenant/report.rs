//! `/tenants/{tenant}/report.json` and `.csv`: for a security reviewer's file.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::signed_in_as;
use crate::domain::catalog::Catalog;
use crate::domain::grant_status::{CategoryStatus, ScopeStatus};
use crate::flows::{Status, StatusView};
use crate::web::actors::TenantAdministrator;
use crate::web::error::PageError;
use crate::web::pages::Report;
use crate::web::state::Site;
use crate::web::status_json::{StatusJson, written};
use crate::web::status_page::evidence;
use crate::web::status_page::report::report;

const COLUMNS: [&str; 10] = [
    "category",
    "category state",
    "permission",
    "scope",
    "access",
    "state",
    "why it is needed",
    "evidence",
    "Okta request id",
    "checked at",
];

/// The status as JSON, as programs read it too.
pub(in crate::web) async fn json(
    TenantAdministrator { tenant, .. }: TenantAdministrator,
    State(status): State<Status>,
    State(catalog): State<Arc<Catalog>>,
) -> Result<Response, PageError> {
    let view = status.read(tenant).await?;
    let report = StatusJson::of(tenant, &catalog, &view);
    Ok((as_file("json"), Json(report)).into_response())
}

/// Everything on one page, for printing.
pub(in crate::web) async fn page(
    actor: TenantAdministrator,
    State(site): State<Arc<Site>>,
    State(status): State<Status>,
    State(catalog): State<Arc<Catalog>>,
) -> Result<Report, PageError> {
    let view = status.read(actor.tenant).await?;
    let layout = site.layout_for("Report", signed_in_as(&actor.session, &view));
    Ok(report(
        layout,
        &site.vendor_name,
        &catalog,
        &view,
        actor.tenant,
    ))
}

/// One line per permission.
pub(in crate::web) async fn csv(
    TenantAdministrator { tenant, .. }: TenantAdministrator,
    State(status): State<Status>,
) -> Result<Response, PageError> {
    let view = status.read(tenant).await?;
    let text = table(&view).map_err(|_| PageError::status(StatusCode::INTERNAL_SERVER_ERROR))?;
    Ok((
        as_file("csv"),
        [(
            header::CONTENT_TYPE,
            "text/csv; charset=utf-8; header=present",
        )],
        text,
    )
        .into_response())
}

fn as_file(ending: &str) -> [(HeaderName, String); 1] {
    [(
        header::CONTENT_DISPOSITION,
        format!("attachment; filename=\"okta-permissions.{ending}\""),
    )]
}

fn table(view: &StatusView) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS)?;
    for category in view.grants.categories() {
        for scope in category.scopes() {
            writer.write_record(line(category, scope).map(harmless))?;
        }
    }
    writer
        .into_inner()
        .map_err(|error| error.into_error().into())
}

fn line(category: &CategoryStatus, scope: &ScopeStatus) -> [String; 10] {
    let permission = scope.permission();
    let found = scope.evidence();
    [
        category.category().name().to_owned(),
        category.state().code().to_owned(),
        permission.name().to_owned(),
        permission.id().to_owned(),
        match permission.access() {
            crate::domain::scope::Access::Read => "read".to_owned(),
            crate::domain::scope::Access::Manage => "manage".to_owned(),
        },
        scope.state().code().to_owned(),
        permission.does().to_owned(),
        found
            .map(|found| evidence::sentence(found, Some(permission)))
            .unwrap_or_default(),
        found
            .and_then(|found| found.request_id.clone())
            .unwrap_or_default(),
        found.map(|found| written(found.at)).unwrap_or_default(),
    ]
}

/// A cell that begins like a formula would be run by a spreadsheet (OWASP, CSV injection).
fn harmless(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}")
    } else {
        cell
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_run_by_a_spreadsheet() {
        assert_eq!(
            harmless("=HYPERLINK(\"x\")".to_owned()),
            "'=HYPERLINK(\"x\")"
        );
        assert_eq!(
            harmless("okta.users.manage".to_owned()),
            "okta.users.manage"
        );
    }
}
