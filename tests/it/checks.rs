//! Checks: what each permission can really do, against an Okta that is told how to behave.

mod lives;
mod outages;
mod pace;
mod pause;
mod replicas;
pub(crate) mod rows;
mod tokens;
mod truth;
pub(crate) mod world;
