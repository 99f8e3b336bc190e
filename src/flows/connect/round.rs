//! The conversation with Okta after an answer: no transaction is open meanwhile.

use secrecy::SecretString;
use time::{Duration, OffsetDateTime};
use url::Url;

use super::{CallbackQuery, Connect};
use crate::domain::authorization_attempt::AttemptProblem;
use crate::domain::connection::AttentionReason;
use crate::domain::failure::{FailureKind, OktaFailure};
use crate::domain::identity::{Identity, RoleFinding};
use crate::domain::scope::ScopeSet;
use crate::domain::token_set::{ScopesSource, TokenSet};
use crate::flows::FlowError;
use crate::flows::authorize::verifier_context;
use crate::flows::keys::{app_of, opened_client};
use crate::flows::onboarding::other_organization;
use crate::flows::revocations::Unkept;
use crate::okta::{
    Client, Expected, ExpectedNonce, Metadata, OrgToken, TokenHint, TokenResponse,
    authorization_error,
};
use crate::store::{ConnectionRecord, ConsumedAttempt};
use crate::vault::Sealed;

/// Okta ends a refresh token so long after the person signed in, whatever its use.
const SIGN_IN_LASTS: Duration = Duration::days(90);

/// What a finished round trip brought.
pub(super) struct Answer {
    pub identity: Identity,
    pub tokens: TokenSet,
    pub role: RoleFinding,
}

impl Answer {
    /// What a person has to mend although Okta granted something.
    pub(super) fn finding(&self) -> Option<AttentionReason> {
        let is_super = match self.role {
            RoleFinding::NotSuperAdministrator { .. } => Some(false),
            _ => None,
        };
        let has_refresh_token = self.tokens.refresh_token.is_some();
        let has_api_scope = self.tokens.scopes.has_api_scope();
        AttentionReason::of_authorization(has_api_scope, is_super, has_refresh_token)
    }
}

impl Connect {
    /// Spends the code and proves who signed in.
    pub(super) async fn spend(
        &self,
        attempt: &ConsumedAttempt,
        query: &CallbackQuery,
        record: &ConnectionRecord,
    ) -> Result<(Metadata, TokenResponse, Identity), FlowError> {
        let facts = &attempt.facts;
        let okta = &self.0.okta;
        let metadata = okta.metadata(&facts.origin).await?;
        metadata.check_response_issuer(query.iss.as_deref())?;
        if let Some(error) = &query.error {
            return Err(authorization_error(error, query.error_description.as_deref()).into());
        }
        let code = query.code.as_ref().ok_or(AttemptProblem::Malformed)?;
        self.check_unchanged(attempt, record).await?;
        let opened = opened_client(&self.0, record, facts.uses_next_app)?;
        let client = opened.client()?;
        let sealed = Sealed::from_bytes(attempt.sealed_verifier.0.clone());
        let verifier = self.0.vault.open(&verifier_context(facts), &sealed)?;
        let redirect = Url::parse(&facts.redirect_uri).map_err(|_| AttemptProblem::Malformed)?;
        let response = okta
            .exchange_code(&metadata, &client, code, &verifier, &redirect)
            .await?;
        let identity = self.identify(attempt, &metadata, &response).await;
        match identity {
            Ok(identity) => Ok((metadata, response, identity)),
            Err(failure) => {
                // Tokens of which we cannot say whose they are must not stay alive.
                let owner = (facts.tenant, facts.connection);
                Unkept::new(owner, &metadata, opened.clone(), response)
                    .end(&self.0)
                    .await;
                Err(failure.into())
            }
        }
    }

    /// The app is still the one that the attempt was begun with, and the organization at its address
    /// still the one that was confirmed.
    async fn check_unchanged(
        &self,
        attempt: &ConsumedAttempt,
        record: &ConnectionRecord,
    ) -> Result<(), FlowError> {
        let next = attempt.facts.uses_next_app;
        let (app, _) = app_of(record, next)?;
        let confirmed = record.organization(next).ok_or(FlowError::StepTooEarly)?;
        if app.client_id != attempt.facts.client_id || confirmed.origin != attempt.facts.origin {
            return Err(AttemptProblem::Expired.into());
        }
        let answering = self.0.okta.organization(&confirmed.origin).await?;
        if !answering.is(confirmed) {
            return Err(other_organization().into());
        }
        Ok(())
    }

