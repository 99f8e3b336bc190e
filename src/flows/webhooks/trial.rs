//! A message that is no event, sent past everything that waits, to see whether an endpoint works.

use serde_json::json;
use uuid::Uuid;

use super::{WebhookError, Webhooks, signing, told};
use crate::domain::audit::{Action, Actor};
use crate::domain::id::EndpointId;
use crate::domain::webhook::test_body;
use crate::webhook::{Message, SendProblem};

/// How a trial ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trial {
    /// `Err` when there was no answer.
    pub answer: Result<u16, SendProblem>,
}

impl Trial {
    #[must_use]
    pub fn is_delivered(&self) -> bool {
        self.answer.is_ok_and(|status| (200..300).contains(&status))
    }
}

impl Webhooks {
    /// Sends a message that is no event, and notes who did and what came back.
    pub async fn test(&self, endpoint: EndpointId, actor: Actor) -> Result<Trial, WebhookError> {
        let found = self.find(endpoint).await?;
        let secrets = self.0.store.find_endpoint_secrets(endpoint).await?;
        let secrets = secrets.ok_or(WebhookError::NoEndpoint)?;
        let url = self.0.webhook_policy.parse(&found.url)?;
        let now = self.0.clock.now();
        let (id, body) = (Uuid::now_v7().to_string(), test_body(endpoint, now));
        let signature = match signing::sign(&self.0, &secrets, &id, now, &body) {
            Err(error) if error.is_unreadable() => return Err(WebhookError::SecretUnreadable),
            signed => signed?,
        };
        let message = Message {
            id: &id,
            timestamp: now.unix_timestamp(),
            signature: &signature,
            body,
        };
        let answer = self.0.webhooks.send(&url, message).await;
        let answer = answer.map(|reply| reply.status);
        let came = json!({ "status": answer.ok(), "problem": answer.err().map(SendProblem::code) });
        let event = told(actor, Action::WebhookTested, endpoint, came);
        self.0.store.record(&event, self.0.clock.now()).await?;
        Ok(Trial { answer })
    }
}
