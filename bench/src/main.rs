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

mod crowd;
mod effort;
mod growth;
mod lab;
mod load;
mod parts;
mod plans;
mod reads;
mod refresh;
mod report;
mod rounds;
mod scale;
mod search;
mod seed;

use std::time::Instant;

use clap::Parser;
use tokio::runtime::Runtime;

use self::lab::{Lab, Service};
use self::report::Report;
use self::scale::Scale;

/// Measures the service and writes target/bench/results.json.
#[derive(Debug, Parser)]
struct Args {
    /// Measures these alone, such as `broker_read`; left out, all but `support_search_growth`, which takes
    /// minutes to prepare
    names: Vec<String>,
    /// How many tenants the large database has
    #[arg(long, default_value_t = Scale::FULL.many)]
    tenants: u32,
}

/// What is measured among all tenants.
const AMONG_MANY: [&str; 3] = ["broker_growth", "due_claim_growth", SEARCH];
/// Needs what support looks a million tenants up by, and is therefore measured only when it is asked for.
const SEARCH: &str = "support_search_growth";

impl Args {
    fn wants(&self, name: &str) -> bool {
        if self.names.is_empty() {
            return name != SEARCH;
        }
        self.names.iter().any(|wanted| wanted == name)
    }

    /// What the files are called that are written: the search's stand beside the others.
    fn title(&self) -> &'static str {
        if self.names == [SEARCH] {
            "search"
        } else {
            "results"
        }
    }
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    lab::log_into_the_void()?;
    let scale = Scale {
        many: args.tenants,
        ..Scale::FULL
    };
    run(&args, scale)?.finish(args.title())
}

fn run(args: &Args, scale: Scale) -> anyhow::Result<Report> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let lab = runtime.block_on(Lab::open(scale))?;
    let mut report = Report::begin();
    let measured = measure(args, &runtime, &lab, &mut report);
    runtime.block_on(lab.close())?;
    measured.map(|()| report)
}

fn measure(args: &Args, runtime: &Runtime, lab: &Lab, report: &mut Report) -> anyhow::Result<()> {
    let scale = &lab.scale;
    let small = filled(runtime, lab, "small", scale.few, false)?;
    let against_limit = |name, page| reads::against_limit(runtime, lab, &small, name, &page);
    if args.wants("broker_read") {
        let row = against_limit("broker_read", reads::broker())?;
        report.add(row.noting(&parts::of_broker_read(runtime, lab, &small)?));
    }
    if args.wants("status_page") {
        report.add(against_limit("status_page", reads::status())?);
    }
    if args.wants("refresh") {
        report.add(refresh::against_plain_calls(runtime, lab)?);
    }
    if AMONG_MANY.into_iter().any(|name| args.wants(name)) {
        let is_searched = args.wants(SEARCH);
        let large = filled(runtime, lab, "large", scale.many, is_searched)?;
        among_many(args, runtime, lab, report, &small, &large)?;
    }
    Ok(())
}

fn among_many(
    args: &Args,
    runtime: &Runtime,
    lab: &Lab,
    report: &mut Report,
    small: &Service,
    large: &Service,
) -> anyhow::Result<()> {
    let scale = &lab.scale;
    if args.wants("broker_growth") {
        report.add(growth::of_broker_reads(scale, small, large)?);
    }
    if args.wants("due_claim_growth") {
        report.add(growth::of_due_claims(runtime, scale, small, large)?);
    }
    let mut searches = Vec::new();
    if args.wants(SEARCH) {
        let middle = filled(runtime, lab, "middle", scale.middle, true)?;
        report.add(search::growth(runtime, scale, &middle, large)?);
        searches.extend(search::one_of_each(scale));
    }
    if let Some(plans) = &lab.plans {
        let file = format!("{}_plans.txt", args.title());
        runtime.block_on(plans.write(large, searches, &file))?;
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "so that nobody thinks it hangs")]
fn filled(
    runtime: &Runtime,
    lab: &Lab,
    name: &str,
    tenants: u32,
    is_indexed: bool,
) -> anyhow::Result<Service> {
    let began = Instant::now();
    let service = runtime.block_on(lab.service(name, tenants, is_indexed))?;
    let took = began.elapsed().as_secs_f64();
    println!("({tenants} tenants made in {took:.1} s)");
    Ok(service)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Everything is walked through once, so that it does not rot; nothing of it is judged.
    #[test]
    fn all_that_is_measured_can_be_measured() {
        let all = ["broker_read", "status_page", "refresh"].into_iter();
        let all: Vec<_> = all.chain(AMONG_MANY).collect();
        let args = Args {
            names: all.iter().map(ToString::to_string).collect(),
            tenants: Scale::TINY.many,
        };

        let report = run(&args, Scale::TINY).expect("a report");

        assert!(report.names().eq(all));
    }
}
