//! The worker API, called as programs call it.

pub mod caller;
mod disconnect;
mod document;
mod idempotency;
mod keys;
mod limits;
mod lives;
mod narrowed;
mod surface;
pub mod table;
mod tenants;
mod wrong_callers;
mod wrong_keys;
