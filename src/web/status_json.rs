//! A tenant's status as data: the shape that the report and programs read. Times are RFC 3339, in UTC.

use serde::Serialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::domain::catalog::Catalog;
use crate::domain::check::Evidence;
use crate::domain::grant_status::{CategoryState, CategoryStatus, ScopeState, ScopeStatus};
use crate::domain::id::TenantId;
use crate::domain::scope::Access;
use crate::flows::StatusView;

/// All of it.
#[derive(Debug, Serialize)]
pub(super) struct StatusJson {
    tenant: TenantJson,
    connection: ConnectionJson,
    catalog: CatalogJson,
    summary: SummaryJson,
    categories: Vec<CategoryJson>,
    unneeded_scopes: Vec<String>,
}

#[derive(Debug, Serialize)]
struct TenantJson {
    id: TenantId,
    name: String,
}

#[derive(Debug, Serialize)]
struct ConnectionJson {
    kind: &'static str,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    organization: Option<String>,
    organization_id: Option<String>,
    client_id: Option<String>,
    signed_in_at: Option<String>,
    sign_in_ends_at: Option<String>,
}

#[derive(Debug, Serialize)]
struct CatalogJson {
    version: String,
    /// The version that the latest authorization agreed to.
    accepted_version: Option<String>,
}

#[derive(Debug, Serialize)]
struct SummaryJson {
    total: usize,
    granted: usize,
    effective: usize,
    missing: usize,
    /// While a check runs: how far it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    check: Option<CheckJson>,
    last_checked_at: Option<String>,
}

#[derive(Debug, Serialize)]
struct CheckJson {
    done: usize,
    total: usize,
}

#[derive(Debug, Serialize)]
struct CategoryJson {
    id: String,
    name: String,
    state: CategoryState,
    scopes: Vec<ScopeJson>,
}

#[derive(Debug, Serialize)]
pub(super) struct ScopeJson {
    id: String,
    access: Access,
    state: ScopeState,
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<EvidenceJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    checked_at: Option<String>,
}

/// What Okta answered. Never a body.
#[derive(Debug, Serialize)]
struct EvidenceJson {
    finding: &'static str,
    endpoint: String,
    status: Option<u16>,
    code: Option<String>,
    okta_request_id: Option<String>,
}

impl StatusJson {
    pub(super) fn of(tenant: TenantId, catalog: &Catalog, view: &StatusView) -> Self {
        let authorization = view.authorization.as_ref();
        let (state, reason) = view.connection.state.to_columns();
        let organization = view.connection.organization.as_ref();
        Self {
            tenant: TenantJson {
                id: tenant,
                name: view.tenant_name.clone(),
            },
            connection: ConnectionJson {
                kind: "user",
                state,
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
        state: status.state(),
        scopes: status.scopes().map(scope).collect(),
    }
}

fn scope(status: &ScopeStatus) -> ScopeJson {
    ScopeJson {
        id: status.scope().to_string(),
        access: status.permission().access(),
        state: status.state(),
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
