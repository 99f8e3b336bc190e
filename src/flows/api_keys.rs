//! API keys: made, listed and revoked by the vendor, and recognized at every call. Nothing about a
//! key is remembered between calls, so a revoked one ends with the next.

mod uses;

use std::ops::RangeInclusive;
use std::sync::Arc;

use secrecy::SecretString;
use serde_json::json;
use time::{Duration, OffsetDateTime};
use tokio_util::sync::CancellationToken;

use self::uses::KeyUses;
use super::{FlowError, Shared};
use crate::domain::api_key::{ApiKey, ApiKeyFacts, ApiRole, KeyLimits, PresentedKey};
use crate::domain::audit::{Action, Actor, AuditEvent};
use crate::domain::id::{ApiKeyId, TenantId};
use crate::store::NewApiKey;
use crate::vault;

/// How long a key may be made for.
const LIFETIMES: RangeInclusive<Duration> = Duration::MINUTE..=Duration::days(3_653);

/// Makes and recognizes keys. Cheap to clone.
#[derive(Debug, Clone)]
pub struct ApiKeys {
    shared: Shared,
    uses: Arc<KeyUses>,
}

/// A key to make.
#[derive(Debug, Clone)]
pub struct ApiKeyRequest {
    pub name: String,
    pub role: ApiRole,
    /// The only tenants that it is for; empty for all.
    pub tenants: Vec<TenantId>,
    /// The ids of the only categories that it may ask for; empty for all.
    pub categories: Vec<String>,
    /// Without one it works until it is revoked.
    pub lifetime: Option<Duration>,
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
    #[error("only a worker's key asks for categories: leave --category out, or use --role worker")]
    CategoriesOfOtherRole,
    #[error("the catalog has no category {0:?}. grantway catalog show lists the categories")]
    NoCategory(String),
    #[error("there is no tenant {0}")]
    NoTenant(TenantId),
    #[error("a key can be limited to at most 1000 tenants and 100 categories")]
    TooMany,
    #[error("a key works for one minute to ten years, for example --expires 90days")]
    Lifetime,
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

    /// Makes a key without limits. It is stored as a hash, so this is the only time that it can be
    /// shown.
    pub async fn create(
        &self,
        name: &str,
        role: ApiRole,
        actor: Actor,
    ) -> Result<CreatedKey, ApiKeyError> {
        let request = ApiKeyRequest {
            name: name.to_owned(),
            role,
            tenants: Vec::new(),
            categories: Vec::new(),
            lifetime: None,
        };
        self.create_limited(&request, actor).await
    }

    /// Makes a key that does no more than the request names.
    pub async fn create_limited(
        &self,
        request: &ApiKeyRequest,
        actor: Actor,
    ) -> Result<CreatedKey, ApiKeyError> {
        let name = super::bounded(&request.name).ok_or(ApiKeyError::Name)?;
        let limits = self.limits(request).await?;
        let now = self.shared.clock.now();
        let expires_at = match request.lifetime {
            Some(lifetime) if !LIFETIMES.contains(&lifetime) => return Err(ApiKeyError::Lifetime),
            lifetime => lifetime.map(|lifetime| now + lifetime),
        };
        let role = request.role;
        let random = vault::random_token();
        let key = SecretString::from(format!("{}{}", role.prefix(), vault::disclose(&random)));
        let new = NewApiKey {
            id: ApiKeyId::new(),
            name,
            role,
            limits,
            expires_at,
            hash: vault::fingerprint(&key),
        };
        let event = AuditEvent::of_service(actor, Action::ApiKeyCreated).with(json!({
            "key": new.id, "name": new.name, "role": role.name(), "tenants": new.limits.tenants(),
            "categories": new.limits.categories(), "expires_at": expires_at.map(OffsetDateTime::unix_timestamp),
        }));
        let stored = self.shared.store.create_api_key(&new, &event, now).await;
        stored.map_err(FlowError::from)?;
        Ok(CreatedKey { id: new.id, key })
    }

    /// Only what is there can be a limit: a mistyped one would make a key that does nothing.
    async fn limits(&self, request: &ApiKeyRequest) -> Result<KeyLimits, ApiKeyError> {
        let (mut tenants, mut categories) = (request.tenants.clone(), request.categories.clone());
        tenants.sort_unstable();
        tenants.dedup();
        categories.sort_unstable();
        categories.dedup();
        if tenants.len() > 1_000 || categories.len() > 100 {
            return Err(ApiKeyError::TooMany);
        }
        if !categories.is_empty() && request.role != ApiRole::Worker {
            return Err(ApiKeyError::CategoriesOfOtherRole);
        }
        let is_absent = |id: &&String| self.shared.catalog.category(id).is_none();
        if let Some(absent) = categories.iter().find(is_absent) {
            return Err(ApiKeyError::NoCategory(absent.clone()));
        }
        for tenant in &tenants {
            let found = self.shared.store.find_tenant(*tenant).await;
            found
                .map_err(FlowError::from)?
                .ok_or(ApiKeyError::NoTenant(*tenant))?;
        }
        Ok(KeyLimits::new(
            (!tenants.is_empty()).then_some(tenants),
            (!categories.is_empty()).then_some(categories),
        ))
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

    /// The key that was presented, if it is known, not revoked and not at its end. Counts as a use of
    /// it.
    pub async fn recognize(&self, presented: &PresentedKey) -> Result<Option<ApiKey>, FlowError> {
        let now = self.shared.clock.now();
        let found = self.shared.store.find_api_key(&presented.hash, now).await?;
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
