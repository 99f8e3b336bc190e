//! Everything that one test's service logged, at every level, and every statement that it sent.

use std::io::{self, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use grantway::telemetry::{Format, subscriber};
use tracing::field::{Field, Visit};
use tracing::subscriber::DefaultGuard;
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::{Context, SubscriberExt};

/// The log of one test. It holds for the test's own thread, on which its service runs too.
#[derive(Debug, Clone, Default)]
pub struct Log {
    lines: Arc<Mutex<Vec<u8>>>,
    statements: Arc<Mutex<Vec<String>>>,
    count: Arc<AtomicUsize>,
}

impl Log {
    /// Begins to capture.
    pub fn capture() -> (Self, DefaultGuard) {
        let log = Self::default();
        let lines = subscriber("trace", Format::Json, log.clone()).unwrap();
        let guard = tracing::subscriber::set_default(lines.with(Statements(log.clone())));
        (log, guard)
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.lines.lock().unwrap()).into_owned()
    }

    /// The SQL statements since the last call.
    pub fn take_statements(&self) -> Vec<String> {
        std::mem::take(&mut *self.statements.lock().unwrap())
    }

    /// The same without the sweep's, which runs beside the requests.
    pub fn take_statements_of_requests(&self) -> Vec<String> {
        let mut statements = self.take_statements();
        statements.retain(|statement| !statement.starts_with("DELETE FROM "));
        statements
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.lines.lock().unwrap().extend_from_slice(bytes);
        self.count.fetch_add(1, Ordering::SeqCst);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self::Writer {
        self.clone()
    }
}

/// Takes down what sqlx says of each statement.
struct Statements(Log);

impl<S: Subscriber> Layer<S> for Statements {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() != "sqlx::query" {
            return;
        }
        let mut summary = Summary(None);
        event.record(&mut summary);
        self.0
            .statements
            .lock()
            .unwrap()
            .push(summary.0.unwrap_or_default());
    }
}

struct Summary(Option<String>);

impl Visit for Summary {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "summary" {
            self.0 = Some(value.to_owned());
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        if field.name() == "summary" {
            self.0 = Some(format!("{value:?}"));
        }
    }
}
