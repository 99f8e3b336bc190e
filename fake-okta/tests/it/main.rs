//! The fake, driven from outside over HTTP.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

mod admin_console;
mod authorize_errors;
mod code_flow;
mod desk;
mod documents;
mod faults;
mod groups;
mod id_token_faults;
mod key_clients;
mod limits;
mod management;
mod one_address;
mod overrides;
mod pages;
mod refresh;
mod sight;
mod wrong_documents;
