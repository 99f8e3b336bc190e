//! grantway: connects a customer's Okta organization to a SaaS vendor, safely and provably.
//!
//! ARCHITECTURE.md draws the house; `tests/it/house.rs` holds its floors.

pub mod app;
pub mod cli;
pub mod config;
pub mod domain;
pub mod flows;
#[cfg(test)]
mod fuzz;
pub mod lifecycle;
pub mod okta;
pub mod outbound;
pub mod private_postgres;
pub mod store;
pub mod telemetry;
pub mod vault;
pub mod web;
pub mod webhook;
