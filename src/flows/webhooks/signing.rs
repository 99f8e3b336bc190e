//! Opens an endpoint's secrets, to sign one message with them.

use secrecy::SecretString;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::id::{EndpointId, TenantId};
use crate::flows::{FlowError, Shared};
use crate::store::{EndpointSecrets, SealedBytes};
use crate::vault::{Field, SealContext, Sealed, webhook_key};

/// Where an endpoint's secret belongs: to no tenant.
pub(super) fn place(endpoint: EndpointId, generation: i64) -> SealContext {
    SealContext {
        tenant: TenantId::from_uuid(Uuid::nil()),
        record: endpoint.as_uuid(),
        field: Field::WebhookSecret,
        generation,
        origin: None,
    }
}

/// The header's value: by the current secret, and by each one before it that has not ended. One of those
/// that does not open is passed over.
pub(super) fn sign(
    shared: &Shared,
    secrets: &EndpointSecrets,
    id: &str,
    now: OffsetDateTime,
    body: &str,
) -> Result<String, FlowError> {
    let open = |sealed: &SealedBytes, generation| -> Result<SecretString, FlowError> {
        let sealed = Sealed::from_bytes(sealed.0.clone());
        Ok(shared
            .vault
            .open(&place(secrets.endpoint, generation), &sealed)?)
    };
    let mut keys = vec![open(&secrets.current, secrets.generation)?];
    for earlier in secrets.earlier.iter().filter(|one| one.ends_at > now) {
        match open(&earlier.secret, earlier.generation) {
            Ok(key) => keys.push(key),
            Err(error) => {
                let (endpoint, generation) = (secrets.endpoint, earlier.generation);
                tracing::warn!(%error, %endpoint, generation, "an earlier secret does not open and signs no more");
            }
        }
    }
    let signed: Result<Vec<String>, _> = keys
        .iter()
        .map(|key| webhook_key::sign(key, id, now.unix_timestamp(), body))
        .collect();
    Ok(signed?.join(" "))
}
