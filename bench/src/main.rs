//! `make bench`: what the service does per second, against the limit of the same machine in the same
//! run. Rounds of the two alternate, so that whatever else the machine does hits both.
//!
//! Everything runs here, over loopback: a private PostgreSQL, fake-okta, the service as `serve` puts
//! it together, and the load, which has a thread of its own.

#![expect(
    clippy::disallowed_methods,
    clippy::cast_precision_loss,
    reason = "a benchmark measures in real time, and counts far below 2^52"
)]

mod growth;
mod lab;
mod load;
mod reads;
mod refresh;
mod report;
mod rounds;
mod seed;

use clap::Parser;

use self::lab::Lab;
use self::report::Report;

/// Measures the service and writes target/bench/results.json.
#[derive(Debug, Parser)]
struct Args {
    /// Measures these alone, such as `broker_read`
    names: Vec<String>,
    /// How many tenants the large database has
    #[arg(long, default_value_t = 1_000_000)]
    tenants: u32,
    /// Prints PostgreSQL's plans of what is measured, and measures nothing else
    #[arg(long)]
    plans: bool,
}

impl Args {
    fn wants(&self, name: &str) -> bool {
        self.names.is_empty() || self.names.iter().any(|wanted| wanted == name)
    }
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    lab::log_into_the_void()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let lab = runtime.block_on(Lab::open(args.plans))?;
    let mut report = Report::new();
    let measured = measure(&args, &runtime, &lab, &mut report);
    runtime.block_on(lab.close())?;
    measured?;
    if !args.plans {
        report.finish()?;
    }
    Ok(())
}

fn measure(
    args: &Args,
    runtime: &tokio::runtime::Runtime,
    lab: &Lab,
    report: &mut Report,
) -> anyhow::Result<()> {
    let small = runtime.block_on(lab.service("small", lab::FEW))?;
    if args.plans {
        return lab.print_plans(runtime, &small);
    }
    for (name, page) in [
        ("broker_read", reads::broker()),
        ("status_page", reads::status()),
    ] {
        if args.wants(name) {
            report.add(reads::against_limit(runtime, &small, name, &page)?);
        }
    }
    if args.wants("refresh") {
        report.add(refresh::against_plain_calls(runtime, lab)?);
    }
    if args.wants("broker_growth") || args.wants("due_claim_growth") {
        let large = runtime.block_on(lab.service("large", args.tenants))?;
        if args.wants("broker_growth") {
            report.add(growth::of_broker_reads(&small, &large)?);
        }
        if args.wants("due_claim_growth") {
            report.add(growth::of_due_claims(runtime, &small, &large)?);
        }
    }
    Ok(())
}
