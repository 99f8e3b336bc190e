//! What commands print: results to standard output, complaints to standard error.

use std::io::Write;

use serde::Serialize;

use super::Failure;

/// Prints a result. That nobody reads it (a closed pipe) is no failure.
pub(super) fn say(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// Prints a result as one line of JSON.
pub(super) fn say_json(value: &impl Serialize) -> Result<(), Failure> {
    say(&serde_json::to_string(value).map_err(Failure::failed)?);
    Ok(())
}

/// Prints what went wrong.
pub(super) fn complain(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}
