//! Support's look-up among many tenants and a hundred times as many: each kind of search, typed as
//! people type it, for the same customers in both.

use std::fmt::Write as _;
use std::fs;
use std::time::Instant;

use grantway::domain::grant_status::CategoryState;
use grantway::domain::look_up::{Filter, LookUpQuery};
use grantway::flows::LookUp;
use tokio::runtime::Runtime;

use crate::crowd::{Crowd, Customer, Kind};
use crate::lab::Service;
use crate::report::{self, Row};
use crate::rounds::Pair;
use crate::scale::Scale;

/// "Within 1.5 × of the time with 10,000".
const AIM: f64 = 0.67;
/// The slowest search that is allowed, in milliseconds.
const SLOWEST: f64 = 10.0;
/// Each search is made so often, and its fastest time counts: what differs then is the search and not
/// what else the machine did.
const TRIES: usize = 9;

/// A kind of search.
pub struct KindOfSearch {
    pub name: &'static str,
    query: fn(Customer) -> LookUpQuery,
    /// Whether it is a search for one customer, who is to be on the first page; mistyped, one of those with
    /// the same word.
    is_for_one: bool,
}

/// How long searches of one kind take, in milliseconds.
struct Times {
    middle: f64,
    slow: f64,
    /// Of all searches for one customer, those that show the customer.
    found: usize,
}

const fn for_one(name: &'static str, query: fn(Customer) -> LookUpQuery) -> KindOfSearch {
    KindOfSearch {
        name,
        query,
        is_for_one: true,
    }
}

const fn for_many(name: &'static str, query: fn(Customer) -> LookUpQuery) -> KindOfSearch {
    KindOfSearch {
        is_for_one: false,
        ..for_one(name, query)
    }
}

pub const KINDS: [KindOfSearch; 12] = [
    for_one("name", |customer| typed(&customer.name())),
    for_many("beginning of a name", |customer| {
        typed(&customer.word()[..4])
    }),
    for_one("mistyped name", |customer| {
        let mut word = customer.word();
        word.remove(2);
        typed(&word)
    }),
    for_one("host", |customer| {
        typed(&format!("https://{}/admin", customer.host()))
    }),
    for_one("organization id", |customer| {
        typed(&customer.organization_id())
    }),
    for_one("external id", |customer| typed(&customer.external_id())),
    for_one("client id", |customer| typed(&customer.client_id()[..12])),
    for_one("e-mail address", |customer| typed(&customer.email())),
    for_one("reference id", |customer| {
        typed(&customer.id(Kind::Reference).to_string())
    }),
    for_many("all", |_| typed("")),
    for_many("filters", |customer| {
        LookUpQuery::new("", filters(customer))
    }),
    for_many("word and filters", |customer| {
        LookUpQuery::new(&customer.word()[..3], filters(customer))
    }),
];

fn typed(text: &str) -> LookUpQuery {
    LookUpQuery::new(text, Vec::new())
}

fn filters(customer: Customer) -> Vec<Filter> {
    let state = |state: &str| Filter::State(state.to_owned());
    match customer.number % 5 {
        0 => vec![state("needs_attention")],
        1 => vec![Filter::Reason("wrong_secret".to_owned())],
        2 => vec![Filter::Expiring],
        3 => vec![Filter::Category("users".to_owned(), CategoryState::Missing)],
        _ => vec![state("connected"), Filter::Expiring],
    }
}

/// Customers who are in both crowds; each has seen an error page.
fn sought(scale: &Scale) -> Vec<Customer> {
    let crowd = Crowd::new(scale.middle, true);
    let step = scale.middle / scale.searches / 5 * 5;
    (1..=scale.searches)
        .map(|number| crowd.customer(number * step.max(5)))
        .collect()
}