    async fn identify(
        &self,
        attempt: &ConsumedAttempt,
        metadata: &Metadata,
        response: &TokenResponse,
    ) -> Result<Identity, OktaFailure> {
        let rejected = OktaFailure::new(FailureKind::IdTokenRejected);
        let id_token = response.id_token.as_ref().ok_or(rejected)?;
        let expected = Expected {
            nonce: ExpectedNonce::Sha256(attempt.facts.nonce_hash),
            access_token: &response.access_token,
        };
        let client_id = &attempt.facts.client_id;
        let claims = self
            .0
            .okta
            .verify_id_token(metadata, client_id, id_token, &expected)
            .await?;
        let email = claims.email.or(claims.login).unwrap_or_default();
        let name = claims.name.unwrap_or_else(|| email.clone());
        Ok(Identity {
            issuer: metadata.issuer().clone(),
            subject: claims.subject,
            name,
            email,
        })
    }

    /// What the tokens are worth: their scopes, their end, and the role behind them.
    pub(super) async fn appraise(
        &self,
        attempt: &ConsumedAttempt,
        metadata: &Metadata,
        client: &Client<'_>,
        response: TokenResponse,
        identity: Identity,
    ) -> Answer {
        let now = self.0.clock.now();
        let (scopes, scopes_source) = self.granted(attempt, metadata, client, &response).await;
        let refresh_expires_at = self.sign_in_ends(metadata, client, &response, now).await;
        let role = self.role(metadata, &response.access_token, &identity).await;
        let tokens = TokenSet {
            access_expires_at: now + response.expires_in,
            access_token: response.access_token,
            refresh_token: response.refresh_token,
            refresh_expires_at,
            scopes,
            scopes_source,
        };
        Answer {
            identity,
            tokens,
            role,
        }
    }

    /// The scopes that Okta named, in the response or when asked. Okta drops what is not granted
    /// without a word, so what was requested says nothing.
    async fn granted(
        &self,
        attempt: &ConsumedAttempt,
        metadata: &Metadata,
        client: &Client<'_>,
        response: &TokenResponse,
    ) -> (ScopeSet, ScopesSource) {
        if let Some(scopes) = &response.scopes {
            return (scopes.clone(), ScopesSource::TokenResponse);
        }
        let hint = TokenHint::AccessToken;
        let asked = self
            .0
            .okta
            .introspect(metadata, client, &response.access_token, hint)
            .await;
        match asked.ok().and_then(|told| told.scopes) {
            Some(scopes) => (scopes, ScopesSource::Introspection),
            None => (attempt.facts.requested.clone(), ScopesSource::Assumed),
        }
    }

    async fn sign_in_ends(
        &self,
        metadata: &Metadata,
        client: &Client<'_>,
        response: &TokenResponse,
        now: OffsetDateTime,
    ) -> Option<OffsetDateTime> {
        let refresh = response.refresh_token.as_ref()?;
        let told = self
            .0
            .okta
            .introspect(metadata, client, refresh, TokenHint::RefreshToken)
            .await;
        told.ok()
            .and_then(|told| told.expires_at)
            .or(Some(now + SIGN_IN_LASTS))
    }

    pub(super) async fn role(
        &self,
        metadata: &Metadata,
        access_token: &SecretString,
        identity: &Identity,
    ) -> RoleFinding {
        use crate::okta::RoleFinding as Found;
        let user = &identity.subject;
        let token = OrgToken::new(metadata.issuer().clone(), access_token.clone());
        match self.0.okta.super_administrator(&token, user).await {
            Found::Yes => RoleFinding::SuperAdministrator,
            Found::No { status, code } => RoleFinding::NotSuperAdministrator {
                evidence: format!("{status} {}", code.unwrap_or_default())
                    .trim_end()
                    .to_owned(),
            },
            Found::Unknown(failure) => RoleFinding::Unknown {
                evidence: failure.kind.code().to_owned(),
            },
        }
    }
}
