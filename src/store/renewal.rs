//! When the pool's connections are begun anew. A session keeps the settings that it began with, its
//! prepared statements, and the server that it was led to; so after most troubles the old ones would fail
//! on when the cause is mended.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A trouble that lasts must not make each request connect anew.
const AT_MOST_EVERY: Duration = Duration::from_secs(1);

/// For all pools of the process: errors do not know theirs, and a service has one.
static ASKED: Mutex<Option<Instant>> = Mutex::new(None);

/// From now on, connections that are older than this call are not used again.
pub(super) fn ask() {
    let mut asked = ASKED.lock().unwrap_or_else(PoisonError::into_inner);
    if asked.is_none_or(|at| at.elapsed() >= AT_MOST_EVERY) {
        *asked = Some(Instant::now());
    }
}

/// Whether a connection of this age has to go.
pub(super) fn is_over(age: Duration) -> bool {
    let asked = ASKED.lock().unwrap_or_else(PoisonError::into_inner);
    asked.is_some_and(|at| at.elapsed() < age)
}
