//! Seals the tenants' secrets for the database, and makes new ones.
//!
//! Everything that must stay secret passes through here as a `SecretString`; what leaves is either
//! sealed, hashed, or went through [`disclose`] by name. It stores nothing and talks to no one.

mod audit_key;
pub mod client_key;
mod key_ring;
mod seal;
mod token;
pub mod webhook_key;

pub use key_ring::{KeyRing, KeyRingError};
pub use seal::{Field, OpenError, SealContext, SealError, Sealed, Vault, key_id_of_header};
pub use token::{
    constant_time_eq, disclose, fingerprint, fingerprint_of, fingerprint_of_bytes, random_token,
};
