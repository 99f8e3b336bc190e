//! A token on its way from a connection to the place where it waits for Okta, and what proves the app.

use secrecy::SecretString;
use time::OffsetDateTime;

use crate::domain::connection::App;
use crate::domain::id::{RevocationId, TenantId};
use crate::domain::org_url::OrgOrigin;
use crate::domain::revocation::{LONGEST, Reason};
use crate::flows::keys::{OpenedClient, OpenedKey, at_connection, live_origin, opened_client};
use crate::flows::{FlowError, Shared};
use crate::store::{
    ClaimedRevocation, ConnectionRecord, Revoked, SealedBytes, SealedKey, TokenRecord,
};
use crate::vault::{Field, SealContext, Sealed};

/// A token and where it belongs, before it is sealed for the place where it waits.
pub(super) struct Parcel<'a> {
    pub tenant: TenantId,
    pub reason: Reason,
    pub origin: &'a OrgOrigin,
    pub is_refresh_token: bool,
    pub expires_at: OffsetDateTime,
}

/// Packs a connection's token up for Okta to end, with what proves the app: opened from where it lay,
/// and sealed anew for the place where it waits. The refresh token, because it takes its access tokens
/// with it; where there is none, the access token.
///
/// The live app proves itself, else the app of the attempt that takes its place, where they are the same.
/// What does not open is packed as that: there is nothing to ask Okta with, and everything else goes on.
pub(in crate::flows) fn pack(
    shared: &Shared,
    record: &ConnectionRecord,
    stored: &TokenRecord,
    reason: Reason,
    attempted: Option<&OpenedClient>,
) -> Result<Revoked, FlowError> {
    let connection = &record.connection;
    let tokens = &stored.tokens;
    let organization = connection.organization.as_ref();
    let parcel = Parcel {
        tenant: connection.tenant,
        reason,
        origin: &organization.ok_or(FlowError::StepTooEarly)?.origin,
        is_refresh_token: tokens.refresh_token.is_some(),
        expires_at: (tokens.refresh_expires_at).unwrap_or_else(|| shared.clock.now() + LONGEST),
    };
    let app = connection.app.as_ref();
    let attempted =
        attempted.filter(|client| app.is_none_or(|live| live.client_id == client.app.client_id));
    let client = match (opened_client(shared, record, false), attempted) {
        (Ok(client), _) if client.client().is_ok() => Ok(client),
        (_, Some(attempted)) => Ok(attempted.clone()),
        (Ok(_), None) => Err(FlowError::StepTooEarly),
        (Err(error), None) => Err(error),
    };
    let opened = client.and_then(|client| Ok((client, open_token(shared, record, stored)?)));
    match (opened, app) {
        (Ok((client, token)), _) => parcel.seal(shared, &client, &token),
        (Err(error), Some(app)) => {
            tracing::error!(error = %error, tenant = %connection.tenant, "a token cannot be revoked: it, or what proves the app, does not open");
            Ok(parcel.unreadable(app))
        }
        (Err(error), None) => Err(error),
    }
}

fn open_token(
    shared: &Shared,
    record: &ConnectionRecord,
    stored: &TokenRecord,
) -> Result<SecretString, FlowError> {
    let (connection, tokens) = (&record.connection, &stored.tokens);
    let (field, sealed) = match &tokens.refresh_token {
        Some(sealed) => (Field::RefreshToken, sealed),
        None => (Field::AccessToken, &tokens.access_token),
    };
    let owner = (connection.tenant, connection.id);
    let from = at_connection(owner, live_origin(connection)?, field, tokens.generation);
    Ok(shared
        .vault
        .open(&from, &Sealed::from_bytes(sealed.0.clone()))?)
}

impl Parcel<'_> {
    pub(super) fn seal(
        &self,
        shared: &Shared,
        client: &OpenedClient,
        token: &SecretString,
    ) -> Result<Revoked, FlowError> {
        let id = RevocationId::new();
        let seal = |field, secret: &SecretString| {
            let place = place(self.tenant, id, field, self.origin);
            let sealed = shared.vault.seal(&place, secret);
            sealed.map(|sealed| SealedBytes(sealed.into_bytes()))
        };
        let key = client.key.as_ref().filter(|_| client.app.uses_key());
        let secret = client.secret.as_ref().filter(|_| !client.app.uses_key());
        let client_key = match key {
            Some(key) => Some(SealedKey {
                private: seal(Field::ClientKey, &key.pem)?,
                id: key.kid.clone(),
                public: key.public.clone(),
            }),
            None => None,
        };
        Ok(Revoked {
            id,
            token: Some(seal(Field::RevokedToken, token)?),
            client_secret: secret
                .map(|secret| seal(Field::ClientSecret, secret))
                .transpose()?,
            client_key,
            ..self.unreadable(&client.app)
        })
    }

    fn unreadable(&self, app: &App) -> Revoked {
        Revoked {
            id: RevocationId::new(),
            reason: self.reason,
            origin: self.origin.clone(),
            app: app.clone(),
            is_refresh_token: self.is_refresh_token,
            token: None,
            client_secret: None,
            client_key: None,
            expires_at: self.expires_at,
        }
    }
}

pub(super) fn open(
    shared: &Shared,
    claimed: &ClaimedRevocation,
) -> Result<(SecretString, OpenedClient), FlowError> {
    let revoked = &claimed.revoked;
    let open = |field, sealed: &SealedBytes| {
        let place = place(claimed.tenant, revoked.id, field, &revoked.origin);
        shared
            .vault
            .open(&place, &Sealed::from_bytes(sealed.0.clone()))
    };
    let key = match &revoked.client_key {
        Some(key) => Some(OpenedKey {
            pem: open(Field::ClientKey, &key.private)?,
            kid: key.id.clone(),
            public: key.public.clone(),
        }),
        None => None,
    };
    let secret = revoked.client_secret.as_ref();
    let secret = secret.map(|sealed| open(Field::ClientSecret, sealed));
    let client = OpenedClient {
        origin: revoked.origin.clone(),
        app: revoked.app.clone(),
        key,
        secret: secret.transpose()?,
    };
    let token = revoked.token.as_ref().ok_or(FlowError::StepTooEarly)?;
    Ok((open(Field::RevokedToken, token)?, client))
}

/// The tokens before those of this generation, for Okta to end: a new sign-in leaves the one before it
/// alive. `attempted`: the app that the new sign-in used.
pub(in crate::flows) async fn replaced(
    shared: &Shared,
    record: &ConnectionRecord,
    generation: i64,
    attempted: &OpenedClient,
) -> Result<Option<Revoked>, FlowError> {
    if generation == 1 {
        return Ok(None);
    }
    let found = shared.store.find_tokens(record.connection.tenant).await?;
    let before = found.filter(|found| found.tokens.generation + 1 == generation);
    let pack = |stored| pack(shared, record, &stored, Reason::Replaced, Some(attempted));
    before.map(pack).transpose()
}

/// Where a secret of a revocation belongs. The key is sent to nobody.
fn place(
    tenant: TenantId,
    revocation: RevocationId,
    field: Field,
    origin: &OrgOrigin,
) -> SealContext {
    SealContext {
        tenant,
        record: revocation.as_uuid(),
        field,
        generation: 1,
        origin: (field != Field::ClientKey).then(|| origin.clone()),
    }
}
