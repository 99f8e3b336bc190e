//! `/api/v1/tenants/{tenant}/status`: what is granted, and what works.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;

use super::auth::{AnyRole, Caller};
use super::input::OfTenant;
use super::problem::ApiProblem;
use crate::domain::catalog::Catalog;
use crate::flows::Status;
use crate::web::status_json::StatusJson;

/// Shows what is granted and what works
///
/// Every permission of the catalog with its state and, after a check, what Okta answered. While a
/// check runs, `summary.check` says how far it is.
#[utoipa::path(
    get, path = "/api/v1/tenants/{tenant}/status", tag = "Status", operation_id = "show_status",
    params(("tenant" = Uuid, Path, description = "The tenant's id.")),
    responses((status = 200, description = "The tenant's status.", body = StatusJson)),
    extensions(("x-roles" = json!(["onboarding", "worker", "support"]))),
)]
pub(super) async fn show(
    _: Caller<AnyRole>,
    OfTenant(tenant): OfTenant,
    State(status): State<Status>,
    State(catalog): State<Arc<Catalog>>,
) -> Result<Json<StatusJson>, ApiProblem> {
    let view = status.read(tenant).await?;
    Ok(Json(StatusJson::of(tenant, &catalog, &view)))
}
