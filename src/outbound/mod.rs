//! How the service reaches others at all: which addresses a name may stand for, and the HTTP clients
//! that `okta` and `webhook` send with. It knows no protocol and decides nothing of who is asked.

pub mod address;
mod client;

pub use address::RefusedAddress;
pub use client::{BuildError, Door, build, is_refused};
