//! What was sent to an endpoint, a trial, and sending again.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::OfWebhook;
use crate::domain::id::TenantId;
use crate::domain::webhook::DeliveryState;
use crate::flows::{DeliveryFilter, DeliveryRecord, Replay, SendProblem, Trial, Webhooks};
use crate::web::api::auth::{Caller, Onboarding};
use crate::web::api::idempotency::IdempotencyHeader;
use crate::web::api::input::{Body, Parameters};
use crate::web::api::page::PageParameters;
use crate::web::api::problem::{ApiProblem, Kind};
use crate::web::status_json::written;

/// How a trial ended.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WebhookTrial)]
pub(in crate::web::api) struct TrialJson {
    delivered: bool,
    /// The HTTP status of the answer; null when there was none.
    #[schema(required, example = 204)]
    status: Option<u16>,
    /// Why there was none.
    #[schema(required, example = "unreachable")]
    problem: Option<&'static str>,
}

/// One event for one endpoint.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WebhookDelivery)]
pub(in crate::web::api) struct DeliveryJson {
    /// The event's id, which is the message's `webhook-id`.
    event: Uuid,
    #[schema(example = "connection.connected")]
    r#type: String,
    /// Null for what concerns no tenant by itself.
    #[schema(value_type = Option<Uuid>, required)]
    tenant: Option<TenantId>,
    #[schema(format = DateTime)]
    at: String,
    state: DeliveryStateJson,
    #[schema(minimum = 0)]
    attempts: u32,
    #[schema(format = DateTime, required)]
    last_attempt_at: Option<String>,
    #[schema(required, example = 503)]
    last_status: Option<u16>,
    #[schema(required, example = "timed_out")]
    last_problem: Option<String>,
}

/// `dead`: given up, until it is replayed.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = WebhookDeliveryState)]
pub(in crate::web::api) enum DeliveryStateJson {
    Waiting,
    Delivered,
    Dead,
}

/// A page of deliveries.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WebhookDeliveryPage)]
pub(in crate::web::api) struct DeliveryPageJson {
    deliveries: Vec<DeliveryJson>,
    /// Leads to the next page; null on the last one.
    #[schema(required)]
    next_cursor: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::web::api) struct DeliveryQuery {
    /// Only deliveries in this state.
    #[param(nullable = false)]
    state: Option<DeliveryStateJson>,
}

/// What to send again: exactly one of the three.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WebhookReplay)]
pub(in crate::web::api) struct ReplayJson {
    /// This event.
    event: Option<Uuid>,
    /// `true`: all that were given up.
    dead: Option<bool>,
    /// All since then, those that came while the webhook was disabled included.
    #[schema(format = DateTime, example = "2026-11-25T08:00:00Z")]
    since: Option<String>,
}

/// What was sent on its way.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WebhookReplayed)]
pub(in crate::web::api) struct ReplayedJson {
    /// How many events.
    #[schema(minimum = 0)]
    replayed: u64,
}

impl From<DeliveryState> for DeliveryStateJson {
    fn from(state: DeliveryState) -> Self {
        match state {
            DeliveryState::Waiting => Self::Waiting,
            DeliveryState::Delivered => Self::Delivered,
            DeliveryState::Dead => Self::Dead,
        }
    }
}

impl From<DeliveryStateJson> for DeliveryState {
    fn from(state: DeliveryStateJson) -> Self {
        match state {
            DeliveryStateJson::Waiting => Self::Waiting,
            DeliveryStateJson::Delivered => Self::Delivered,
            DeliveryStateJson::Dead => Self::Dead,
        }
    }
}

impl From<DeliveryRecord> for DeliveryJson {
    fn from(delivery: DeliveryRecord) -> Self {
        Self {
            event: delivery.event,
            r#type: delivery.kind,
            tenant: delivery.tenant,
            at: written(delivery.at),
            state: delivery.state.into(),
            attempts: delivery.attempts,
            last_attempt_at: delivery.last_attempt_at.map(written),
            last_status: delivery.last_status,
            last_problem: delivery.last_problem,
        }
    }
}

