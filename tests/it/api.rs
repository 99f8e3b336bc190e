//! The worker API, called as programs call it.

mod caller;
mod keys;
mod tenants;
