//! Finding mistakes in the application's settings before the administrator is sent to Okta.
//!
//! Each check asks Okta something harmless whose refusal names the mistake. Where an answer could
//! mean two things, nothing is concluded; an outage is reported as an outage.

use secrecy::SecretString;
use url::Url;

use super::Okta;
use super::answer::Answer;
use super::authorization::{AuthorizationRequest, Prompt, pkce_challenge};
use super::client::Client;
use super::discovery::Metadata;
use super::error::Asked;
use super::introspection::TokenHint;
use crate::domain::connection::ClientId;
use crate::domain::failure::{FailureKind, OktaFailure};
use crate::domain::scope::ScopeSet;

/// Looks like no token of Okta's, and is none.
const NO_TOKEN: &str = "grantway-preflight";

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    Ok,
    /// A mistake to mend, or a passing failure (see `FailureKind::is_passing`) that tells nothing.
    Failed(OktaFailure),
    /// It was not reached, or Okta's answer proves neither.
    NotChecked,
}

/// What could be known without the administrator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preflight {
    pub client_id: Finding,
    pub credentials: Finding,
    pub redirect_address: Finding,
    pub refresh_grant: Finding,
}

impl Preflight {
    fn only(client_id: Finding) -> Self {
        Self {
            client_id,
            credentials: Finding::NotChecked,
            redirect_address: Finding::NotChecked,
            refresh_grant: Finding::NotChecked,
        }
    }
}

impl Okta {
    /// Checks the client id first, because nothing after it makes sense without.
    pub async fn preflight(
        &self,
        metadata: &Metadata,
        client: &Client<'_>,
        redirect_uri: &Url,
    ) -> Preflight {
        let client_id = self.check_client_id(metadata, client.client_id).await;
        if client_id != Finding::Ok {
            return Preflight::only(client_id);
        }
        let ((credentials, refresh_grant), redirect_address) = tokio::join!(
            self.check_client(metadata, client),
            self.check_redirect_address(metadata, client.client_id, redirect_uri),
        );
        // Okta's documents also know inactive applications, which its endpoints then do not.
        if matches!(&credentials, Finding::Failed(f) if f.kind == FailureKind::UnknownClient) {
            return Preflight::only(credentials);
        }
        Preflight {
            client_id,
            credentials,
            redirect_address,
            refresh_grant,
        }
    }

    /// Okta's discovery document takes a client id and refuses one that it does not know.
    async fn check_client_id(&self, metadata: &Metadata, client_id: &ClientId) -> Finding {
        let mut url = metadata.issuer.join("/.well-known/openid-configuration");
        url.query_pairs_mut()
            .append_pair("client_id", client_id.as_str());
        let answer = match self.0.http.get(&url).await {
            Ok(answer) => answer,
            Err(failure) => return Finding::Failed(failure),
        };
        match self.good(answer, Asked::Document) {
            Ok(_) => Finding::Ok,
            Err(failure) => telling(failure, &[FailureKind::UnknownClient]),
        }
    }

    async fn check_client(&self, metadata: &Metadata, client: &Client<'_>) -> (Finding, Finding) {
        let credentials = self.check_credentials(metadata, client).await;
        if credentials != Finding::Ok {
            return (credentials, Finding::NotChecked);
        }
        (
            credentials,
            self.check_refresh_grant(metadata, client).await,
        )
    }

    /// Asking about a token that does not exist: Okta answers "inactive" to whom it recognizes.
    async fn check_credentials(&self, metadata: &Metadata, client: &Client<'_>) -> Finding {
        let no_token = SecretString::from(NO_TOKEN);
        let hint = TokenHint::RefreshToken;
        match self.introspect(metadata, client, &no_token, hint).await {
            Ok(_) => Finding::Ok,
            Err(failure) => Finding::Failed(failure),
        }
    }

    /// Spending a refresh token that does not exist: Okta names a missing grant before the token.
    async fn check_refresh_grant(&self, metadata: &Metadata, client: &Client<'_>) -> Finding {
        match self
            .refresh(metadata, client, &SecretString::from(NO_TOKEN))
            .await
        {
            Err(failure) if failure.kind == FailureKind::RefreshTokenDead => Finding::Ok,
            Err(failure) => telling(failure, &[FailureKind::RefreshTokenGrantDisabled]),
            Ok(_) => Finding::NotChecked,
        }
    }

    /// Asking for a code without a person (`prompt=none`). Okta sends whatever it has to say to the
    /// redirect address if it is registered, and else shows a page of its own.
    async fn check_redirect_address(
        &self,
        metadata: &Metadata,
        client_id: &ClientId,
        redirect_uri: &Url,
    ) -> Finding {
        let url = self.silent_authorization_url(metadata, client_id, redirect_uri);
        let answer = match self.0.http.get(&url).await {
            Ok(answer) => answer,
            Err(failure) => return Finding::Failed(failure),
        };
        if leads_to(&answer, redirect_uri) {
            return Finding::Ok;
        }
        match (answer.status(), answer.passing_failure(self.now())) {
            (400, _) => {
                let kind = FailureKind::RedirectAddressNotRegistered;
                Finding::Failed(OktaFailure::new(kind).with_said(answer.said()))
            }
            (_, Some(failure)) if failure.kind != FailureKind::Nonsense => Finding::Failed(failure),
            _ => Finding::NotChecked,
        }
    }

    fn silent_authorization_url(
        &self,
        metadata: &Metadata,
        client_id: &ClientId,
        redirect_uri: &Url,
    ) -> Url {
        let once = || SecretString::from(uuid::Uuid::new_v4().simple().to_string());
        let verifier = SecretString::from(format!("{0}{0}", uuid::Uuid::new_v4().simple()));
        self.authorization_url(
            metadata,
            &AuthorizationRequest {
                client_id,
                redirect_uri,
                scopes: &ScopeSet::parse("openid"),
                state: &once(),
                nonce: &once(),
                pkce_challenge: &pkce_challenge(&verifier),
                prompt: Prompt::Never,
                login_hint: None,
            },
        )
    }
}

/// A failure that tells something about the setting (or passes); any other tells nothing.
fn telling(failure: OktaFailure, about: &[FailureKind]) -> Finding {
    if failure.kind.is_passing() || about.contains(&failure.kind) {
        Finding::Failed(failure)
    } else {
        Finding::NotChecked
    }
}

fn leads_to(answer: &Answer, redirect_uri: &Url) -> bool {
    let target = answer.location().and_then(|to| to.split(['?', '#']).next());
    matches!(answer.status(), 302 | 303) && target == Some(redirect_uri.as_str())
}
