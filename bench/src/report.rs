//! What was measured: a table for people, JSON for programs.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::Context;
use serde::Serialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::rounds::Pair;

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
    pub fn new(name: &'static str, pair: Pair, aim: f64, compares: &'static str) -> Self {
        let ratio = pair.value / pair.limit;
        Self {
            name,
            value: rounded(pair.value, 1.0),
            unit: "per second",
            limit: rounded(pair.limit, 1.0),
            ratio: rounded(ratio, 1000.0),
            aim,
            met: ratio >= aim,
            compares,
        }
    }
}

fn rounded(value: f64, steps: f64) -> f64 {
    (value * steps).round() / steps
}

impl Report {
    pub fn new() -> Self {
        Self {
            machine: machine(),
            date: OffsetDateTime::from(std::time::SystemTime::now())
                .format(&Rfc3339)
                .unwrap_or_default(),
            commit: commit(),
            rows: Vec::new(),
        }
    }

    /// Takes a row in, and shows it.
    #[expect(clippy::print_stdout, reason = "the table is what this program is for")]
    pub fn add(&mut self, row: Row) {
        if self.rows.is_empty() {
            println!("{}\n", self.machine);
            println!(
                "{:<20} {:>10} {:>10} {:>7} {:>6}  compares",
                "per second", "measured", "limit", "ratio", "aim"
            );
        }
        let met = if row.met { "" } else { " NOT MET" };
        println!(
            "{:<20} {:>10.0} {:>10.0} {:>7.3} {:>6.2}  {}{met}",
            row.name, row.value, row.limit, row.ratio, row.aim, row.compares
        );
        self.rows.push(row);
    }

    #[expect(clippy::print_stdout, reason = "says where the file is")]
    pub fn finish(&self) -> anyhow::Result<()> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/bench/results.json");
        fs::create_dir_all(path.parent().context("a folder")?)?;
        fs::write(&path, serde_json::to_string_pretty(self)? + "\n")?;
        println!("\nWritten to target/bench/results.json");
        Ok(())
    }
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
        .args(["rev-parse", "--short=12", "HEAD"])
        .output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    text.ok()
        .filter(|text| !text.is_empty())
        .unwrap_or_else(|| "unknown".to_owned())
}
