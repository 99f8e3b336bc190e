//! A connection's own credentials: the public keys that Okta reads, and the opened private halves.

use secrecy::SecretString;
use serde_json::{Value, json};

use super::{FlowError, Shared};
use crate::domain::connection::{App, ClientAuthMethod};
use crate::domain::id::{ConnectionId, TenantId};
use crate::okta::{Client, ClientAuth, KeyAlgorithm};
use crate::store::{ConnectionRecord, SealedBytes};
use crate::vault::{Field, SealContext, Sealed};

/// Publishes each connection's own keys.
#[derive(Debug, Clone)]
pub struct Keys(Shared);

impl Keys {
    #[must_use]
    pub const fn new(shared: Shared) -> Self {
        Self(shared)
    }

    /// The connection's JWK set (RFC 7517 §5).
    pub async fn jwks(&self, connection: ConnectionId) -> Result<Value, FlowError> {
        let key = self
            .0
            .store
            .find_public_key(connection)
            .await?
            .ok_or(FlowError::NotFound)?;
        Ok(json!({ "keys": [key] }))
    }
}

/// A connection's private key, opened.
pub(super) struct OpenedKey {
    pem: SecretString,
    kid: String,
}

/// An application with what proves it, opened for one conversation with Okta.
pub(super) struct OpenedClient {
    app: App,
    key: OpenedKey,
    secret: Option<SecretString>,
}

impl OpenedKey {
    pub(super) fn auth(&self) -> ClientAuth<'_> {
        ClientAuth::PrivateKey {
            pem: &self.pem,
            kid: &self.kid,
            algorithm: KeyAlgorithm::Es256,
        }
    }
}

impl OpenedClient {
    pub(super) fn client(&self) -> Result<Client<'_>, FlowError> {
        let auth = match (self.app.auth_method, &self.secret) {
            (ClientAuthMethod::PrivateKeyJwt, _) => self.key.auth(),
            (ClientAuthMethod::ClientSecretBasic, Some(secret)) => ClientAuth::Secret(secret),
            (ClientAuthMethod::ClientSecretBasic, None) => return Err(FlowError::StepTooEarly),
        };
        Ok(Client {
            client_id: &self.app.client_id,
            auth,
        })
    }
}

/// Where a secret of a connection belongs.
pub(super) fn at_connection(
    tenant: TenantId,
    connection: ConnectionId,
    field: Field,
    generation: i64,
) -> SealContext {
    SealContext {
        tenant,
        record: connection.as_uuid(),
        field,
        generation,
    }
}

/// The key of the connection, opened.
pub(super) fn opened_key(
    shared: &Shared,
    record: &ConnectionRecord,
) -> Result<OpenedKey, FlowError> {
    let pem = opened(shared, record, Field::ClientKey, &record.key.private)?;
    Ok(OpenedKey {
        pem,
        kid: record.key.id.clone(),
    })
}

/// The live application with its sealed secret, or the one that an onboarding entered.
pub(super) fn app_of(
    record: &ConnectionRecord,
    next: bool,
) -> Result<(&App, Option<&SealedBytes>), FlowError> {
    let found = if next {
        record
            .next_app
            .as_ref()
            .map(|next| (&next.app, next.client_secret.as_ref()))
    } else {
        record
            .connection
            .app
            .as_ref()
            .map(|app| (app, record.client_secret.as_ref()))
    };
    found.ok_or(FlowError::StepTooEarly)
}

/// That application with its credentials, opened.
pub(super) fn opened_client(
    shared: &Shared,
    record: &ConnectionRecord,
    next: bool,
) -> Result<OpenedClient, FlowError> {
    let (app, sealed) = app_of(record, next)?;
    let secret = sealed
        .map(|sealed| opened(shared, record, Field::ClientSecret, sealed))
        .transpose()?;
    Ok(OpenedClient {
        app: app.clone(),
        key: opened_key(shared, record)?,
        secret,
    })
}

fn opened(
    shared: &Shared,
    record: &ConnectionRecord,
    field: Field,
    sealed: &SealedBytes,
) -> Result<SecretString, FlowError> {
    let connection = &record.connection;
    let context = at_connection(connection.tenant, connection.id, field, 1);
    Ok(shared
        .vault
        .open(&context, &Sealed::from_bytes(sealed.0.clone()))?)
}
