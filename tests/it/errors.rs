//! Whatever goes wrong ends on a page that says what happened, why it usually does and what to do,
//! with a reference id; and trying again works, with nothing lost.

mod app_settings;
mod decisions;
mod organizations;
mod outages;
mod pasted;
mod postgres;
mod preflight;
