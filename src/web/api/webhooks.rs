//! `/api/v1/webhooks`: the endpoints that are told of events.

pub(super) mod deliveries;

use axum::Json;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::auth::{Caller, Onboarding};
use super::idempotency::IdempotencyHeader;
use super::input::Body;
use super::problem::{ApiProblem, Kind};
use crate::domain::id::EndpointId;
use crate::flows::{EndpointRecord, EndpointRequest, NewSecret, WebhookError, Webhooks, disclose};
use crate::web::status_json::written;

const NO_WEBHOOK: &str = "No webhook has this id. GET /api/v1/webhooks lists those that exist.";

/// An endpoint to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewWebhook)]
pub(super) struct NewWebhookJson {
    /// Where messages are sent: `https` at a public name.
    #[schema(
        example = "https://hooks.example.com/grantway",
        min_length = 1,
        max_length = 1000
    )]
    url: String,
    /// Only events of these types; all when left out.
    #[schema(example = json!(["connection.needs_attention"]))]
    events: Option<Vec<String>>,
    /// What it is for.
    #[schema(example = "billing", max_length = 200)]
    description: Option<String>,
}

/// An endpoint with its secret.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WebhookSecret)]
pub(super) struct WebhookSecretJson {
    #[schema(value_type = Uuid)]
    id: EndpointId,
    /// Verifies messages (Standard Webhooks); shown this once.
    #[schema(example = "whsec_…")]
    secret: String,
}

/// An endpoint without its secret.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Webhook)]
pub(super) struct WebhookJson {
    #[schema(value_type = Uuid)]
    id: EndpointId,
    #[schema(format = "uri", example = "https://hooks.example.com/grantway")]
    url: String,
    description: String,
    /// Null for all.
    #[schema(required)]
    events: Option<Vec<String>>,
    enabled: bool,
    /// `asked`, `gone` (it answered 410) or `failing` (nothing but failures for five days).
    #[schema(required, example = "failing")]
    disabled_reason: Option<&'static str>,
    #[schema(format = DateTime, required)]
    failing_since: Option<String>,
    /// Deliveries that wait.
    #[schema(minimum = 0)]
    waiting: i64,
    /// Deliveries that were given up.
    #[schema(minimum = 0)]
    dead: i64,
    #[schema(format = DateTime)]
    created_at: String,
}

/// All endpoints.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WebhookList)]
pub(super) struct WebhookListJson {
    webhooks: Vec<WebhookJson>,
}

/// The endpoint of the path. What cannot be an id is as little there as an id of nothing.
#[derive(Debug)]
pub(super) struct OfWebhook(pub EndpointId);

#[derive(Deserialize)]
struct WebhookPath {
    webhook: EndpointId,
}

impl<S: Send + Sync> FromRequestParts<S> for OfWebhook {
    type Rejection = ApiProblem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let read = Path::<WebhookPath>::from_request_parts(parts, state).await;
        read.map(|Path(path)| Self(path.webhook))
            .map_err(|_| ApiProblem::new(Kind::NotFound, NO_WEBHOOK))
    }
}

impl From<EndpointRecord> for WebhookJson {
    fn from(endpoint: EndpointRecord) -> Self {
        Self {
            id: endpoint.id,
            url: endpoint.url,
            description: endpoint.description,
            events: endpoint.event_types,
            enabled: endpoint.disabled.is_none(),
            disabled_reason: endpoint.disabled.map(|(_, reason)| reason.code()),
            failing_since: endpoint.failing_since.map(written),
            waiting: endpoint.waiting,
            dead: endpoint.dead,
            created_at: written(endpoint.created_at),
        }
    }
}

impl From<NewSecret> for WebhookSecretJson {
    fn from(made: NewSecret) -> Self {
        Self {
            id: made.endpoint,
            secret: disclose(&made.secret).to_owned(),
        }
    }
}

impl From<WebhookError> for ApiProblem {
    fn from(error: WebhookError) -> Self {
        match error {
            WebhookError::Flow(error) => error.into(),
            WebhookError::NoEndpoint => Self::new(Kind::NotFound, NO_WEBHOOK),
            WebhookError::Raced => {
                let detail = "Another request changed the secret at the same moment. Send this one again if its secret is still wanted.";
                Self::new(Kind::Unavailable, detail).retry_after(1)
            }
            WebhookError::Url(problem) => Self::invalid("url", &problem),
            WebhookError::Vetted(problem) => Self::invalid("url", &problem),
            WebhookError::EventType(_) => Self::invalid("events", &error),
            WebhookError::Description => Self::invalid("description", &error),
            WebhookError::SecretUnreadable => Self::invalid("webhook", &error),
        }
    }
}

