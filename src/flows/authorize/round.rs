//! One round trip to Okta: the attempt is written down, then the address is handed out.

use secrecy::SecretString;
use time::OffsetDateTime;
use url::Url;

use crate::domain::audit::AuditEvent;
use crate::domain::authorization_attempt::{AuthorizationAttempt, LIFETIME, Purpose, ReturnTo};
use crate::domain::catalog::Catalog;
use crate::domain::id::AttemptId;
use crate::domain::scope::ScopeSet;
use crate::domain::session::Session;
use crate::flows::app_setup::redirect_uri;
use crate::flows::keys::app_of;
use crate::flows::{FlowError, Shared};
use crate::okta::{AuthorizationRequest, Metadata, Prompt, pkce_challenge};
use crate::store::{ConnectionRecord, NewAttempt, SealedBytes};
use crate::vault::{self, Field, SealContext};

/// One round trip, before it is written down.
pub(in crate::flows) struct Round<'a> {
    pub record: &'a ConnectionRecord,
    pub session: &'a Session,
    pub purpose: Purpose,
    /// With the app that an onboarding entered.
    pub uses_next_app: bool,
    pub requested: ScopeSet,
    /// What is agreed to by it.
    pub catalog: Option<&'a Catalog>,
    pub returns_to: Option<ReturnTo>,
    /// So few working permissions were seen and chosen.
    pub accepts: Option<usize>,
    /// Where it was read already; else it is read now.
    pub metadata: Option<Metadata>,
    /// What the audit trail is told; nothing of a stranger.
    pub event: Option<AuditEvent>,
}

/// Writes the attempt down and gives Okta's address for it.
pub(in crate::flows) async fn begin_round(
    shared: &Shared,
    round: Round<'_>,
) -> Result<(SecretString, OffsetDateTime), FlowError> {
    let connection = &round.record.connection;
    let organization = round
        .record
        .organization(round.uses_next_app)
        .ok_or(FlowError::StepTooEarly)?;
    let (app, _) = app_of(round.record, round.uses_next_app)?;
    let metadata = match round.metadata {
        Some(metadata) => metadata,
        None => shared.okta.metadata(&organization.origin).await?,
    };
    let [state, nonce, verifier] = std::array::from_fn(|_| vault::random_token());
    let redirect = redirect_uri(shared, connection.id);
    let now = shared.clock.now();
    let facts = AuthorizationAttempt {
        id: AttemptId::new(),
        tenant: connection.tenant,
        connection: connection.id,
        session_family: round.session.family,
        purpose: round.purpose,
        nonce_hash: vault::fingerprint(&nonce),
        redirect_uri: redirect.to_string(),
        origin: organization.origin.clone(),
        client_id: app.client_id.clone(),
        uses_next_app: round.uses_next_app,
        requested: round.requested,
        catalog_version: round.catalog.map(|catalog| catalog.version().to_owned()),
        returns_to: round.returns_to,
        accepts: round.accepts,
        expires_at: now + LIFETIME,
    };
    let url = shared.okta.authorization_url(
        &metadata,
        &AuthorizationRequest {
            client_id: &app.client_id,
            redirect_uri: &redirect,
            scopes: &facts.requested,
            state: &state,
            nonce: &nonce,
            pkce_challenge: &pkce_challenge(&verifier),
            // The person must see, and prove, who connects: a session that happens to be there is not asked.
            prompt: Prompt::Login,
            login_hint: None,
        },
    );
    let expires_at = facts.expires_at;
    let sealed = shared.vault.seal(&verifier_context(&facts), &verifier)?;
    let attempt = NewAttempt {
        facts,
        state_hash: vault::fingerprint(&state),
        sealed_verifier: SealedBytes(sealed.into_bytes()),
        catalog_content: round.catalog.map(Catalog::to_json_snapshot),
    };
    shared
        .store
        .begin_attempt(&attempt, round.event.as_ref(), now)
        .await?;
    Ok((secret_url(&url), expires_at))
}

pub(in crate::flows) fn verifier_context(facts: &AuthorizationAttempt) -> SealContext {
    SealContext {
        tenant: facts.tenant,
        record: facts.id.as_uuid(),
        field: Field::PkceVerifier,
        generation: 1,
        origin: Some(facts.origin.clone()),
    }
}

fn secret_url(url: &Url) -> SecretString {
    SecretString::from(url.as_str().to_owned())
}
