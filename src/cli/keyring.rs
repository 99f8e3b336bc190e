//! `grantway keyring generate`.

use super::{Failure, output};
use crate::vault::{self, KeyRing};

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Prints a new key, for `GRANTWAY_KEYRING`
    Generate,
}

#[expect(clippy::unnecessary_wraps, reason = "every command has this shape")]
pub(super) fn run(command: &Command) -> Result<(), Failure> {
    let Command::Generate = command;
    // Alone on its line, so that it can go straight into a file or a variable.
    output::say(vault::disclose(&KeyRing::generate()));
    Ok(())
}
