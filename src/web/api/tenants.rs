//! `/api/v1/tenants`: makes, lists and shows tenants.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::auth::{Caller, Limited, Onboarding, OnboardingOrSupport};
use super::idempotency::{IdempotencyHeader, MadeAs};
use super::input::{Body, OfTenant, Parameters};
use super::page::PageParameters;
use super::problem::{ApiProblem, Kind};
use crate::domain::id::TenantId;
use crate::flows::{TenantError, TenantFilter, TenantListing, TenantRequest, Tenants};
use crate::web::status_json::{ConnectionStateJson, written};

/// A tenant to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewTenant)]
pub(super) struct NewTenantJson {
    /// The customer's name, as both sides know it.
    #[schema(example = "Acme Ltd", min_length = 1, max_length = 200)]
    name: String,
    /// The address of the customer's Okta organization. No other one can then be connected.
    #[schema(example = "acme.okta.com", min_length = 1, max_length = 300)]
    organization: String,
    /// Your own id of this customer. A second request with it gets the tenant that the first made.
    #[schema(example = "customer-4711", min_length = 1, max_length = 200)]
    external_id: Option<String>,
}

/// One tenant.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Tenant)]
pub(super) struct TenantJson {
    #[schema(value_type = Uuid)]
    id: TenantId,
    #[schema(example = "Acme Ltd")]
    name: String,
    #[schema(example = "customer-4711", required)]
    external_id: Option<String>,
    /// The organization that is connected, or else the one that the invitation names.
    #[schema(example = "https://acme.okta.com", format = "uri", required)]
    organization: Option<String>,
    connection: TenantConnectionJson,
    #[schema(format = DateTime, example = "2026-11-25T09:00:00Z")]
    created_at: String,
}

/// How a tenant's connection stands. The status says more.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TenantConnection)]
pub(super) struct TenantConnectionJson {
    state: ConnectionStateJson,
    /// Why it needs attention.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "sign_in_expired", nullable = false)]
    reason: Option<&'static str>,
    /// When an administrator first connected it.
    #[schema(format = DateTime, example = "2026-11-25T09:12:00Z", required)]
    connected_at: Option<String>,
}

