//! Checks: what each permission can really do, against an Okta that is told how to behave.

mod truth;
mod world;
