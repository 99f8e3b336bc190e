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
use tracing_subscriber::registry::LookupSpan;

/// A statement, and whether a request was waiting for it.
#[derive(Debug)]
struct Statement {
    text: String,
    is_of_a_request: bool,
}

/// The log of one test. It holds for the test's own thread, on which its service runs too.
#[derive(Debug, Clone, Default)]
pub struct Log {
    lines: Arc<Mutex<Vec<u8>>>,
    statements: Arc<Mutex<Vec<Statement>>>,
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
        let taken = std::mem::take(&mut *self.statements.lock().unwrap());
        taken.into_iter().map(|statement| statement.text).collect()
    }

    /// Those that a request waited for; work in the background runs beside it.
    pub fn take_statements_of_requests(&self) -> Vec<String> {
        let mut taken = std::mem::take(&mut *self.statements.lock().unwrap());
        taken.retain(|statement| statement.is_of_a_request);
        taken.into_iter().map(|statement| statement.text).collect()
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

impl<S> Layer<S> for Statements
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        if event.metadata().target() != "sqlx::query" {
            return;
        }
        let mut summary = Summary(None);
        event.record(&mut summary);
        let mut spans = context.event_scope(event).into_iter().flatten();
        let statement = Statement {
            text: summary.0.unwrap_or_default(),
            is_of_a_request: spans.any(|span| span.name() == "request"),
        };
        self.0.statements.lock().unwrap().push(statement);
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
