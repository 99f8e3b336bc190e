//! The machine's clock, moved by as much as a test wants.

use std::sync::atomic::{AtomicI64, Ordering};

use grantway::domain::clock::{Clock, SystemClock};
use time::{Duration, OffsetDateTime};

#[derive(Debug, Default)]
pub struct TestClock {
    ahead_seconds: AtomicI64,
}

impl TestClock {
    pub fn advance(&self, by: Duration) {
        self.ahead_seconds
            .fetch_add(by.whole_seconds(), Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> OffsetDateTime {
        SystemClock.now() + Duration::seconds(self.ahead_seconds.load(Ordering::SeqCst))
    }
}
