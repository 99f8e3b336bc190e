//! Everything that is said to Okta, and everything that Okta's answers mean.
//!
//! One [`Okta`] serves all organizations. It knows Okta's protocols and nothing of tenants, storage
//! or pages: it takes an origin and secrets, and gives facts or a
//! [`OktaFailure`](crate::domain::failure::OktaFailure). Requests leave only through `http`, which
//! checks where they go and bounds what comes back.
//!
//! What it must not do: keep or log a secret, follow a redirect, repeat a request that spends
//! something, or let a type of the HTTP library out of this room.

mod authorization;
mod client;
mod discovery;
mod error;
mod id_token;
mod introspection;
mod management;
mod preflight;
mod token;

use crate::domain::clock::SharedClock;
use crate::domain::org_url::HostPolicy;

pub use authorization::{AuthorizationRequest, Prompt, pkce_challenge};
pub use client::{Client, ClientAuth, KeyAlgorithm};
pub use discovery::Metadata;
pub use error::authorization_error;
pub use id_token::{Expected, ExpectedNonce, Identity};
pub use introspection::{Introspection, TokenHint};
pub use management::RoleFinding;
pub use preflight::{Finding, Preflight};
pub use token::TokenResponse;

use std::time::Duration;

/// The one way to Okta. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Okta {
    policy: HostPolicy,
    clock: SharedClock,
    limits: Limits,
}

/// What a single answer may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Until a connection stands, name resolution included.
    pub connect: Duration,
    /// Until the last byte of the body, retries included.
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

/// The machine offers no TLS that the HTTP client could use.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client cannot be built: {0}")]
pub struct BuildError(String);

impl Okta {
    pub fn new(policy: HostPolicy, clock: SharedClock, limits: Limits) -> Result<Self, BuildError> {
        Ok(Self {
            policy,
            clock,
            limits,
        })
    }
}
