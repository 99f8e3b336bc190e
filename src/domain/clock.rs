//! The only place that reads the wall clock, so that tests can move time.

use std::fmt::Debug;
use std::sync::Arc;

use time::OffsetDateTime;

/// Tells the time in UTC. The single trait of the house: time is the one dependency that
/// cannot be real in a test.
pub trait Clock: Debug + Send + Sync {
    fn now(&self) -> OffsetDateTime;
}

/// A clock that can be handed to many use cases.
pub type SharedClock = Arc<dyn Clock>;

/// The machine's own clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the clock that everything else must ask"
    )]
    fn now(&self) -> OffsetDateTime {
        // PostgreSQL keeps microseconds: cutting here makes a stored time equal the one in memory.
        let now = OffsetDateTime::now_utc();
        now.replace_microsecond(now.microsecond()).unwrap_or(now)
    }
}