/// A page of tenants.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TenantPage)]
pub(super) struct TenantPageJson {
    tenants: Vec<TenantJson>,
    /// Leads to the next page; null on the last one.
    #[schema(required)]
    next_cursor: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct TenantQuery {
    /// Beginnings of words, in capitals or not, each of which has to be there: of the name, the external
    /// id, the organization's address or id, the app's client ID, an administrator's e-mail address.
    #[param(max_length = 200, nullable = false, example = "acme corp")]
    query: Option<String>,
    /// Only connections in this state.
    #[param(nullable = false)]
    state: Option<ConnectionStateJson>,
}

impl TenantJson {
    pub(super) fn of(tenant: TenantListing) -> Self {
        let (_, reason) = tenant.state.to_columns();
        Self {
            id: tenant.id,
            name: tenant.name,
            external_id: tenant.external_id,
            organization: tenant.organization,
            connection: TenantConnectionJson {
                state: tenant.state.into(),
                reason,
                connected_at: tenant.connected_at.map(written),
            },
            created_at: written(tenant.created_at),
        }
    }
}

/// Make a tenant
///
/// A tenant is one customer. With an `external_id` that is known already, the tenant that has it is
/// answered as it is, with 200 instead of 201; with 409 when it belongs to another organization. Make a
/// link next, and send it to the customer.
#[utoipa::path(
    post, path = "/api/v1/tenants", tag = "Tenants", operation_id = "create_tenant",
    params(IdempotencyHeader),
    request_body = NewTenantJson,
    responses(
        (status = 201, description = "The tenant was made.", body = TenantJson,
         headers(("location" = String, description = "The tenant's address."))),
        (status = 200, description = "There is a tenant with this external_id already.", body = TenantJson,
         headers(("location" = String, description = "The tenant's address."))),
    ),
    extensions(("x-roles" = json!(["onboarding"]))),
)]
pub(super) async fn create(
    caller: Caller<Onboarding>,
    State(tenants): State<Tenants>,
    made_as: Option<Extension<MadeAs>>,
    Body(new): Body<NewTenantJson>,
) -> Result<Response, ApiProblem> {
    let request = TenantRequest {
        name: new.name,
        organization: new.organization,
        external_id: new.external_id,
        id: made_as.map(|Extension(MadeAs(id))| id),
    };
    let (tenant, is_new) = tenants.create(&request, caller.actor()).await?;
    let status = if is_new {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    let location = format!("/api/v1/tenants/{}", tenant.id);
    let headers = [(header::LOCATION, location)];
    Ok((status, headers, Json(TenantJson::of(tenant))).into_response())
}

/// List tenants
///
/// The latest first, page by page. A key that is limited to tenants sees those alone.
#[utoipa::path(
    get, path = "/api/v1/tenants", tag = "Tenants", operation_id = "list_tenants",
    params(TenantQuery, PageParameters),
    responses((status = 200, description = "A page of tenants.", body = TenantPageJson)),
    extensions(("x-roles" = json!(["onboarding", "support"]))),
)]
pub(super) async fn list(
    caller: Caller<Limited<OnboardingOrSupport>>,
    State(tenants): State<Tenants>,
    Parameters(wanted): Parameters<TenantQuery>,
    Parameters(page): Parameters<PageParameters>,
) -> Result<Json<TenantPageJson>, ApiProblem> {
    let page = page.read()?;
    let filter = TenantFilter {
        query: searched(wanted.query)?,
        state: wanted.state.map(ConnectionStateJson::name),
        before: page.before.map(TenantId::from_uuid),
        limits: caller.limits,
    };
    let mut found = tenants.list(&filter, page.wanted()).await?;
    let next_cursor = page.cut(&mut found, |tenant| tenant.id.as_uuid());
    Ok(Json(TenantPageJson {
        tenants: found.into_iter().map(TenantJson::of).collect(),
        next_cursor,
    }))
}

/// Show a tenant
#[utoipa::path(
    get, path = "/api/v1/tenants/{tenant}", tag = "Tenants", operation_id = "show_tenant",
    params(("tenant" = Uuid, Path, description = "The tenant's id.")),
    responses((status = 200, description = "The tenant.", body = TenantJson)),
    extensions(("x-roles" = json!(["onboarding", "support"]))),
)]
pub(super) async fn show(
    _: Caller<OnboardingOrSupport>,
    OfTenant(tenant): OfTenant,
    State(tenants): State<Tenants>,
) -> Result<Json<TenantJson>, ApiProblem> {
    Ok(Json(TenantJson::of(tenants.find(tenant).await?)))
}

/// What to look for; nothing when nothing was typed.
fn searched(query: Option<String>) -> Result<Option<String>, ApiProblem> {
    let Some(query) = query.filter(|query| !query.trim().is_empty()) else {
        return Ok(None);
    };
    if query.chars().count() > 200 || query.chars().any(char::is_control) {
        let detail = "query: at most 200 characters, none of them a control character.";
        return Err(ApiProblem::new(Kind::Malformed, detail));
    }
    Ok(Some(query.trim().to_owned()))
}

impl From<TenantError> for ApiProblem {
    fn from(error: TenantError) -> Self {
        match error {
            TenantError::Flow(error) => error.into(),
            TenantError::Name => Self::invalid("name", &error),
            TenantError::ExternalId => Self::invalid("external_id", &error),
            TenantError::Organization(problem) => Self::invalid("organization", &problem),
            TenantError::OtherOrganization { .. } => {
                Self::new(Kind::OtherOrganization, error.to_string())
            }
            TenantError::Lifetime => Self::invalid("expires_in_seconds", &error),
        }
    }
}
