//! A connection's own credentials: the public keys that Okta reads, and the opened private halves.

use secrecy::SecretString;
use serde_json::{Value, json};

use super::{FlowError, Shared};
use crate::domain::connection::{App, ClientAuthMethod, Connection};
use crate::domain::id::{ConnectionId, TenantId};
use crate::domain::org_url::OrgOrigin;
use crate::okta::{Client, ClientAuth, KeyAlgorithm};
use crate::store::{ConnectionRecord, SealedBytes, SealedKey};
use crate::vault::{Field, SealContext, SealError, Sealed, client_key};

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
        let keys = self.0.store.find_public_keys(connection).await?;
        if keys.is_empty() {
            return Err(FlowError::NotFound);
        }
        Ok(json!({ "keys": keys }))
    }
}

/// A connection's private key, opened.
#[derive(Clone)]
pub(super) struct OpenedKey {
    pub pem: SecretString,
    pub kid: String,
    /// The public half as a JWK.
    pub public: Value,
}

/// An application with what proves it, opened for one conversation with Okta.
#[derive(Clone)]
pub(super) struct OpenedClient {
    /// Where it may prove itself, and nowhere else.
    pub origin: OrgOrigin,
    pub app: App,
    pub key: Option<OpenedKey>,
    pub secret: Option<SecretString>,
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
        let auth = match self.app.auth_method {
            ClientAuthMethod::PrivateKeyJwt => self.key.as_ref().map(OpenedKey::auth),
            ClientAuthMethod::ClientSecretBasic => self.secret.as_ref().map(ClientAuth::Secret),
        };
        Ok(Client {
            organization: Some(&self.origin),
            client_id: &self.app.client_id,
            auth: auth.ok_or(FlowError::StepTooEarly)?,
        })
    }
}

/// Where a token of a connection belongs: to the organization that issued it, and to no other.
pub(super) fn at_connection(
    (tenant, connection): (TenantId, ConnectionId),
    origin: &OrgOrigin,
    field: Field,
    generation: i64,
) -> SealContext {
    SealContext {
        tenant,
        record: connection.as_uuid(),
        field,
        generation,
        origin: Some(origin.clone()),
    }
}

/// The organization of a live connection.
pub(super) fn live_origin(connection: &Connection) -> Result<&OrgOrigin, FlowError> {
    let organization = connection.organization.as_ref();
    organization
        .map(|found| &found.origin)
        .ok_or(FlowError::StepTooEarly)
}

/// Where a client secret belongs: to the organization that it was entered for.
pub(super) fn secret_place(
    record: &ConnectionRecord,
    next: bool,
    generation: i64,
) -> Result<SealContext, FlowError> {
    let organization = record.organization(next).ok_or(FlowError::StepTooEarly)?;
    let connection = &record.connection;
    let owner = (connection.tenant, connection.id);
    let field = Field::ClientSecret;
    Ok(at_connection(
        owner,
        &organization.origin,
        field,
        generation,
    ))
}

/// Where the connection's signing key belongs: it is older than any organization, and never sent.
pub(super) fn key_place(tenant: TenantId, connection: ConnectionId) -> SealContext {
    SealContext {
        tenant,
        record: connection.as_uuid(),
        field: Field::ClientKey,
        generation: 1,
        origin: None,
    }
}

/// The key of the connection, opened; `None` once it was destroyed.
pub(super) fn opened_key(
    shared: &Shared,
    record: &ConnectionRecord,
) -> Result<Option<OpenedKey>, FlowError> {
    let Some(key) = &record.key else {
        return Ok(None);
    };
    let connection = &record.connection;
    let place = key_place(connection.tenant, connection.id);
    let pem = opened(shared, &place, &key.private)?;
    Ok(Some(OpenedKey {
        pem,
        kid: key.id.clone(),
        public: key.public.clone(),
    }))
}

/// A new key of this connection's own, sealed.
pub(super) fn new_key(
    shared: &Shared,
    tenant: TenantId,
    connection: ConnectionId,
) -> Result<SealedKey, SealError> {
    let key = client_key::generate();
    let sealed = shared
        .vault
        .seal(&key_place(tenant, connection), &key.private_pem)?;
    Ok(SealedKey {
        private: SealedBytes(sealed.into_bytes()),
        id: key.kid,
        public: key.public_jwk,
    })
}

/// The same connection with a key: one that was ended lost its own, and gets another as soon as
/// somebody comes back. It is published at once, so that Okta can read it before it is used.
pub(super) async fn with_key(
    shared: &Shared,
    record: ConnectionRecord,
) -> Result<ConnectionRecord, FlowError> {
    if record.key.is_some() {
        return Ok(record);
    }
    let (tenant, connection) = (record.connection.tenant, record.connection.id);
    let key = new_key(shared, tenant, connection)?;
    shared.store.set_missing_key(tenant, &key).await?;
    let found = shared.store.find_connection(tenant).await?;
    found.ok_or(FlowError::NotFound)
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

/// That application with what proves it, opened: only that, so that what is not needed may not open.
pub(super) fn opened_client(
    shared: &Shared,
    record: &ConnectionRecord,
    next: bool,
) -> Result<OpenedClient, FlowError> {
    let (app, sealed) = app_of(record, next)?;
    let organization = record.organization(next).ok_or(FlowError::StepTooEarly)?;
    let generation = if next {
        record.next_generation
    } else {
        record.client_secret_generation
    };
    let place = secret_place(record, next, generation)?;
    let secret = sealed
        .filter(|_| !app.uses_key())
        .map(|sealed| opened(shared, &place, sealed))
        .transpose()?;
    Ok(OpenedClient {
        origin: organization.origin.clone(),
        app: app.clone(),
        key: if app.uses_key() {
            opened_key(shared, record)?
        } else {
            None
        },
        secret,
    })
}

fn opened(
    shared: &Shared,
    place: &SealContext,
    sealed: &SealedBytes,
) -> Result<SecretString, FlowError> {
    Ok(shared
        .vault
        .open(place, &Sealed::from_bytes(sealed.0.clone()))?)
}
