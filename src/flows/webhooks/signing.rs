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

/// The header's value: by the current secret, and by the one before while it lasts.
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
    if let Some((sealed, ends_at)) = &secrets.previous
        && *ends_at > now
    {
        keys.push(open(sealed, secrets.generation - 1)?);
    }
    let signed: Result<Vec<String>, _> = keys
        .iter()
        .map(|key| webhook_key::sign(key, id, now.unix_timestamp(), body))
        .collect();
    Ok(signed?.join(" "))
}
