//! What is logged. Our own targets follow the filter; everybody else's stop at `info`, because the
//! details of an HTTP or database library may quote what must never be written down.

pub mod metrics;

use std::io::Write;

use tracing::{Level, Metadata};
use tracing_subscriber::filter::{EnvFilter, FilterFn};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::{Layer, Registry};

/// How lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Pretty,
    Json,
}

/// `GRANTWAY_LOG` or `GRANTWAY_LOG_FORMAT` cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    #[error("GRANTWAY_LOG is not a filter: {0}. Example: GRANTWAY_LOG=info,grantway=debug")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    #[error("GRANTWAY_LOG_FORMAT is neither pretty nor json")]
    Format,
    #[error("logging or metrics were set up before")]
    Twice,
    #[error("the metrics' buckets cannot be used")]
    Buckets,
}

/// Sets logging up for the process, as `GRANTWAY_LOG` and `GRANTWAY_LOG_FORMAT` say.
pub fn init(default_filter: &str) -> Result<(), TelemetryError> {
    let filter = std::env::var("GRANTWAY_LOG").unwrap_or_default();
    let filter = if filter.is_empty() {
        default_filter
    } else {
        &filter
    };
    let format = match std::env::var("GRANTWAY_LOG_FORMAT").as_deref() {
        Ok("json") => Format::Json,
        Ok("pretty" | "") | Err(_) => Format::Pretty,
        Ok(_) => return Err(TelemetryError::Format),
    };
    let subscriber = subscriber(filter, format, std::io::stderr)?;
    tracing::subscriber::set_global_default(subscriber).map_err(|_| TelemetryError::Twice)?;
    quieten_panics();
    Ok(())
}

/// A subscriber that writes to `writer`, which tests choose.
pub fn subscriber<W>(
    filter: &str,
    format: Format,
    writer: W,
) -> Result<impl tracing::Subscriber + for<'a> LookupSpan<'a> + Send + Sync, TelemetryError>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let wanted: EnvFilter = filter.parse()?;
    let lines = tracing_subscriber::fmt::layer().with_writer(writer);
    let lines = match format {
        // There is one span, a request's: the list of spans would say it twice.
        Format::Json => lines
            .json()
            .flatten_event(true)
            .with_span_list(false)
            .boxed(),
        Format::Pretty => lines.with_ansi(false).boxed(),
    };
    let ours_or_plain: fn(&Metadata<'_>) -> bool = ours_or_plain;
    Ok(Registry::default()
        .with(wanted)
        .with(lines.with_filter(FilterFn::new(ours_or_plain))))
}

fn ours_or_plain(metadata: &Metadata<'_>) -> bool {
    let ours = metadata.target() == "grantway" || metadata.target().starts_with("grantway::");
    ours || *metadata.level() <= Level::INFO
}

/// A panic's message may quote a value; where it happened is enough to find it.
fn quieten_panics() {
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a panic, which is a mistake in grantway");
        // The subscriber may be what panicked.
        let _ = writeln!(std::io::stderr(), "grantway panicked at {place}");
    }));
}
