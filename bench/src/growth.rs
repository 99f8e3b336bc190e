//! Whether a thousand times as many tenants make anything slower.

use std::time::{Duration, Instant};

use time::OffsetDateTime;
use tokio::runtime::Runtime;
use uuid::Uuid;

use crate::lab::Service;
use crate::reads::broker;
use crate::report::Row;
use crate::rounds::alternate;
use crate::scale::Scale;

/// "Within 1.3 of each other".
const AIM: f64 = 0.77;
/// Refreshes that are claimed together, as the loop does.
const AT_A_TIME: usize = 16;
const LEASE: time::Duration = time::Duration::minutes(10);

pub fn of_broker_reads(scale: &Scale, small: &Service, large: &Service) -> anyhow::Result<Row> {
    let (few, many) = (broker().load(small), broker().load(large));
    let rounds = alternate(
        scale.rounds,
        || few.run(scale.round),
        || many.run(scale.round),
    )?;
    let compares = "fresh tokens among all tenants with the same among 1,000";
    Ok(Row::of("broker_growth", &rounds, AIM, compares))
}

pub fn of_due_claims(
    runtime: &Runtime,
    scale: &Scale,
    small: &Service,
    large: &Service,
) -> anyhow::Result<Row> {
    let rounds = alternate(
        scale.rounds,
        || runtime.block_on(claims(scale, small)),
        || runtime.block_on(claims(scale, large)),
    )?;
    let compares = "claims of due refreshes among all tenants with the same among 1,000";
    Ok(Row::of("due_claim_growth", &rounds, AIM, compares))
}

/// Claims per second, each of as many as the loop claims at once.
async fn claims(scale: &Scale, service: &Service) -> anyhow::Result<f64> {
    let mut spent = Duration::ZERO;
    for _ in 0..scale.claims {
        spent += claim(service).await?;
    }
    Ok(scale.claims as f64 / spent.as_secs_f64())
}

/// One claim, and how long it took. Its leases are given back, outside of that time.
pub async fn claim(service: &Service) -> anyhow::Result<Duration> {
    let store = &service.shared.store;
    let owner = Uuid::now_v7();
    // In the middle of the hour in which all of them are due, a share of them is.
    let now = OffsetDateTime::from(std::time::SystemTime::now()) + time::Duration::minutes(30);
    let began = Instant::now();
    let leases = store
        .claim_due_refreshes(owner, LEASE, AT_A_TIME, now)
        .await?;
    let took = began.elapsed();
    anyhow::ensure!(leases.len() == AT_A_TIME, "only {} were due", leases.len());
    for lease in &leases {
        store.release_lease(lease).await?;
    }
    Ok(took)
}
