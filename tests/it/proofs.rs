//! The hard proofs of refresh: real services that are killed, stopped and woken at bad moments, real
//! PostgreSQL that crashes, and an Okta that rotates refresh tokens and detects their reuse.
//!
//! The suite runs short forms; the full forms have `soak` in their names and run by `make soak`.

mod dice;
mod fates;
mod kills;
mod outages;
mod pauses;
mod service;
mod stage;
mod stampede;
