//! Everything that is said to Okta, and everything that Okta's answers mean.
//!
//! One [`Okta`] serves all organizations. It knows Okta's protocols and nothing of tenants, storage
//! or pages: it takes an origin and secrets, and gives facts or a
//! [`OktaFailure`]. Requests leave only through `http`, which
//! checks where they go and bounds what comes back.
//!
//! The vendor's own identity provider, where its staff sign in, is spoken to from here too (`provider`):
//! by the same rules for answers, keys and ID tokens, at other addresses.
//!
//! What it must not do: keep or log a secret, follow a redirect, repeat a request that spends
//! something, or let a type of the HTTP library out of this room.

mod answer;
mod authorization;
mod bearer;
mod client;
mod discovery;
mod error;
mod http;
mod id_token;
mod id_token_claims;
mod introspection;
mod keys;
mod management;
mod measured;
mod preflight;
mod probe;
mod provider;
mod secret;
mod token;
mod wire;

pub use answer::Pace;
pub use authorization::{AuthorizationRequest, Prompt, pkce_challenge};
pub use bearer::OrgToken;
pub use client::{Client, ClientAuth, KeyAlgorithm};
pub use discovery::Metadata;
pub use error::authorization_error;
pub use id_token::{Expected, ExpectedNonce, Identity};
pub use introspection::{Introspection, TokenHint};
pub use management::RoleFinding;
pub use measured::describe_metrics;
pub use preflight::{Finding, Preflight};
pub use probe::ProbeReply;
pub use provider::{Provider, ProviderMetadata, StaffIdentity};
pub use token::TokenResponse;

use std::sync::Arc;
use std::time::Duration;

use serde::de::DeserializeOwned;
use time::OffsetDateTime;
use url::Url;

use self::answer::Answer;
use self::error::Asked;
use self::http::{Destinations, Http};
use self::keys::KeyCache;
use crate::domain::clock::SharedClock;
use crate::domain::failure::OktaFailure;
use crate::domain::org_url::HostPolicy;
use crate::outbound::BuildError;

/// The one way to Okta. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Okta(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    http: Http,
    policy: HostPolicy,
    clock: SharedClock,
    keys: KeyCache,
}

/// What a single answer may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Until a connection stands, name resolution included.
    pub connect: Duration,
    /// Until the last byte of the body, a second try included.
    pub total: Duration,
    /// The largest body, in bytes.
    pub body: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            total: Duration::from_secs(15),
            body: 1024 * 1024,
        }
    }
}

impl Okta {
    /// Reaches the organizations that `policy` allows.
    pub fn new(policy: HostPolicy, clock: SharedClock, limits: Limits) -> Result<Self, BuildError> {
        let http = Http::new(Destinations::Organizations(policy.clone()), limits)?;
        Ok(Self::through(http, policy, clock))
    }

    fn through(http: Http, policy: HostPolicy, clock: SharedClock) -> Self {
        Self(Arc::new(Inner {
            http,
            policy,
            clock,
            keys: KeyCache::default(),
        }))
    }

    fn now(&self) -> OffsetDateTime {
        self.0.clock.now()
    }

    /// Reads a JSON document that anybody may read.
    async fn document<T: DeserializeOwned>(&self, url: &Url) -> Result<T, OktaFailure> {
        let answer = self.0.http.get(url).await?;
        self.good(answer, Asked::Document)?.json()
    }

    /// Passes on only a 200 with JSON; everything else becomes its cause.
    fn good(&self, answer: Answer, asked: Asked) -> Result<Answer, OktaFailure> {
        if let Some(failure) = answer.passing_failure(self.now()) {
            return Err(failure);
        }
        let said = answer.said();
        if answer.is_ok() && said.error.is_none() {
            return Ok(answer);
        }
        Err(error::failure(asked, said))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_send<T: Send>(_: T) {}

    /// The callers spawn this work, so that a closed tab cannot cut it in half.
    #[expect(
        clippy::diverging_sub_expression,
        unreachable_code,
        reason = "only the types count"
    )]
    #[expect(dead_code, reason = "it compiles or it does not")]
    fn everything_can_run_in_a_task(okta: &'static Okta, metadata: &'static Metadata) {
        is_send(okta.metadata(metadata.issuer()));
        is_send(okta.organization(metadata.issuer()));
        is_send(okta.preflight(metadata, panic!(), panic!()));
        is_send(okta.exchange_code(metadata, panic!(), panic!(), panic!(), panic!()));
        is_send(okta.refresh(metadata, panic!(), panic!()));
        is_send(okta.introspect(metadata, panic!(), panic!(), panic!()));
        is_send(okta.revoke(metadata, panic!(), panic!(), panic!()));
        is_send(okta.verify_id_token(metadata, panic!(), panic!(), panic!()));
        is_send(okta.super_administrator(panic!(), panic!()));
    }
}