pub fn growth(
    runtime: &Runtime,
    scale: &Scale,
    middle: &Service,
    many: &Service,
) -> anyhow::Result<Row> {
    let sought = sought(scale);
    let mut table = format!(
        "| search | p50, p99 among {} | p50, p99 among {} | shown among {0} and {1} |\n| --- | --- | --- | --- |\n",
        scale.middle, scale.many
    );
    let mut worst: Option<Pair> = None;
    let mut slowest = 0.0_f64;
    for kind in &KINDS {
        let (few, all) = runtime.block_on(times(kind, &sought, middle, many))?;
        let shown = if kind.is_for_one {
            format!("{} and {} of {}", few.found, all.found, sought.len())
        } else {
            String::new()
        };
        let _ = writeln!(
            table,
            "| {} | {:.2}, {:.2} ms | {:.2}, {:.2} ms | {shown} |",
            kind.name, few.middle, few.slow, all.middle, all.slow
        );
        let pair = Pair {
            limit: 1000.0 / few.slow,
            value: 1000.0 / all.slow,
        };
        // A small crowd that became slow makes a good ratio too.
        slowest = slowest.max(all.slow).max(few.slow);
        if worst.is_none_or(|worst| pair.ratio() < worst.ratio()) {
            worst = Some(pair);
        }
    }
    tell(&table)?;
    let pair = worst.unwrap_or(Pair {
        limit: 1.0,
        value: 0.0,
    });
    let compares = "searches of the kind that grows most, at the 99th percentile, among all tenants with the same among 10,000";
    let row = Row::new("support_search_growth", pair, AIM, compares);
    Ok(row.provided(slowest < SLOWEST))
}

#[expect(clippy::print_stdout, reason = "the table is what this program is for")]
fn tell(table: &str) -> anyhow::Result<()> {
    println!("\n{table}");
    fs::write(report::folder()?.join("search_kinds.md"), table)?;
    Ok(())
}

/// The times in both databases, tried in turn.
async fn times(
    kind: &KindOfSearch,
    sought: &[Customer],
    middle: &Service,
    many: &Service,
) -> anyhow::Result<(Times, Times)> {
    let mut fastest = [vec![f64::MAX; sought.len()], vec![f64::MAX; sought.len()]];
    let mut found = [0, 0];
    for number in 0..=TRIES {
        for (place, service) in [middle, many].into_iter().enumerate() {
            let look_up = LookUp::new(service.shared.clone());
            found[place] = 0;
            for (customer, fastest) in sought.iter().zip(&mut fastest[place]) {
                let query = (kind.query)(*customer);
                let began = Instant::now();
                let page = look_up.search(&query, None).await?;
                let took = began.elapsed().as_secs_f64() * 1000.0;
                let tenant = customer.id(Kind::Tenant);
                let shows =
                    |found: &grantway::flows::FoundTenant| found.tenant().as_uuid() == tenant;
                found[place] += usize::from(page.tenants.iter().any(shows));
                // The first time warms up.
                if number > 0 {
                    *fastest = fastest.min(took);
                }
            }
        }
    }
    let [few, all] = fastest.map(|mut times| {
        times.sort_by(f64::total_cmp);
        (at(&times, 0.5), at(&times, 0.99))
    });
    let times = |(middle, slow), found| Times {
        middle,
        slow,
        found,
    };
    Ok((times(few, found[0]), times(all, found[1])))
}

/// The smallest of the sorted times that the share of all does not exceed.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a place in a short list"
)]
fn at(sorted: &[f64], share: f64) -> f64 {
    let place = (sorted.len() as f64 * share).ceil() as usize;
    sorted[place.clamp(1, sorted.len()) - 1]
}

/// One search of each kind.
pub fn one_of_each(scale: &Scale) -> impl Iterator<Item = (&'static str, LookUpQuery)> {
    let customer = sought(scale)[0];
    KINDS
        .iter()
        .map(move |kind| (kind.name, (kind.query)(customer)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_a_time_that_was_measured() {
        let times: Vec<f64> = (1..=100).map(f64::from).collect();
        assert!((at(&times, 0.5) - 50.0).abs() < f64::EPSILON);
        assert!((at(&times, 0.99) - 99.0).abs() < f64::EPSILON);
        assert!((at(&times[..3], 0.99) - 3.0).abs() < f64::EPSILON);
    }
}
