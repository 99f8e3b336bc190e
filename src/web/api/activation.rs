//! `/api/v1/tenants/{tenant}/activation`: what the vendor does to a connection.

use axum::Json;
use axum::extract::State;

use super::auth::{Caller, Onboarding};
use super::input::OfTenant;
use super::problem::ApiProblem;
use super::tenants::TenantJson;
use crate::domain::connection::ConnectionState;
use crate::flows::{Activation, Tenants};

/// Activate a connection
///
/// Where new connections wait for you (`GRANTWAY_HOLD_NEW_CONNECTIONS`), workers get no access token
/// until this call. A connection that is not on hold stays as it is, so the call can be repeated.
#[utoipa::path(
    post, path = "/api/v1/tenants/{tenant}/activation", tag = "Connection", operation_id = "activate_connection",
    params(("tenant" = Uuid, Path, description = "The tenant's id.")),
    responses(
        (status = 200, description = "The connection is not on hold any more.", body = TenantJson),
    ),
    extensions(("x-roles" = json!(["onboarding"])), ("x-problems" = json!([409]))),
)]
pub(super) async fn activate(
    caller: Caller<Onboarding>,
    OfTenant(tenant): OfTenant,
    State(activation): State<Activation>,
    State(tenants): State<Tenants>,
) -> Result<Json<TenantJson>, ApiProblem> {
    activation.activate(tenant, caller.actor()).await?;
    let tenant = tenants.find(tenant).await?;
    match tenant.state {
        ConnectionState::Pending | ConnectionState::Disconnected => {
            Err(ApiProblem::not_connected())
        }
        _ => Ok(Json(TenantJson::of(tenant))),
    }
}
