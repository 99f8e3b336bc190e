//! `/api/v1/tenants/{tenant}/status` and `…/checks`: what is granted, and what works.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::auth::{AnyRole, Caller, OnboardingOrSupport};
use super::idempotency::IdempotencyHeader;
use super::input::OfTenant;
use super::problem::ApiProblem;
use crate::domain::catalog::Catalog;
use crate::domain::connection::ConnectionState;
use crate::flows::{Checks, Status, Tenants};
use crate::web::status_json::StatusJson;

/// Show what is granted and what works
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

/// A check that was asked for.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RequestedCheck)]
pub(super) struct RequestedCheckJson {
    /// Shows how far the check is, and what it finds.
    #[schema(
        format = "uri-reference",
        example = "/api/v1/tenants/019353b8-6e50-7c3a-9d0e-5d0c1b2a3f4e/status"
    )]
    status: String,
}

/// Start a check
///
/// A check asks Okta, by reading alone, what each granted permission can really do. One that waits is
/// moved up, and one that runs is left alone. The status shows its progress. Half a minute lies between
/// two: asked for sooner, the answer is 429 and names the wait.
#[utoipa::path(
    post, path = "/api/v1/tenants/{tenant}/checks", tag = "Status", operation_id = "start_check",
    params(("tenant" = Uuid, Path, description = "The tenant's id."), IdempotencyHeader),
    responses(
        (status = 202, description = "The check will begin within seconds.", body = RequestedCheckJson,
         headers(("location" = String, description = "The status's address."))),
    ),
    extensions(("x-roles" = json!(["onboarding", "support"]))),
)]
pub(super) async fn check(
    caller: Caller<OnboardingOrSupport>,
    OfTenant(tenant): OfTenant,
    State(tenants): State<Tenants>,
    State(checks): State<Checks>,
) -> Result<Response, ApiProblem> {
    match tenants.find(tenant).await?.state {
        ConnectionState::Pending | ConnectionState::Disconnected => {
            return Err(ApiProblem::not_connected());
        }
        _ => checks.request(tenant, caller.actor()).await?,
    }
    let status = format!("/api/v1/tenants/{tenant}/status");
    let headers = [(header::LOCATION, status.clone())];
    let body = Json(RequestedCheckJson { status });
    Ok((StatusCode::ACCEPTED, headers, body).into_response())
}
