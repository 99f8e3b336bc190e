//! A tenant's status as data: the shape that the report and programs read. Times are RFC 3339, in UTC.

mod states;

use serde::Serialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use utoipa::ToSchema;

pub(super) use states::{AccessJson, CategoryStateJson, ConnectionStateJson, ScopeStateJson};

use super::words;
use crate::domain::catalog::Catalog;
use crate::domain::check::Evidence;
use crate::domain::grant_status::{CategoryStatus, ScopeState, ScopeStatus};
use crate::domain::id::TenantId;
use crate::flows::StatusView;

/// All of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Status)]
pub(super) struct StatusJson {
    tenant: TenantJson,
    connection: ConnectionJson,
    catalog: CatalogJson,
    summary: SummaryJson,
    categories: Vec<CategoryJson>,
    unneeded_scopes: Vec<String>,
}

/// The tenant.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StatusTenant)]
struct TenantJson {
    #[schema(value_type = Uuid)]
    id: TenantId,
    #[schema(example = "Acme Ltd")]
    name: String,
}

/// How the organization is reached, and in which state that is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StatusConnection)]
struct ConnectionJson {
    /// `user`: an administrator signed in, and a refresh token keeps the access alive.
    #[schema(example = "user")]
    kind: &'static str,
    state: ConnectionStateJson,
    /// Why it needs attention.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "sign_in_expired", nullable = false)]
    reason: Option<&'static str>,
    #[schema(example = "https://acme.okta.com", format = "uri", required)]
    organization: Option<String>,
    /// Okta's id of the organization.
    #[schema(example = "00o1a2b3c4D5e6F7g8h9", required)]
    organization_id: Option<String>,
    /// The application in the organization.
    #[schema(example = "0oa1a2b3c4D5e6F7g8h9", required)]
    client_id: Option<String>,
    /// When an administrator last authorized.
    #[schema(format = DateTime, example = "2026-11-25T09:12:00Z", required)]
    signed_in_at: Option<String>,
    /// When that ends by itself: 90 days later at Okta.
    #[schema(format = DateTime, example = "2027-02-23T09:12:00Z", required)]
    sign_in_ends_at: Option<String>,
    /// While the tokens cannot be renewed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    renewal: Option<RenewalJson>,
}

/// Why the tokens cannot be renewed, and what comes next.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StatusRenewal)]
struct RenewalJson {
    #[schema(example = "wrong_secret")]
    failure: &'static str,
    #[schema(format = DateTime, example = "2026-11-25T09:12:00Z")]
    failing_since: String,
    /// `null` when only a new sign-in helps.
    #[schema(format = DateTime, example = "2026-11-25T10:12:00Z", required)]
    next_try_at: Option<String>,
    /// A sentence for whoever supports the customer.
    explanation: &'static str,
}

/// Which permissions the states are about.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StatusCatalog)]
struct CatalogJson {
    #[schema(example = "2b1d0f3a9c47")]
    version: String,
    /// The version that the latest authorization agreed to.
    #[schema(example = "2b1d0f3a9c47", required)]
    accepted_version: Option<String>,
}

/// The permissions counted.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StatusSummary)]
struct SummaryJson {
    total: usize,
    granted: usize,
    effective: usize,
    missing: usize,
    /// While a check runs: how far it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    check: Option<CheckJson>,
    #[schema(format = DateTime, example = "2026-11-25T09:14:00Z", required)]
    last_checked_at: Option<String>,
}

/// How far a check is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RunningCheck)]
struct CheckJson {
    done: usize,
    total: usize,
}

/// A group of permissions.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StatusCategory)]
struct CategoryJson {
    #[schema(example = "users")]
    id: String,
    #[schema(example = "Users")]
    name: String,
    state: CategoryStateJson,
    scopes: Vec<ScopeJson>,
}

/// One permission.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StatusScope)]
pub(super) struct ScopeJson {
    #[schema(example = "okta.users.manage")]
    id: String,
    access: AccessJson,
    state: ScopeStateJson,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    evidence: Option<EvidenceJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime, nullable = false, example = "2026-11-25T09:14:00Z")]
    checked_at: Option<String>,
}