impl From<Trial> for TrialJson {
    fn from(trial: Trial) -> Self {
        Self {
            delivered: trial.is_delivered(),
            status: trial.answer.ok(),
            problem: trial.answer.err().map(SendProblem::code),
        }
    }
}

impl ReplayJson {
    fn read(&self) -> Result<Replay, ApiProblem> {
        match (self.event, self.dead, &self.since) {
            (Some(event), None, None) => Ok(Replay::Event(event)),
            (None, Some(true), None) => Ok(Replay::Dead),
            (None, None, Some(since)) => OffsetDateTime::parse(since, &Rfc3339)
                .map(Replay::Since)
                .map_err(|_| {
                    ApiProblem::invalid("since", "is no moment such as 2026-11-25T08:00:00Z")
                }),
            _ => Err(ApiProblem::new(
                Kind::Invalid,
                "Name exactly one of event, dead (true) and since.",
            )),
        }
    }
}

/// Tries a webhook
///
/// Sends a message of the type `webhook.test` now, past everything that waits, and tells how it was
/// answered.
#[utoipa::path(
    post, path = "/api/v1/webhooks/{webhook}/test", tag = "Webhooks", operation_id = "test_webhook",
    params(("webhook" = Uuid, Path, description = "The webhook's id."), IdempotencyHeader),
    responses((status = 200, description = "How it was answered.", body = TrialJson)),
    extensions(("x-roles" = json!(["onboarding"]))),
)]
pub(in crate::web::api) async fn test(
    caller: Caller<Onboarding>,
    OfWebhook(webhook): OfWebhook,
    State(webhooks): State<Webhooks>,
) -> Result<Json<TrialJson>, ApiProblem> {
    Ok(Json(webhooks.test(webhook, caller.actor()).await?.into()))
}

/// Lists a webhook's deliveries
///
/// The latest events first, page by page.
#[utoipa::path(
    get, path = "/api/v1/webhooks/{webhook}/deliveries", tag = "Webhooks", operation_id = "list_webhook_deliveries",
    params(("webhook" = Uuid, Path, description = "The webhook's id."), DeliveryQuery, PageParameters),
    responses((status = 200, description = "A page of deliveries.", body = DeliveryPageJson)),
    extensions(("x-roles" = json!(["onboarding"]))),
)]
pub(in crate::web::api) async fn list(
    _: Caller<Onboarding>,
    OfWebhook(webhook): OfWebhook,
    State(webhooks): State<Webhooks>,
    Parameters(wanted): Parameters<DeliveryQuery>,
    Parameters(page): Parameters<PageParameters>,
) -> Result<Json<DeliveryPageJson>, ApiProblem> {
    let page = page.read()?;
    let filter = DeliveryFilter {
        state: wanted.state.map(DeliveryState::from),
        before: page.before,
    };
    let mut found = webhooks.deliveries(webhook, filter, page.wanted()).await?;
    let next_cursor = page.cut(&mut found, |delivery| delivery.event);
    Ok(Json(DeliveryPageJson {
        deliveries: found.into_iter().map(DeliveryJson::from).collect(),
        next_cursor,
    }))
}

/// Sends events again
///
/// They go out after those that wait, in their own order, with the same ids. Events are kept for 30
/// days.
#[utoipa::path(
    post, path = "/api/v1/webhooks/{webhook}/replays", tag = "Webhooks", operation_id = "replay_webhook",
    params(("webhook" = Uuid, Path, description = "The webhook's id."), IdempotencyHeader),
    request_body = ReplayJson,
    responses((status = 202, description = "They are on their way.", body = ReplayedJson)),
    extensions(("x-roles" = json!(["onboarding"]))),
)]
pub(in crate::web::api) async fn replay(
    caller: Caller<Onboarding>,
    OfWebhook(webhook): OfWebhook,
    State(webhooks): State<Webhooks>,
    Body(what): Body<ReplayJson>,
) -> Result<(StatusCode, Json<ReplayedJson>), ApiProblem> {
    let what = what.read()?;
    let replayed = webhooks.replay(webhook, what, caller.actor()).await?;
    Ok((StatusCode::ACCEPTED, Json(ReplayedJson { replayed })))
}
