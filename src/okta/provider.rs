//! The vendor's own identity provider: any that speaks OpenID Connect. Every address comes from its
//! discovery document, whose issuer must be the configured one letter by letter; the endpoints may be
//! on other hosts, since many providers do it so.
//!
//! It lends the rules for answers, keys, codes and ID tokens from the rest of this room.

mod identity;
mod metadata;

use secrecy::SecretString;
use url::Url;

use super::authorization::AuthorizationRequest;
use super::client::{Client, ClientAuth};
use super::http::{Destinations, Http};
use super::id_token::{Expected, ExpectedNonce, Signer};
use super::{Limits, Okta, secret};
use crate::domain::clock::SharedClock;
use crate::domain::connection::ClientId;
use crate::domain::failure::{FailureKind, OktaFailure};
use crate::domain::org_url::HostPolicy;
use crate::domain::scope::{Scope, ScopeSet};
use crate::domain::staff::{Issuer, StaffSettings};
use crate::outbound::BuildError;

pub use self::identity::StaffIdentity;
pub use self::metadata::ProviderMetadata;

/// A longer ID token, as many groups make it, fits into no address: the provider then finds the person by
/// its own session (RP-Initiated Logout §2 only recommends the hint).
const LONGEST_HINT: usize = 6 * 1024;

/// The way to the provider. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Provider {
    /// Its own, so that no address of the one is ever an address of the other.
    line: Okta,
    issuer: Issuer,
    client_id: ClientId,
    client_secret: SecretString,
}

impl Provider {
    pub fn new(
        settings: &StaffSettings,
        clock: SharedClock,
        limits: Limits,
    ) -> Result<Self, BuildError> {
        let destinations = Destinations::Provider {
            plain_on_this_machine: settings.issuer.is_plain(),
        };
        let http = Http::new(destinations, limits)?;
        Ok(Self {
            line: Okta::through(http, HostPolicy::new(Vec::new()), clock),
            issuer: settings.issuer.clone(),
            client_id: settings.client_id.clone(),
            client_secret: settings.client_secret.clone(),
        })
    }

    /// The scopes to ask for: `groups` too, unless the provider lists its scopes without it.
    #[must_use]
    pub fn scopes(&self, metadata: &ProviderMetadata) -> ScopeSet {
        let wanted = ["openid", "profile", "email", "groups"];
        let count = if metadata.knows_groups_scope { 4 } else { 3 };
        wanted
            .iter()
            .take(count)
            .filter_map(|name| name.parse::<Scope>().ok())
            .collect()
    }

    /// The address to send the browser to. It holds the state: for the browser alone.
    #[must_use]
    pub fn authorization_url(
        &self,
        metadata: &ProviderMetadata,
        request: &AuthorizationRequest<'_>,
    ) -> Url {
        request.address(&metadata.authorization_endpoint)
    }

    /// Checks the `iss` of the answer (RFC 9207 §2.4), before its code is spent.
    pub fn check_response_issuer(
        &self,
        metadata: &ProviderMetadata,
        iss: Option<&str>,
    ) -> Result<(), OktaFailure> {
        match iss {
            Some(iss) if iss == self.issuer.as_str() => Ok(()),
            None if !metadata.names_issuer_in_answers => Ok(()),
            Some(_) => Err(wrong_issuer("the answer names another issuer")),
            None => Err(wrong_issuer(
                "the answer names no issuer, although the provider promised it",
            )),
        }
    }

    /// Spends the code and proves who signed in. Never repeated: a code is taken once.
    pub async fn identify(
        &self,
        metadata: &ProviderMetadata,
        code: &SecretString,
        verifier: &SecretString,
        redirect_uri: &Url,
        nonce_hash: [u8; 32],
    ) -> Result<StaffIdentity, OktaFailure> {
        let client = Client {
            organization: None,
            client_id: &self.client_id,
            auth: if metadata.takes_basic {
                ClientAuth::Secret(&self.client_secret)
            } else {
                ClientAuth::SecretInBody(&self.client_secret)
            },
        };
        let endpoint = &metadata.token_endpoint;
        let spent = self
            .line
            .spend_code(endpoint, &client, code, verifier, redirect_uri);
        let response = spent.await?;
        let missing = OktaFailure::new(FailureKind::IdTokenRejected);
        let id_token = response
            .id_token
            .ok_or(missing.with_detail("it is missing"))?;
        let signer = Signer {
            issuer: self.issuer.as_str(),
            jwks_uri: &metadata.jwks_uri,
            algorithms: &metadata.algorithms,
        };
        let expected = Expected {
            nonce: ExpectedNonce::Sha256(nonce_hash),
            access_token: &response.access_token,
        };
        let proved = self
            .line
            .verify(signer, &self.client_id, &id_token, &expected)
            .await?;
        let told = self
            .userinfo(metadata, &proved, &response.access_token)
            .await?;
        Ok(identity::of(proved, told.as_ref(), id_token))
    }

    /// The provider's own sign-out (OpenID Connect RP-Initiated Logout §2), if it has one. It holds
    /// the ID token: for the browser alone.
    #[must_use]
    pub fn sign_out_url(
        &self,
        metadata: &ProviderMetadata,
        id_token: &SecretString,
        back: &Url,
    ) -> Option<Url> {
        let mut url = metadata.end_session_endpoint.clone()?;
        let hint = secret::open(id_token);
        if hint.len() <= LONGEST_HINT {
            url.query_pairs_mut().append_pair("id_token_hint", hint);
        }
        url.query_pairs_mut()
            .append_pair("client_id", self.client_id.as_str())
            .append_pair("post_logout_redirect_uri", back.as_str());
        Some(url)
    }
}

fn wrong_issuer(detail: &'static str) -> OktaFailure {
    OktaFailure::new(FailureKind::WrongIssuer).with_detail(detail)
}
