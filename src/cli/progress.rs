//! How far long work is: a bar on a terminal, a line per tenth elsewhere, or nothing at all.

use std::io::{IsTerminal, stderr};

use indicatif::{ProgressBar, ProgressStyle};

use super::output;

#[derive(Debug)]
pub(super) struct Progress {
    bar: ProgressBar,
    /// Whether steps are told in lines, since nobody would see a bar move.
    in_lines: bool,
    /// The tenths of the present step that were told.
    told: u64,
}

impl Progress {
    pub(super) fn new(quiet: bool) -> Self {
        let on_terminal = stderr().is_terminal();
        let bar = if on_terminal && !quiet {
            ProgressBar::new(0)
        } else {
            ProgressBar::hidden()
        };
        let template = "{msg:<20} {bar:40} {pos}/{len}, {eta} left";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self {
            bar,
            in_lines: !on_terminal && !quiet,
            told: 0,
        }
    }

    pub(super) fn begin(&mut self, what: &'static str, total: u64) {
        self.bar.set_message(what);
        self.bar.set_length(total);
        self.bar.set_position(0);
        self.told = 0;
        if self.in_lines {
            output::complain(&format!("{what}: {total}"));
        }
    }

    pub(super) fn advance(&mut self, by: u64) {
        self.bar.inc(by);
        let (done, total) = (self.bar.position(), self.bar.length().unwrap_or(0));
        let tenths = (10 * done).checked_div(total).unwrap_or(10);
        if self.in_lines && tenths > self.told {
            self.told = tenths;
            output::complain(&format!("{}: {done} of {total}", self.bar.message()));
        }
    }

    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }
}
