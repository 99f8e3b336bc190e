//! The metrics of this process, and their text in Prometheus' format. What is counted is counted where
//! it happens; this room only collects.

use std::time::Duration;

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle, PrometheusRecorder};
use tokio_util::sync::CancellationToken;

use super::TelemetryError;

/// Upper ends in seconds: from a read of the database to the longest conversation with Okta.
const BUCKETS: [f64; 13] = [
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 15.0, 60.0,
];
/// How often samples become parts of histograms, so that they do not pile up between scrapes.
const UPKEEP: Duration = Duration::from_secs(5);

/// What was collected. Cheap to clone.
#[derive(Clone)]
pub struct Metrics(PrometheusHandle);

impl std::fmt::Debug for Metrics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Metrics")
    }
}

impl Metrics {
    /// Collects from everything in this process from now on; once.
    pub fn install() -> Result<Self, TelemetryError> {
        let (recorder, metrics) = Self::recorder()?;
        ::metrics::set_global_recorder(recorder).map_err(|_| TelemetryError::Twice)?;
        Ok(metrics)
    }

    /// A collector that its caller puts where it belongs: for tests, which have several services in
    /// one process, each on a thread of its own.
    pub fn recorder() -> Result<(PrometheusRecorder, Self), TelemetryError> {
        let builder = PrometheusBuilder::new()
            .set_buckets(&BUCKETS)
            .map_err(|_| TelemetryError::Buckets)?;
        let recorder = builder.build_recorder();
        let handle = recorder.handle();
        Ok((recorder, Self(handle)))
    }

    /// All of it as text.
    #[must_use]
    pub fn render(&self) -> String {
        self.0.render()
    }

    /// Keeps histograms small until told to stop.
    pub async fn keep_up(self, stop: CancellationToken) {
        let mut ticks = tokio::time::interval(UPKEEP);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = ticks.tick() => self.0.run_upkeep(),
            }
        }
    }
}
