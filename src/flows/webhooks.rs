//! Webhooks: where the vendor's programs are told of events, and how deliveries are looked at, tried
//! and replayed. What carries them is [`Deliveries`].

mod deliveries;
mod signing;
mod trial;

use secrecy::SecretString;
use serde_json::{Value, json};
use time::Duration;

pub use deliveries::{Deliveries, DeliveryTempo, Sent};
pub use trial::Trial;

use super::{FlowError, Shared};
use crate::domain::audit::{Action, Actor, AuditEvent};
use crate::domain::id::EndpointId;
use crate::domain::webhook::{UrlProblem, event_type};
use crate::store::{
    DeliveryFilter, DeliveryRecord, EndpointRecord, NewEndpoint, Replay, SealedBytes, StoreError,
};
use crate::vault::{SealError, webhook_key};
use crate::webhook::SendProblem;

/// How long the secret before a rotation goes on signing besides.
const OVERLAP: Duration = Duration::hours(24);

/// Manages endpoints. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Webhooks(Shared);

/// An endpoint that is wanted.
#[derive(Debug, Clone, Default)]
pub struct EndpointRequest {
    pub url: String,
    /// Empty for all.
    pub events: Vec<String>,
    pub description: String,
}

/// An endpoint with its secret, which is shown this once.
#[derive(Debug)]
pub struct NewSecret {
    pub endpoint: EndpointId,
    pub secret: SecretString,
}

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    #[error("the address: {0}")]
    Url(#[from] UrlProblem),
    #[error("the address: {0}")]
    Vetted(SendProblem),
    #[error("“{0}” is no type of event; the types are: {types}", types = event_types().join(", "))]
    EventType(String),
    #[error("a description has at most 200 characters on one line")]
    Description,
    #[error("somebody else changed the secret at the same moment")]
    Raced,
    #[error("there is no such endpoint")]
    NoEndpoint,
    #[error(
        "the endpoint's secret does not open, so nothing can be signed with it; make a new one by rotating it"
    )]
    SecretUnreadable,
    #[error(transparent)]
    Flow(#[from] FlowError),
}

impl WebhookError {
    /// Whether the words of the request are wrong, as against the service's state.
    #[must_use]
    pub const fn is_usage(&self) -> bool {
        !matches!(self, Self::Flow(_) | Self::Raced)
    }
}

impl From<StoreError> for WebhookError {
    fn from(error: StoreError) -> Self {
        Self::Flow(error.into())
    }
}

impl From<SealError> for WebhookError {
    fn from(error: SealError) -> Self {
        Self::Flow(error.into())
    }
}

fn event_types() -> [&'static str; 7] {
    Action::PUBLISHED.map(Action::code)
}

impl Webhooks {
    #[must_use]
    pub const fn new(shared: Shared) -> Self {
        Self(shared)
    }

    /// Makes an endpoint and its secret.
    pub async fn create(
        &self,
        request: &EndpointRequest,
        actor: Actor,
    ) -> Result<NewSecret, WebhookError> {
        let url = self.0.webhook_policy.parse(request.url.trim())?;
        let event_types = filter(&request.events)?;
        let description = described(&request.description)?;
        self.0
            .webhooks
            .vet(&url)
            .await
            .map_err(WebhookError::Vetted)?;
        let (id, secret) = (EndpointId::new(), webhook_key::generate());
        let sealed = self.0.vault.seal(&signing::place(id, 1), &secret)?;
        let endpoint = NewEndpoint {
            id,
            url: url.as_str().to_owned(),
            description,
            event_types,
            secret: SealedBytes(sealed.into_bytes()),
        };
        let event = told(
            actor,
            Action::WebhookCreated,
            id,
            json!({ "host": url.host() }),
        );
        let now = self.0.clock.now();
        self.0.store.create_endpoint(&endpoint, &event, now).await?;
        Ok(NewSecret {
            endpoint: id,
            secret,
        })
    }

    pub async fn list(&self) -> Result<Vec<EndpointRecord>, WebhookError> {
        Ok(self.0.store.find_endpoints(None).await?)
    }

    pub async fn find(&self, endpoint: EndpointId) -> Result<EndpointRecord, WebhookError> {
        let found = self.0.store.find_endpoints(Some(endpoint)).await?;
        found.into_iter().next().ok_or(WebhookError::NoEndpoint)
    }

