//! The worker API, called as programs call it.

mod caller;
mod disconnect;
mod keys;
mod tenants;
