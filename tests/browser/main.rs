//! The journeys of an administrator in a real browser, without a screen: clicking, typing, going back,
//! with the keyboard alone, with JavaScript switched off. Each page that is passed is judged by an
//! accessibility checker and photographed into `target/screenshots`.
//!
//! They need Chromium, its driver and axe-core: `scripts/setup test` installs what is missing. Where
//! there is no browser they say so and do nothing, unless `E2E_REQUIRED=1`.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on fails there and then"
)]

use std::io::Write;

mod chrome;
mod judge;
mod keyboard;
mod looks;
mod okta;
mod onboarding;
mod tab;

mod api_docs;
mod back_and_reload;
mod catalog;
mod checks;
mod disconnect;
mod errors;
mod full_grant;
mod mending;
mod overview;
mod partial_grant;
mod people;
mod preflight;
mod refusals;
mod report;
mod returning;
mod side_by_side;
mod staff;
mod states;
mod support_causes;
mod support_desk;
mod support_finds;
mod support_operators;
mod support_visits;
mod without_a_mouse;

#[expect(
    dead_code,
    unused_imports,
    reason = "shared with the integration tests, which use all of it"
)]
#[path = "../it/support/mod.rs"]
mod support;

/// Where a tool that judges is not installed, that is said and not hidden: unlike `println!`, this is
/// shown for tests that pass. With `E2E_REQUIRED=1` it is a failure.
fn cannot(what: &str) {
    assert!(
        std::env::var_os("E2E_REQUIRED").is_none(),
        "{what}: run scripts/setup test"
    );
    let _ = writeln!(std::io::stderr(), "SKIPPED: {what} (scripts/setup test)");
}