/// Makes a webhook
///
/// Its secret is in this answer and nowhere else.
#[utoipa::path(
    post, path = "/api/v1/webhooks", tag = "Webhooks", operation_id = "create_webhook",
    params(IdempotencyHeader),
    request_body = NewWebhookJson,
    responses((status = 201, description = "The webhook was made.", body = WebhookSecretJson,
               headers(("location" = String, description = "The webhook's address.")))),
    extensions(("x-roles" = json!(["onboarding"]))),
)]
pub(super) async fn create(
    caller: Caller<Onboarding>,
    State(webhooks): State<Webhooks>,
    Body(new): Body<NewWebhookJson>,
) -> Result<Response, ApiProblem> {
    let request = EndpointRequest {
        url: new.url,
        events: new.events.unwrap_or_default(),
        description: new.description.unwrap_or_default(),
    };
    let made = webhooks.create(&request, caller.actor()).await?;
    let headers = [(
        header::LOCATION,
        format!("/api/v1/webhooks/{}", made.endpoint),
    )];
    Ok((
        StatusCode::CREATED,
        headers,
        Json(WebhookSecretJson::from(made)),
    )
        .into_response())
}

/// Lists the webhooks
#[utoipa::path(
    get, path = "/api/v1/webhooks", tag = "Webhooks", operation_id = "list_webhooks",
    responses((status = 200, description = "All webhooks, the oldest first.", body = WebhookListJson)),
    extensions(("x-roles" = json!(["onboarding"]))),
)]
pub(super) async fn list(
    _: Caller<Onboarding>,
    State(webhooks): State<Webhooks>,
) -> Result<Json<WebhookListJson>, ApiProblem> {
    let found = webhooks.list().await?;
    let webhooks = found.into_iter().map(WebhookJson::from).collect();
    Ok(Json(WebhookListJson { webhooks }))
}

/// Shows a webhook
#[utoipa::path(
    get, path = "/api/v1/webhooks/{webhook}", tag = "Webhooks", operation_id = "show_webhook",
    params(("webhook" = Uuid, Path, description = "The webhook's id.")),
    responses((status = 200, description = "The webhook.", body = WebhookJson)),
    extensions(("x-roles" = json!(["onboarding"]))),
)]
pub(super) async fn show(
    _: Caller<Onboarding>,
    OfWebhook(webhook): OfWebhook,
    State(webhooks): State<Webhooks>,
) -> Result<Json<WebhookJson>, ApiProblem> {
    Ok(Json(webhooks.find(webhook).await?.into()))
}

/// Deletes a webhook
///
/// With all that waits for it.
#[utoipa::path(
    delete, path = "/api/v1/webhooks/{webhook}", tag = "Webhooks", operation_id = "delete_webhook",
    params(("webhook" = Uuid, Path, description = "The webhook's id.")),
    responses((status = 204, description = "The webhook is gone.")),
    extensions(("x-roles" = json!(["onboarding"]))),
)]
pub(super) async fn delete(
    caller: Caller<Onboarding>,
    OfWebhook(webhook): OfWebhook,
    State(webhooks): State<Webhooks>,
) -> Result<StatusCode, ApiProblem> {
    webhooks.delete(webhook, caller.actor()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Disables a webhook
///
/// Nothing more is sent; what waits is kept. New events can be had later by a replay.
#[utoipa::path(
    post, path = "/api/v1/webhooks/{webhook}/disable", tag = "Webhooks", operation_id = "disable_webhook",
    params(("webhook" = Uuid, Path, description = "The webhook's id.")),
    responses((status = 200, description = "The webhook.", body = WebhookJson)),
    extensions(("x-roles" = json!(["onboarding"]))),
)]
pub(super) async fn disable(
    caller: Caller<Onboarding>,
    OfWebhook(webhook): OfWebhook,
    State(webhooks): State<Webhooks>,
) -> Result<Json<WebhookJson>, ApiProblem> {
    webhooks.disable(webhook, caller.actor()).await?;
    Ok(Json(webhooks.find(webhook).await?.into()))
}

/// Enables a webhook
///
/// What waits is sent at once.
#[utoipa::path(
    post, path = "/api/v1/webhooks/{webhook}/enable", tag = "Webhooks", operation_id = "enable_webhook",
    params(("webhook" = Uuid, Path, description = "The webhook's id.")),
    responses((status = 200, description = "The webhook.", body = WebhookJson)),
    extensions(("x-roles" = json!(["onboarding"]))),
)]
pub(super) async fn enable(
    caller: Caller<Onboarding>,
    OfWebhook(webhook): OfWebhook,
    State(webhooks): State<Webhooks>,
) -> Result<Json<WebhookJson>, ApiProblem> {
    webhooks.enable(webhook, caller.actor()).await?;
    Ok(Json(webhooks.find(webhook).await?.into()))
}

/// Makes a new secret
///
/// The one before goes on signing besides for 24 hours.
#[utoipa::path(
    post, path = "/api/v1/webhooks/{webhook}/secret", tag = "Webhooks", operation_id = "rotate_webhook_secret",
    params(("webhook" = Uuid, Path, description = "The webhook's id."), IdempotencyHeader),
    responses((status = 201, description = "The new secret.", body = WebhookSecretJson)),
    extensions(("x-roles" = json!(["onboarding"]))),
)]
pub(super) async fn rotate_secret(
    caller: Caller<Onboarding>,
    OfWebhook(webhook): OfWebhook,
    State(webhooks): State<Webhooks>,
) -> Result<(StatusCode, Json<WebhookSecretJson>), ApiProblem> {
    let made = webhooks.rotate_secret(webhook, caller.actor()).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}
