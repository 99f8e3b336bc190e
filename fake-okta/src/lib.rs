//! A strict stand-in for Okta organizations, for tests and demonstrations.
//!
//! [`FakeOkta::start`] opens one address on 127.0.0.1 for each organization of a [`Seed`] (or, for
//! hundreds of them, one for all, as [`Options::one_address`] says). Behind it
//! are the sign-in page, the org authorization server, a part of the management API and a small
//! Admin Console, written from Okta's documents, with Okta's own error texts. A fault desk makes any
//! of it go wrong on demand, and a request log tells what a client really sent.
//!
//! It shares no code with the service that it tests, so that a mistake cannot hide on both sides.

mod admin;
mod authorize;
mod clock;
mod fake;
mod faults;
mod handle;
mod ids;
mod keys;
mod limits;
mod log;
mod management;
mod metadata;
mod org;
pub mod scopes;
mod seed;
mod state;
mod token;
mod web;
mod words;

pub use clock::Clock;
pub use fake::{FakeOkta, Options};
pub use faults::{CallbackFault, DiscoveryFault, Effect, Fault, FaultDesk, IdTokenFault};
pub use handle::{IssuedTokens, OrgHandle};
pub use log::RequestRecord;
pub use seed::{OrgSeed, Seed};
pub use state::{
    App, ApplicationType, AuthMethod, Edition, GroupsClaim, OrgState, Override, OverrideAnswer,
    Person, PersonStatus, Role, Rotation, Status,
};
