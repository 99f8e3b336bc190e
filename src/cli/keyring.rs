//! `grantway keyring generate` and `grantway keyring rotate`.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::progress::Progress;
use super::{Failure, composed, output};
use crate::flows::{Rotated, Sealing, Step};
use crate::vault::{self, KeyRing};

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Makes a new key, for `GRANTWAY_KEYRING`: prints it, or writes it into a file
    Generate(GenerateArgs),
    /// Seals everything anew under the first key, while the service runs; killed, it goes on when begun again
    Rotate(RotateArgs),
}

#[derive(Debug, clap::Args)]
pub(super) struct GenerateArgs {
    /// Writes the key into this new file, which only its owner can read (mode 0600), for
    /// `GRANTWAY_KEYRING_FILE`; an existing file is left as it is
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(super) struct RotateArgs {
    /// Prints one line of JSON at the end, and no progress
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Generate(GenerateArgs { out: Some(file) }) => write_new_key(&file),
        Command::Generate(GenerateArgs { out: None }) => {
            // Alone on its line, so that it can go straight into a variable.
            output::say(vault::disclose(&KeyRing::generate()));
            Ok(())
        }
        Command::Rotate(args) => rotate(args).await,
    }
}

/// The shell's `>` makes a file that everybody on the machine can read; this one is its owner's from
/// its first byte on.
fn write_new_key(path: &Path) -> Result<(), Failure> {
    let shown = path.display();
    let made = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    let mut file = made.map_err(|error| Failure::Failed(format!("{shown}: {error}")))?;
    let written = writeln!(file, "{}", vault::disclose(&KeyRing::generate()));
    written
        .and_then(|()| file.sync_all())
        .map_err(|error| Failure::Failed(format!("{shown}: {error}")))?;
    output::say(&format!(
        "A new key is in {shown}, readable by its owner alone. Keep a copy of it in a safe place."
    ));
    Ok(())
}

async fn rotate(args: RotateArgs) -> Result<(), Failure> {
    let app = composed().await?;
    let shared = app.shared();
    let health = shared.store.health().await.map_err(Failure::failed)?;
    if health.missing_migrations > 0 {
        let missing = health.missing_migrations;
        return Err(Failure::Failed(format!(
            "{missing} migrations are not applied: run `grantway migrate` first."
        )));
    }
    let sealing = Sealing::new(shared.clone());
    let needs = sealing.needs().await.map_err(Failure::failed)?;
    if !needs.are_met() {
        return Err(Failure::Usage(needs.to_string()));
    }
    let mut progress = Progress::new(args.json);
    let rotated = sealing
        .rotate(|step| show(&mut progress, step))
        .await
        .map_err(Failure::failed)?;
    progress.end();
    let active = shared.vault.keys().active_id();
    if args.json {
        output::say_json(&as_json(active, &rotated))?;
    } else {
        output::say(&in_words(active, &rotated));
    }
    if rotated.is_complete() {
        Ok(())
    } else {
        Err(Failure::Failed(why_incomplete(active, &rotated)))
    }
}

fn show(progress: &mut Progress, step: Step) {
    match step {
        Step::Resealing { rows } => progress.begin("re-sealing rows", rows),
        Step::Verifying { rows } => progress.begin("opening rows", rows),
        Step::Signing { lines } => progress.begin("signing audit lines", lines),
        Step::Resealed { rows } | Step::Verified { rows } => progress.advance(rows),
        Step::Signed { lines } => progress.advance(lines),
    }
}

fn as_json(active: &str, rotated: &Rotated) -> Value {
    let columns: Vec<Value> = rotated
        .columns
        .iter()
        .map(|column| {
            json!({
                "table": column.column.table, "column": column.column.column,
                "resealed": column.resealed, "opened": column.opened, "left": column.left,
                "unreadable": column.unreadable,
            })
        })
        .collect();
    json!({
        "active_key": active, "resealed": rotated.resealed(), "opened": rotated.opened(),
        "left": rotated.left(), "signed": rotated.signed, "unsigned": rotated.unsigned,
        "complete": rotated.is_complete(), "columns": columns,
    })
}

fn in_words(active: &str, rotated: &Rotated) -> String {
    let mut text = String::new();
    let mut line = |column: &str, resealed: &str, opened: &str, left: &str| {
        let _ = writeln!(text, "{column:<40}{resealed:>10}{opened:>10}{left:>8}");
    };
    line("column", "re-sealed", "opened", "left");
    for column in &rotated.columns {
        let numbers =
            [column.resealed, column.opened, column.left].map(|number| number.to_string());
        let [resealed, opened, left] = &numbers;
        line(&column.column.to_string(), resealed, opened, left);
    }
    let _ = write!(
        text,
        "{} lines of the audit trail were signed anew.\n{} rows are left under a key other than {active}.",
        rotated.signed,
        rotated.left()
    );
    text
}

fn why_incomplete(active: &str, rotated: &Rotated) -> String {
    let mut lines = Vec::new();
    for found in &rotated.unreadable {
        lines.push(format!(
            "{} of {} does not open: {}.",
            found.column, found.row, found.why
        ));
    }
    let unreadable: u64 = rotated.columns.iter().map(|column| column.unreadable).sum();
    let more = unreadable.saturating_sub(rotated.unreadable.len() as u64);
    if more > 0 {
        lines.push(format!("{more} more do not open."));
    }
    if rotated.unsigned > 0 {
        lines.push(format!(
            "{} lines of the audit trail could not be signed anew: see `grantway audit verify`.",
            rotated.unsigned
        ));
    }
    if unreadable == 0 && rotated.left() > 0 {
        lines.push(format!(
            "Rows keep coming under another key: put {active} in front on every instance, restart it, and run this again."
        ));
    } else {
        lines.push("Keep every key: nothing that does not open was touched.".to_owned());
    }
    lines.join("\n")
}
