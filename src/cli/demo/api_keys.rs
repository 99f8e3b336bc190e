//! The demo's API keys: new ones at each start, because a key can be shown only once.

use secrecy::SecretString;
use serde_json::{Value, json};

use crate::domain::api_key::ApiRole;
use crate::domain::audit::Actor;
use crate::flows::{ApiKeys, Shared};
use crate::vault;

/// One key of each role.
pub(super) struct DemoKeys {
    pub onboarding: SecretString,
    pub worker: SecretString,
    pub support: SecretString,
}

impl DemoKeys {
    /// Revokes what an earlier run made, and makes new ones.
    pub(super) async fn make(shared: &Shared) -> anyhow::Result<Self> {
        let keys = ApiKeys::new(shared.clone());
        for key in keys.list().await? {
            let is_ours = ApiRole::ALL.iter().any(|role| key.name == name(*role));
            if is_ours && key.revoked_at.is_none() {
                keys.revoke(key.id, Actor::CommandLine).await?;
            }
        }
        Ok(Self {
            onboarding: make(&keys, ApiRole::Onboarding).await?,
            worker: make(&keys, ApiRole::Worker).await?,
            support: make(&keys, ApiRole::Support).await?,
        })
    }

    pub(super) fn as_json(&self) -> Value {
        json!({
            "onboarding": vault::disclose(&self.onboarding),
            "worker": vault::disclose(&self.worker),
            "support": vault::disclose(&self.support),
        })
    }
}

async fn make(keys: &ApiKeys, role: ApiRole) -> anyhow::Result<SecretString> {
    let created = keys.create(&name(role), role, Actor::CommandLine).await?;
    Ok(created.key)
}

fn name(role: ApiRole) -> String {
    format!("Demo, {}", role.name())
}