    /// Sends nothing more until it is enabled again; what waits is kept.
    pub async fn disable(&self, endpoint: EndpointId, actor: Actor) -> Result<(), WebhookError> {
        self.find(endpoint).await?;
        let event = told(
            actor,
            Action::WebhookDisabled,
            endpoint,
            json!({ "reason": "asked" }),
        );
        let now = self.0.clock.now();
        self.0.store.disable_endpoint(endpoint, &event, now).await?;
        Ok(())
    }

    /// Sends again what waits, at once.
    pub async fn enable(&self, endpoint: EndpointId, actor: Actor) -> Result<(), WebhookError> {
        self.find(endpoint).await?;
        let event = told(actor, Action::WebhookEnabled, endpoint, json!({}));
        let now = self.0.clock.now();
        self.0.store.enable_endpoint(endpoint, &event, now).await?;
        self.0.deliveries_wanted.notify_one();
        Ok(())
    }

    pub async fn delete(&self, endpoint: EndpointId, actor: Actor) -> Result<(), WebhookError> {
        let event = told(actor, Action::WebhookDeleted, endpoint, json!({}));
        let now = self.0.clock.now();
        if self.0.store.delete_endpoint(endpoint, &event, now).await? {
            Ok(())
        } else {
            Err(WebhookError::NoEndpoint)
        }
    }

    /// A new secret; the one before goes on signing besides for a day.
    pub async fn rotate_secret(
        &self,
        endpoint: EndpointId,
        actor: Actor,
    ) -> Result<NewSecret, WebhookError> {
        let found = self.0.store.find_endpoint_secrets(endpoint).await?;
        let generation = found.ok_or(WebhookError::NoEndpoint)?.generation + 1;
        let secret = webhook_key::generate();
        let sealed = self
            .0
            .vault
            .seal(&signing::place(endpoint, generation), &secret)?;
        let event = told(actor, Action::WebhookSecretRotated, endpoint, json!({}));
        let now = self.0.clock.now();
        let new = (endpoint, &SealedBytes(sealed.into_bytes()), generation);
        let rotated = self
            .0
            .store
            .rotate_secret(new, now + OVERLAP, &event, now)
            .await?;
        if rotated {
            Ok(NewSecret { endpoint, secret })
        } else {
            Err(WebhookError::Raced)
        }
    }

    /// Deliveries, the newest first.
    pub async fn deliveries(
        &self,
        endpoint: EndpointId,
        filter: DeliveryFilter,
        limit: i64,
    ) -> Result<Vec<DeliveryRecord>, WebhookError> {
        self.find(endpoint).await?;
        let found = self.0.store.find_deliveries(endpoint, filter, limit);
        Ok(found.await?)
    }

    /// Sends again; how many events. Those are kept for 30 days.
    pub async fn replay(
        &self,
        endpoint: EndpointId,
        what: Replay,
        actor: Actor,
    ) -> Result<u64, WebhookError> {
        self.find(endpoint).await?;
        let event = told(actor, Action::WebhookReplayed, endpoint, in_words(what));
        let now = self.0.clock.now();
        let replayed = self.0.store.replay(endpoint, what, &event, now).await?;
        self.0.deliveries_wanted.notify_one();
        Ok(replayed)
    }
}

fn told(actor: Actor, action: Action, endpoint: EndpointId, more: Value) -> AuditEvent {
    let mut detail = json!({ "endpoint": endpoint });
    if let (Some(detail), Value::Object(more)) = (detail.as_object_mut(), more) {
        detail.extend(more);
    }
    AuditEvent::of_service(actor, action).with(detail)
}

fn in_words(what: Replay) -> Value {
    match what {
        Replay::Event(event) => json!({ "event": event }),
        Replay::Dead => json!({ "only": "dead" }),
        Replay::Since(since) => json!({ "since": since.unix_timestamp() }),
    }
}

fn filter(words: &[String]) -> Result<Option<Vec<String>>, WebhookError> {
    let mut wanted: Vec<String> = Vec::new();
    for word in words.iter().map(|word| word.trim()) {
        let known = event_type(word).ok_or_else(|| WebhookError::EventType(word.to_owned()))?;
        if !wanted.iter().any(|other| other == known) {
            wanted.push(known.to_owned());
        }
    }
    Ok((!wanted.is_empty()).then_some(wanted))
}

fn described(text: &str) -> Result<String, WebhookError> {
    let text = text.trim();
    if text.chars().count() > 200 || text.chars().any(char::is_control) {
        return Err(WebhookError::Description);
    }
    Ok(text.to_owned())
}
