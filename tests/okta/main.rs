//! The Okta room against a strict fake of Okta, over HTTP.

mod addresses;
mod discovery;
mod exchange;
mod id_token;
mod preflight;
mod probes;
mod roles;
mod support;
mod token_response;
mod tokens;
mod transport;
