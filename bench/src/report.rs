//! What was measured: every round, a table for people, JSON for programs.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use serde::Serialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::rounds::{Pair, Rounds};

/// One comparison.
#[derive(Debug, Serialize)]
pub struct Row {
    name: &'static str,
    value: f64,
    unit: &'static str,
    limit: f64,
    ratio: f64,
    aim: f64,
    met: bool,
    /// What `value` and `limit` are.
    #[serde(skip)]
    compares: &'static str,
    #[serde(skip)]
    ratios: Vec<f64>,
    /// What else is worth knowing.
    #[serde(skip)]
    note: String,
}

/// The whole run.
#[derive(Debug, Serialize)]
pub struct Report {
    machine: String,
    date: String,
    commit: String,
    rows: Vec<Row>,
}

impl Row {
    /// The typical one of the rounds counts.
    pub fn of(name: &'static str, rounds: &Rounds, aim: f64, compares: &'static str) -> Self {
        let ratios = rounds.iter().map(Pair::ratio).collect();
        Self {
            ratios,
            ..Self::new(name, rounds.typical(), aim, compares)
        }
    }

    pub fn new(name: &'static str, pair: Pair, aim: f64, compares: &'static str) -> Self {
        let ratio = rounded(pair.ratio(), 1000.0);
        Self {
            name,
            value: rounded(pair.value, 10.0),
            unit: "per second",
            limit: rounded(pair.limit, 10.0),
            ratio,
            aim,
            met: ratio >= aim,
            compares,
            ratios: Vec::new(),
            note: String::new(),
        }
    }

    pub fn noting(self, note: &str) -> Self {
        let parts = [self.note.as_str(), note]
            .into_iter()
            .filter(|part| !part.is_empty());
        Self {
            note: parts.collect::<Vec<_>>().join("; "),
            ..self
        }
    }

    /// Besides the ratio, something else has to hold.
    pub fn provided(self, holds: bool) -> Self {
        Self {
            met: self.met && holds,
            ..self
        }
    }

    fn verdict(&self) -> &'static str {
        if self.met { "yes" } else { "no" }
    }
}

fn rounded(value: f64, steps: f64) -> f64 {
    (value * steps).round() / steps
}

impl Report {
    #[expect(clippy::print_stdout, reason = "the table is what this program is for")]
    pub fn begin() -> Self {
        let report = Self {
            machine: machine(),
            date: OffsetDateTime::from(std::time::SystemTime::now())
                .format(&Rfc3339)
                .unwrap_or_default(),
            commit: commit(),
            rows: Vec::new(),
        };
        println!("{}, {}, {}\n", report.machine, report.date, report.commit);
        println!(
            "{:<22} {:>9} {:>9} {:>6} {:>5} {:>4}",
            "", "measured", "limit", "ratio", "aim", "met"
        );
        report
    }

    /// Takes a row in, and shows it.
    #[expect(clippy::print_stdout, reason = "the table is what this program is for")]
    pub fn add(&mut self, row: Row) {
        println!(
            "{:<22} {:>9.1} {:>9.1} {:>6.3} {:>5.2} {:>4}  {}",
            row.name,
            row.value,
            row.limit,
            row.ratio,
            row.aim,
            row.verdict(),
            row.compares
        );
        if !row.ratios.is_empty() {
            let ratios: Vec<_> = row
                .ratios
                .iter()
                .map(|ratio| format!("{ratio:.3}"))
                .collect();
            println!("{:<22} ratios of all rounds: {}", "", ratios.join(" "));
        }
        if !row.note.is_empty() {
            println!("{:<22} {}", "", row.note);
        }
        self.rows.push(row);
    }

    #[cfg(test)]
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.rows.iter().map(|row| row.name)
    }

    /// The same for a page of documentation.
    fn markdown(&self) -> String {
        let (machine, date, commit) = (&self.machine, &self.date, &self.commit);
        let mut text = format!(
            "{machine}. {date}, commit {commit}.\n\n\
             | name | compares | measured | limit | ratio | aim | met |\n\
             | --- | --- | --- | --- | --- | --- | --- |\n"
        );
        for row in &self.rows {
            let _ = writeln!(
                text,
                "| `{}` | {}; {} | {:.0} | {:.0} | {:.2} | {:.2} | {} |",
                row.name,
                row.compares,
                row.unit,
                row.value,
                row.limit,
                row.ratio,
                row.aim,
                row.verdict()
            );
        }
        for row in self.rows.iter().filter(|row| !row.note.is_empty()) {
            let _ = writeln!(text, "\n`{}`: {}.", row.name, row.note);
        }
        text
    }

    #[expect(clippy::print_stdout, reason = "says where the files are")]
    pub fn finish(&self, title: &str) -> anyhow::Result<()> {
        let folder = folder()?;
        let json = serde_json::to_string_pretty(self)? + "\n";
        fs::write(folder.join(format!("{title}.json")), json)?;
        fs::write(folder.join(format!("{title}.md")), self.markdown())?;
        println!("\n{}", self.markdown());
        println!("Written to target/bench: {title}.json, {title}.md and plans of the statements");
        Ok(())
    }
}

/// Where results go.
pub fn folder() -> anyhow::Result<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target/bench");
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

fn machine() -> String {
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or("unknown processor", |(_, model)| model);
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let kib: Option<u64> = memory.lines().find_map(|line| {
        let rest = line.strip_prefix("MemTotal:")?;
        rest.split_whitespace().next()?.parse().ok()
    });
    let gib = kib.map_or(0, |kib| kib.div_ceil(1024 * 1024));
    format!("{model}, {cores} cores, {gib} GiB")
}

fn commit() -> String {
    let output = Command::new("git")
        .args([
            "describe",
            "--always",
            "--dirty",
            "--abbrev=12",
            "--exclude=*",
        ])
        .output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    text.ok()
        .filter(|text| !text.is_empty())
        .unwrap_or_else(|| "unknown".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(value: f64) -> Row {
        let pair = Pair {
            limit: 100.0,
            value,
        };
        Row::new("broker_read", pair, 0.8, "this with that")
    }

    #[test]
    fn an_aim_is_met_when_the_ratio_reaches_it_and_all_else_holds() {
        assert!(row(80.0).met && row(120.0).met);
        assert!(!row(79.0).met);
        assert!(!row(120.0).provided(false).met && row(80.0).provided(true).met);
    }

    #[test]
    fn programs_find_the_members_that_they_rely_on() {
        let json = serde_json::to_value(row(50.0)).expect("JSON");
        let mut names: Vec<_> = json.as_object().expect("an object").keys().collect();
        names.sort();
        let expected = ["aim", "limit", "met", "name", "ratio", "unit", "value"];
        assert_eq!(names, expected);
        assert_eq!(json["ratio"], 0.5);
    }
}
