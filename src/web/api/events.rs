//! `/api/v1/tenants/{tenant}/events`: the audit trail, without what is not for programs.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use super::auth::{AnyRole, Caller};
use super::input::{OfTenant, Parameters};
use super::page::PageParameters;
use super::problem::ApiProblem;
use crate::domain::audit::AuditEntry;
use crate::flows::Tenants;
use crate::web::status_json::written;

/// What is handed out of a line's detail. Texts that Okta wrote for people are not among it.
const SHOWN: [&str; 31] = [
    "added",
    "after",
    "before",
    "catalog",
    "cause",
    "client_id",
    "error",
    "from",
    "hand_offs",
    "granted",
    "link",
    "method",
    "name",
    "okta_request",
    "okta_user",
    "organization",
    "person",
    "purpose",
    "reason",
    "reference",
    "refused",
    "scope",
    "sessions",
    "since",
    "source",
    "state",
    "super_administrator",
    "times",
    "to",
    "trigger",
    "troubles",
];

/// One thing that happened.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Event)]
pub(super) struct EventJson {
    id: Uuid,
    #[schema(format = DateTime, example = "2026-11-25T09:12:00Z")]
    at: String,
    /// What was done.
    #[schema(example = "connection.connected")]
    action: String,
    actor: ActorJson,
    /// Facts of this action's own.
    #[schema(value_type = Object, example = json!({ "source": "token_response" }))]
    detail: Map<String, Value>,
}

/// Who did it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EventActor)]
pub(super) struct ActorJson {
    /// `administrator`, `link_holder`, `stranger`, `staff`, `api_key`, `command_line` or `service`.
    #[schema(example = "administrator")]
    kind: String,
    /// The id of the person, link or key.
    #[schema(required, example = "019353b8-6e50-7c3a-9d0e-5d0c1b2a3f4e")]
    id: Option<String>,
}

/// A page of events.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EventPage)]
pub(super) struct EventPageJson {
    events: Vec<EventJson>,
    /// Leads to the next page; null on the last one.
    #[schema(required)]
    next_cursor: Option<String>,
}

impl EventJson {
    fn of(entry: AuditEntry) -> Self {
        let detail = match entry.detail {
            Value::Object(detail) => detail,
            _ => Map::new(),
        };
        let is_shown = |(name, _): &(String, Value)| SHOWN.contains(&name.as_str());
        Self {
            id: entry.id,
            at: written(entry.at),
            action: entry.action,
            actor: ActorJson {
                kind: entry.actor_kind,
                id: entry.actor,
            },
            detail: detail.into_iter().filter(is_shown).collect(),
        }
    }
}

/// List what happened to a tenant
///
/// The audit trail, the latest first, page by page. It names people by their ids alone.
#[utoipa::path(
    get, path = "/api/v1/tenants/{tenant}/events", tag = "Status", operation_id = "list_events",
    params(("tenant" = Uuid, Path, description = "The tenant's id."), PageParameters),
    responses((status = 200, description = "A page of events.", body = EventPageJson)),
    extensions(("x-roles" = json!(["onboarding", "worker", "support"]))),
)]
pub(super) async fn list(
    _: Caller<AnyRole>,
    OfTenant(tenant): OfTenant,
    State(tenants): State<Tenants>,
    Parameters(page): Parameters<PageParameters>,
) -> Result<Json<EventPageJson>, ApiProblem> {
    let page = page.read()?;
    let found = tenants.events(tenant, page.before, page.wanted());
    let mut found = found.await?;
    let next_cursor = page.cut(&mut found, |entry| entry.id);
    Ok(Json(EventPageJson {
        events: found.into_iter().map(EventJson::of).collect(),
        next_cursor,
    }))
}
