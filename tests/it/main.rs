//! Integration tests, one file per journey or concern, on a real PostgreSQL and a strict fake Okta.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails there and then"
)]

mod actors;
mod api;
mod audit;
mod broker;
mod callback;
mod catalog_change;
mod checks;
mod cli;
mod consent;
mod demo;
mod dependencies;
mod disconnect;
mod errors;
mod fuzz;
mod hardening;
mod health;
mod home;
mod hostile;
mod house;
mod invariants;
mod keyring;
mod leaks;
mod links;
mod look_up;
mod mend;
mod metrics;
mod onboarding;
mod overtaken;
mod overview;
mod people;
mod private_postgres;
mod proofs;
mod recovery;
mod refresh;
mod sessions;
mod sign_in;
mod staff;
mod statements;
mod support;
mod support_desk;
mod token_responses;
mod troubles;
mod webhooks;
