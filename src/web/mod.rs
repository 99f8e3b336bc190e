//! HTTP in, HTML and JSON out. Handlers parse at the door, call one use case, and put its result into
//! a page's words. They see no pool, no HTTP client and no key.

mod actors;
mod api;
mod assets;
mod callback;
mod client_ip;
mod cookies;
mod error;
mod forms;
mod health;
mod held;
mod home;
mod jwks;
mod layers;
mod link_holder;
mod metrics;
mod onboarding;
pub mod pages;
mod problem;
mod rate_limit;
mod repair;
mod routes;
mod server;
mod staff;
mod state;
mod status_json;
mod status_page;
mod support;
mod tenant;
mod when;
mod words;

pub use metrics::{MetricsText, describe_metrics};
pub use rate_limit::{RateLimits, Rates};
pub use routes::{admin_router, public_router, routes};
pub use server::{Bounds, Capacity, Patience, serve};
pub use state::{AppState, Site};
