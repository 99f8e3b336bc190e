//! `GET /support/tenants/{tenant}/customer-view`: the customer's page as it is, with everything on it
//! that could be pressed switched off.

use std::sync::Arc;

use axum::extract::State;

use super::visitor::Visitor;
use crate::domain::catalog::Catalog;
use crate::flows::Status;
use crate::web::error::PageError;
use crate::web::pages::TenantStatus;
use crate::web::state::Site;
use crate::web::status_page::present;

pub(super) async fn show(
    visitor: Visitor,
    State(site): State<Arc<Site>>,
    State(catalog): State<Arc<Catalog>>,
    State(status): State<Status>,
) -> Result<TenantStatus, PageError> {
    let view = status.read(visitor.tenant).await?;
    Ok(TenantStatus {
        seen_from: Some(visitor.path()),
        ..present(&site, &catalog, &view, visitor.tenant, None)
    })
}
