//! Facts and rules of the house: what a tenant, an organization, a scope and a connection are.
//!
//! Nothing here does I/O, reads the wall clock (see [`clock`]) or knows of HTTP, SQL or HTML,
//! so every rule can be tested with plain values.

pub mod access_request;
pub mod api_key;
pub mod audit;
pub mod authorization_attempt;
pub mod catalog;
pub mod check;
pub mod check_run;
pub mod clock;
pub mod connection;
pub mod database_tls;
pub mod failure;
pub mod grant_status;
pub mod id;
pub mod identity;
pub mod look_up;
pub mod onboarding_link;
pub mod org_url;
pub mod organization;
pub mod overtaken;
pub mod overview;
pub mod pasted;
pub mod refresh_schedule;
pub mod remedy;
pub mod retry_after;
pub mod revocation;
pub mod scope;
pub mod session;
pub mod staff;
pub mod state_change;
pub mod text;
pub mod token_set;
pub mod webhook;
