//! Integration tests, one file per journey.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails there and then"
)]

mod dependencies;
mod private_postgres;
mod support;
