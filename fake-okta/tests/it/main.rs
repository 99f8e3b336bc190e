//! The fake, driven from outside over HTTP.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

mod code_flow;
