//! Webhooks: from a change to the vendor's receiver, signed, in order, at least once.

mod addresses;
mod api;
mod commands;
mod documents;
mod events;
mod fairness;
mod metrics;
mod order;
mod receiver;
mod replicas;
mod retries;
mod secrets;
mod world;
