//! What the tests share: a whole service on a real PostgreSQL and a fake Okta, browsers with cookies,
//! a clock that can be moved, and everything that was logged.

pub mod app;
pub mod browser;
pub mod clock;
pub mod cluster;
pub mod command;
pub mod database;
pub mod dump;
pub mod forms;
pub mod hostile;
pub mod in_view;
pub mod log;
pub mod outage;
pub mod outcome;
pub mod pages;
pub mod provider;
pub mod raw;
pub mod rows;
pub mod sessions;
pub mod settings;
pub mod staff;
pub mod walk;
pub mod way_back;

pub use app::{Invited, TestApp};
pub use browser::{Answer, Browser};
pub use outcome::Outcome;
pub use settings::Settings;
