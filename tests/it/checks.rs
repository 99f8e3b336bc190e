//! Checks: what each permission can really do, against an Okta that is told how to behave.

mod lives;
mod outages;
mod pace;
mod replicas;
mod rows;
mod tokens;
mod truth;
mod world;
