//! A token on its way from a connection to the place where it waits for Okta, and what proves the app.

use secrecy::SecretString;

use crate::domain::id::{RevocationId, TenantId};
use crate::domain::revocation::{LONGEST, Reason};
use crate::flows::keys::{OpenedClient, OpenedKey, at_connection};
use crate::flows::{FlowError, Shared};
use crate::store::{
    ClaimedRevocation, ConnectionRecord, Revoked, SealedBytes, SealedKey, TokenRecord,
};
use crate::vault::{Field, SealContext, Sealed};

/// Packs a connection's token up for Okta to end, with what proves the app: opened from where it lay,
/// and sealed anew for the place where it waits. The refresh token, because it takes its access tokens
/// with it; where there is none, the access token.
pub(in crate::flows) fn pack(
    shared: &Shared,
    record: &ConnectionRecord,
    stored: &TokenRecord,
    reason: Reason,
) -> Result<Revoked, FlowError> {
    let connection = &record.connection;
    let (tokens, id) = (&stored.tokens, RevocationId::new());
    let (Some(organization), Some(app)) = (&connection.organization, &connection.app) else {
        return Err(FlowError::StepTooEarly);
    };
    let (field, sealed) = match &tokens.refresh_token {
        Some(sealed) => (Field::RefreshToken, sealed),
        None => (Field::AccessToken, &tokens.access_token),
    };
    let reseal = |field, generation, sealed: &SealedBytes, to| {
        let from = at_connection(connection.tenant, connection.id, field, generation);
        let opened = shared
            .vault
            .open(&from, &Sealed::from_bytes(sealed.0.clone()))?;
        let sealed = shared
            .vault
            .seal(&place(connection.tenant, id, to), &opened)?;
        Ok::<_, FlowError>(SealedBytes(sealed.into_bytes()))
    };
    let client_key = match &record.key {
        Some(key) if app.uses_key() => Some(SealedKey {
            private: reseal(Field::ClientKey, 1, &key.private, Field::ClientKey)?,
            ..key.clone()
        }),
        _ => None,
    };
    let secret = record.client_secret.as_ref().filter(|_| !app.uses_key());
    let secret = secret.map(|sealed| reseal(Field::ClientSecret, 1, sealed, Field::ClientSecret));
    let end = tokens.refresh_expires_at;
    Ok(Revoked {
        id,
        reason,
        origin: organization.origin.clone(),
        app: app.clone(),
        is_refresh_token: tokens.refresh_token.is_some(),
        token: reseal(field, tokens.generation, sealed, Field::RevokedToken)?,
        client_secret: secret.transpose()?,
        client_key,
        expires_at: end.unwrap_or_else(|| shared.clock.now() + LONGEST),
    })
}

pub(super) fn open(
    shared: &Shared,
    claimed: &ClaimedRevocation,
) -> Result<(SecretString, OpenedClient), FlowError> {
    let revoked = &claimed.revoked;
    let open = |field, sealed: &SealedBytes| {
        let place = place(claimed.tenant, revoked.id, field);
        shared
            .vault
            .open(&place, &Sealed::from_bytes(sealed.0.clone()))
    };
    let key = match &revoked.client_key {
        Some(key) => Some(OpenedKey {
            pem: open(Field::ClientKey, &key.private)?,
            kid: key.id.clone(),
        }),
        None => None,
    };
    let secret = revoked.client_secret.as_ref();
    let secret = secret.map(|sealed| open(Field::ClientSecret, sealed));
    let client = OpenedClient {
        app: revoked.app.clone(),
        key,
        secret: secret.transpose()?,
    };
    Ok((open(Field::RevokedToken, &revoked.token)?, client))
}

/// The tokens before those of this generation, for Okta to end: a new sign-in leaves the one before it
/// alive. That they do not open any more must not cost the person the sign-in.
pub(in crate::flows) async fn replaced(
    shared: &Shared,
    record: &ConnectionRecord,
    generation: i64,
) -> Result<Option<Revoked>, FlowError> {
    if generation == 1 {
        return Ok(None);
    }
    let found = shared.store.find_tokens(record.connection.tenant).await?;
    let before = found.filter(|found| found.tokens.generation + 1 == generation);
    let packed = before.map(|stored| pack(shared, record, &stored, Reason::Replaced));
    Ok(packed.and_then(|packed| {
        let warn = |error: &FlowError| {
            tracing::warn!(error = %error, "replaced tokens cannot be revoked");
        };
        packed.inspect_err(warn).ok()
    }))
}

/// Where a secret of a revocation belongs.
fn place(tenant: TenantId, revocation: RevocationId, field: Field) -> SealContext {
    SealContext {
        tenant,
        record: revocation.as_uuid(),
        field,
        generation: 1,
    }
}
