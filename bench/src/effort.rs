//! Processor time, as Linux counts it: what an answer costs, however busy the machine is.

use std::fs;
use std::ops::{AddAssign, Sub};
use std::path::Path;

/// Seconds of processor time so far.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Effort {
    /// Of all threads but the first one, which makes the load.
    pub service: f64,
    /// Of PostgreSQL's processes.
    pub database: f64,
}

impl Sub for Effort {
    type Output = Self;

    fn sub(self, earlier: Self) -> Self {
        Self {
            service: self.service - earlier.service,
            database: self.database - earlier.database,
        }
    }
}

impl AddAssign for Effort {
    fn add_assign(&mut self, other: Self) {
        self.service += other.service;
        self.database += other.database;
    }
}

impl Effort {
    /// Up to now, with the children of this process. Nought where there is no `/proc`.
    pub fn so_far(postgres: Option<u32>) -> Self {
        let own = std::process::id().to_string();
        let threads = names_in("/proc/self/task").filter(|thread| *thread != own);
        let service = threads.map(|thread| spent(&format!("/proc/self/task/{thread}")));
        let database = postgres.into_iter().flat_map(|postgres| {
            let children = format!("/proc/{postgres}/task/{postgres}/children");
            let children = fs::read_to_string(children).unwrap_or_default();
            let children: Vec<_> = children.split_whitespace().map(str::to_owned).collect();
            children
        });
        Self {
            service: service.sum(),
            database: database.map(|child| spent(&format!("/proc/{child}"))).sum(),
        }
    }

    /// For each of so many answers, in words.
    pub fn per(self, answers: f64) -> String {
        let micros = |seconds: f64| seconds * 1e6 / answers;
        format!(
            "{:.0} µs in the service and {:.0} µs in the database",
            micros(self.service),
            micros(self.database)
        )
    }
}

fn names_in(folder: &str) -> impl Iterator<Item = String> + use<> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok())
}

/// `schedstat` begins with the nanoseconds on a processor.
fn spent(of: &str) -> f64 {
    let text = fs::read_to_string(Path::new(of).join("schedstat")).unwrap_or_default();
    let nanos: Option<f64> = text.split(' ').next().and_then(|first| first.parse().ok());
    nanos.unwrap_or(0.0) / 1e9
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_another_thread_does_is_counted() {
        let before = Effort::so_far(None);
        let busy = || (0..20_000_000_u64).fold(0, |sum, number| sum ^ std::hint::black_box(number));
        let worked = std::thread::spawn(move || {
            std::hint::black_box(busy());
            Effort::so_far(None)
        });
        let after = worked.join().expect("a result");
        let spent = after - before;
        if Path::new("/proc/self/schedstat").exists() {
            assert!(spent.service > 0.0, "{spent:?}");
        }
        assert!(spent.database.abs() < f64::EPSILON);
    }
}