/// What Okta answered. Never a body.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Evidence)]
struct EvidenceJson {
    /// What follows from the answer.
    #[schema(example = "effective")]
    finding: &'static str,
    /// What was asked.
    #[schema(example = "GET /api/v1/users?limit=1")]
    endpoint: String,
    #[schema(example = 200, required)]
    status: Option<u16>,
    /// Okta's error code.
    #[schema(example = "E0000006", required)]
    code: Option<String>,
    /// By which Okta's support finds the request.
    #[schema(required)]
    okta_request_id: Option<String>,
}

impl StatusJson {
    pub(super) fn of(tenant: TenantId, catalog: &Catalog, view: &StatusView) -> Self {
        let authorization = view.authorization.as_ref();
        let (_, reason) = view.connection.state.to_columns();
        let organization = view.connection.organization.as_ref();
        Self {
            tenant: TenantJson {
                id: tenant,
                name: view.tenant_name.clone(),
            },
            connection: ConnectionJson {
                kind: "user",
                state: view.connection.state.into(),
                reason,
                organization: organization.map(|organization| organization.origin.to_string()),
                organization_id: organization.map(|organization| organization.id.to_string()),
                client_id: view
                    .connection
                    .app
                    .as_ref()
                    .map(|app| app.client_id.to_string()),
                signed_in_at: authorization.map(|facts| written(facts.at)),
                sign_in_ends_at: authorization
                    .and_then(|facts| facts.refresh_expires_at)
                    .map(written),
                renewal: renewal(view),
            },
            catalog: CatalogJson {
                version: catalog.version().to_owned(),
                accepted_version: authorization.map(|facts| facts.catalog_version.clone()),
            },
            summary: summary(view),
            categories: view.grants.categories().iter().map(category).collect(),
            unneeded_scopes: view
                .grants
                .unneeded()
                .iter()
                .map(ToString::to_string)
                .collect(),
        }
    }
}

fn renewal(view: &StatusView) -> Option<RenewalJson> {
    let standing = view.tokens?.standing?;
    let (kind, since) = standing.failing?;
    Some(RenewalJson {
        failure: kind.code(),
        failing_since: written(since),
        next_try_at: standing.due_at.map(written),
        explanation: words::of_renewal(kind).support,
    })
}

fn summary(view: &StatusView) -> SummaryJson {
    let of = |state| {
        view.grants
            .scopes()
            .filter(|scope| scope.state() == state)
            .count()
    };
    SummaryJson {
        total: view.grants.total(),
        granted: view.grants.granted_count(),
        effective: of(ScopeState::Effective),
        missing: of(ScopeState::Missing),
        check: view.checks.open.map(|open| CheckJson {
            done: open.done,
            total: open.total,
        }),
        last_checked_at: view.checks.last.as_ref().map(|last| written(last.at)),
    }
}

fn category(status: &CategoryStatus) -> CategoryJson {
    CategoryJson {
        id: status.category().id().to_owned(),
        name: status.category().name().to_owned(),
        state: status.state().into(),
        scopes: status.scopes().map(scope).collect(),
    }
}

fn scope(status: &ScopeStatus) -> ScopeJson {
    ScopeJson {
        id: status.scope().to_string(),
        access: status.permission().access().into(),
        state: status.state().into(),
        evidence: status.evidence().map(evidence),
        checked_at: status.evidence().map(|evidence| written(evidence.at)),
    }
}

fn evidence(evidence: &Evidence) -> EvidenceJson {
    EvidenceJson {
        finding: evidence.finding.code(),
        endpoint: evidence.endpoint.clone(),
        status: evidence.status,
        code: evidence.code.clone(),
        okta_request_id: evidence.request_id.clone(),
    }
}

pub(super) fn written(at: OffsetDateTime) -> String {
    at.replace_nanosecond(0)
        .unwrap_or(at)
        .format(&Rfc3339)
        .unwrap_or_default()
}
