//! API keys: made, listed and revoked by the vendor, and recognized at every call. Nothing about a
//! key is remembered between calls, so a revoked one ends with the next.

mod uses;

use std::sync::Arc;

use secrecy::SecretString;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use self::uses::KeyUses;
use super::{FlowError, Shared};
use crate::domain::api_key::{ApiKey, ApiKeyFacts, ApiRole, PresentedKey};
use crate::domain::audit::{Action, Actor, AuditEvent};
use crate::domain::id::ApiKeyId;
use crate::store::NewApiKey;
use crate::vault;

/// Makes and recognizes keys. Cheap to clone.
#[derive(Debug, Clone)]
pub struct ApiKeys {
    shared: Shared,
    uses: Arc<KeyUses>,
}

/// A key that was just made. It is shown once.
#[derive(Debug)]
pub struct CreatedKey {
    pub id: ApiKeyId,
    pub key: SecretString,
}

/// Why no key was made.
#[derive(Debug, thiserror::Error)]
pub enum ApiKeyError {
    #[error("a name has 1 to 200 characters on one line, for example --name \"backup workers\"")]
    Name,
    #[error(transparent)]
    Flow(#[from] FlowError),
}

impl ApiKeys {
    #[must_use]
    pub fn new(shared: Shared) -> Self {
        Self {
            shared,
            uses: Arc::default(),
        }
    }

    /// Makes a key. It is stored as a hash, so this is the only time that it can be shown.
    pub async fn create(
        &self,
        name: &str,
        role: ApiRole,
        actor: Actor,
    ) -> Result<CreatedKey, ApiKeyError> {
        let name = super::bounded(name).ok_or(ApiKeyError::Name)?;
        let random = vault::random_token();
        let key = SecretString::from(format!("{}{}", role.prefix(), vault::disclose(&random)));
        let new = NewApiKey {
            id: ApiKeyId::new(),
            name,
            role,
            hash: vault::fingerprint(&key),
        };
        let event = AuditEvent::of_service(actor, Action::ApiKeyCreated)
            .with(json!({ "key": new.id, "name": new.name, "role": role.name() }));
        let now = self.shared.clock.now();
        let stored = self.shared.store.create_api_key(&new, &event, now).await;
        stored.map_err(FlowError::from)?;
        Ok(CreatedKey { id: new.id, key })
    }

    /// Every key that there ever was, the latest first.
    pub async fn list(&self) -> Result<Vec<ApiKeyFacts>, FlowError> {
        Ok(self.shared.store.list_api_keys().await?)
    }

    /// Revokes a key: its next call is refused. `false` when no working key has this id.
    pub async fn revoke(&self, id: ApiKeyId, actor: Actor) -> Result<bool, FlowError> {
        let event = AuditEvent::of_service(actor, Action::ApiKeyRevoked).with(json!({ "key": id }));
        let now = self.shared.clock.now();
        Ok(self.shared.store.revoke_api_key(id, &event, now).await?)
    }

    /// Reads what a caller presents, without asking the database; `None` when it cannot be a key.
    #[must_use]
    pub fn read(text: &str) -> Option<PresentedKey> {
        Some(PresentedKey {
            role: ApiRole::of_key(text)?,
            hash: vault::fingerprint_of(text),
        })
    }

    /// The key that was presented, if it is known and not revoked. Counts as a use of it.
    pub async fn recognize(&self, presented: &PresentedKey) -> Result<Option<ApiKey>, FlowError> {
        let found = self.shared.store.find_api_key(&presented.hash).await?;
        if let Some(key) = &found {
            self.note_use(key.id);
        }
        Ok(found)
    }

    /// Remembers that a key was used just now, to be written down with others. For those who find the
    /// key in a query of their own.
    pub fn note_use(&self, id: ApiKeyId) {
        self.uses.note(id, self.shared.clock.now());
    }

    /// Writes down what [`Self::note_use`] remembered, in one statement.
    pub async fn write_uses(&self) -> Result<(), FlowError> {
        Ok(self.uses.write(&self.shared.store).await?)
    }

    /// Writes uses down every few seconds until told to stop, and once more then.
    pub async fn run(self, stop: CancellationToken) {
        let mut ticks = tokio::time::interval(uses::EVERY);
        loop {
            let is_last = tokio::select! {
                () = stop.cancelled() => true,
                _ = ticks.tick() => false,
            };
            if let Err(error) = self.write_uses().await {
                tracing::warn!(%error, "the last uses of API keys will be written down later");
            }
            if is_last {
                return;
            }
        }
    }
}
