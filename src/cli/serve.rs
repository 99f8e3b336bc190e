//! `grantway serve`.

use std::sync::Arc;

use super::Failure;
use crate::app::{App, Listeners};
use crate::config::{Config, Environment};
use crate::domain::clock::SystemClock;
use crate::lifecycle;
use crate::telemetry::{self, metrics::Metrics};
use crate::web::{Bounds, Capacity, Rates};

pub(super) async fn run() -> Result<(), Failure> {
    let config = Config::read(&Environment::of_process())?;
    telemetry::init("info").map_err(|error| Failure::Usage(error.to_string()))?;
    let metrics = Metrics::install().map_err(Failure::failed)?;
    let stop = lifecycle::stop_on_signal().map_err(Failure::failed)?;
    let listeners = Listeners::bind(config.listen, config.admin_listen)
        .await
        .map_err(Failure::failed)?;
    tracing::info!(listen = %config.listen, admin = %config.admin_listen, public_url = %config.public_url, "listening");
    let app = App::build(config, listeners, Arc::new(SystemClock), Rates::default())?;
    let bounds = Bounds::of_descriptors(lifecycle::descriptors());
    let Capacity {
        in_all,
        per_address,
    } = bounds.capacity;
    tracing::info!(in_all, per_address, "connections that are held at most");
    let app = app.with_metrics(metrics).with_bounds(bounds);
    app.check_database().await?;
    app.migrate().await?;
    app.check_keys().await?;
    app.run(stop).await.map_err(Failure::failed)
}
