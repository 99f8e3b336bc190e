//! How often and how many at a time an organization lets itself be asked. Every path is counted, as
//! its headers tell; only what a test limits is refused.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};

/// What the headers announce for a path that nobody limited.
const LIMIT: u32 = 600;
/// Okta's windows are about a minute long.
const WINDOW: i64 = 60;

/// An organization's counters.
#[derive(Debug, Default)]
pub(crate) struct Limits(Mutex<Counted>);

#[derive(Debug, Default)]
struct Counted {
    paths: BTreeMap<String, Window>,
    buckets: Vec<Bucket>,
    most_allowed: Option<usize>,
    in_flight: usize,
    most_in_flight: usize,
}

/// Calls since a moment.
#[derive(Clone, Copy, Debug)]
struct Window {
    began: i64,
    calls: u32,
}

/// The paths that share a limit which is enforced.
#[derive(Debug)]
struct Bucket {
    path_prefix: String,
    per_window: u32,
    seconds: i64,
    window: Option<Window>,
}

/// What one request finds: for the headers, and whether it is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    pub limit: u32,
    pub remaining: u32,
    pub reset: i64,
    pub is_refused: bool,
}

impl Window {
    /// Counts a call at `now` in the window that is open then.
    fn counted(before: Option<Self>, now: i64, seconds: i64) -> Self {
        match before {
            Some(window) if now < window.began + seconds => Self {
                calls: window.calls.saturating_add(1),
                ..window
            },
            _ => Self {
                began: now,
                calls: 1,
            },
        }
    }
}

impl Bucket {
    fn count(&mut self, now: i64) -> Standing {
        let window = Window::counted(self.window, now, self.seconds);
        self.window = Some(window);
        Standing {
            limit: self.per_window,
            remaining: self.per_window.saturating_sub(window.calls),
            reset: window.began + self.seconds,
            is_refused: window.calls > self.per_window,
        }
    }
}

impl Limits {
    /// Counts a request in its bucket, or, where there is none, in its path's unlimited one.
    pub(crate) fn count(&self, path: &str, now: i64) -> Standing {
        let mut counted = self.locked();
        let mut buckets = counted.buckets.iter_mut();
        if let Some(bucket) = buckets.find(|bucket| path.starts_with(&bucket.path_prefix)) {
            return bucket.count(now);
        }
        let window = Window::counted(counted.paths.get(path).copied(), now, WINDOW);
        counted.paths.insert(path.to_owned(), window);
        Standing {
            limit: LIMIT,
            remaining: LIMIT.saturating_sub(window.calls),
            reset: window.began + WINDOW,
            is_refused: false,
        }
    }

    /// One more request is being handled; `false` when that is one too many.
    pub(crate) fn enter(&self) -> bool {
        let mut counted = self.locked();
        counted.in_flight += 1;
        counted.most_in_flight = counted.most_in_flight.max(counted.in_flight);
        let allowed = counted.most_allowed;
        allowed.is_none_or(|most| counted.in_flight <= most)
    }

    pub(crate) fn leave(&self) {
        let mut counted = self.locked();
        counted.in_flight = counted.in_flight.saturating_sub(1);
    }

    pub(crate) fn limit(&self, path_prefix: &str, per_window: u32, seconds: Option<i64>) {
        self.locked().buckets.push(Bucket {
            path_prefix: path_prefix.to_owned(),
            per_window,
            seconds: seconds.unwrap_or(WINDOW),
            window: None,
        });
    }

    pub(crate) fn limit_concurrency(&self, most: usize) {
        self.locked().most_allowed = Some(most);
    }

    /// Nothing is refused any more, and the high-water mark begins anew.
    pub(crate) fn lift(&self) {
        let mut counted = self.locked();
        counted.buckets.clear();
        counted.most_allowed = None;
        counted.most_in_flight = counted.in_flight;
    }

    pub(crate) fn most_in_flight(&self) -> usize {
        self.locked().most_in_flight
    }

    fn locked(&self) -> MutexGuard<'_, Counted> {
        self.0.lock().expect("no holder of the lock panics")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_refuses_what_is_too_much_until_its_window_ends() {
        let limits = Limits::default();
        limits.limit("/api/v1/users", 2, Some(10));
        let at = |now| limits.count("/api/v1/users/1", now);
        assert_eq!((at(100).remaining, at(101).remaining), (1, 0));
        let refused = at(102);
        assert!(refused.is_refused);
        assert_eq!((refused.limit, refused.reset), (2, 110));
        assert!(!at(110).is_refused);
    }

    #[test]
    fn paths_without_a_bucket_are_counted_and_never_refused() {
        let limits = Limits::default();
        let last = (0..700).map(|_| limits.count("/api/v1/org", 5)).last();
        let last = last.expect("many calls");
        assert_eq!((last.remaining, last.is_refused), (0, false));
    }

    #[test]
    fn the_high_water_mark_is_the_most_at_one_moment() {
        let limits = Limits::default();
        limits.limit_concurrency(2);
        let entered: Vec<bool> = (0..3).map(|_| limits.enter()).collect();
        assert_eq!(entered, [true, true, false]);
        limits.leave();
        assert!(!limits.enter());
        assert_eq!(limits.most_in_flight(), 3);
    }
}
