//! Feeds parsers with hostile input, for the tests alone: none may panic, or take long.
//!
//! Each test has two lengths: some thousands in `make test`, and so many in `make soak` that all of them
//! together are more than ten million. `FUZZ_SEED` repeats a run.

#![expect(
    clippy::print_stdout,
    reason = "whoever runs a long one reads what it found"
)]

pub(crate) mod mutator;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use serde_json::Value;

use self::mutator::Mutator;

/// Inputs for each parser in `make test` …
pub(crate) const FEW: usize = 2_000;
/// … and in `make soak`.
pub(crate) const MANY: usize = 600_000;

/// No input of 64 KiB may take longer, on a machine that does other things besides.
const PATIENCE: Duration = Duration::from_secs(3);

/// Gives `count` texts, made from `valid` ones, to `parse`.
pub(crate) fn texts(count: usize, valid: &[&str], pieces: &[&str], parse: impl FnMut(&str)) {
    run(count, |mutator| mutator.text(valid, pieces), as_text(parse));
}

/// The same for documents of JSON.
pub(crate) fn documents(count: usize, valid: &[Value], parse: impl FnMut(&[u8])) {
    run(count, |mutator| mutator.document(valid), parse);
}

fn as_text(mut parse: impl FnMut(&str)) -> impl FnMut(&[u8]) {
    move |input| parse(&String::from_utf8_lossy(input))
}

fn run(count: usize, make: impl Fn(&mut Mutator) -> Vec<u8>, mut parse: impl FnMut(&[u8])) {
    let seed = std::env::var("FUZZ_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or(if count > FEW {
        uuid::Uuid::new_v4().as_u64_pair().0
    } else {
        20_261_130
    });
    if count > FEW {
        // What ends the process says nothing else.
        println!("{:?}: FUZZ_SEED={seed}", std::thread::current().name());
    }
    let mut mutator = Mutator::new(seed);
    let began = Instant::now();
    let mut slowest = Duration::ZERO;
    for number in 0..count {
        let input = make(&mut mutator);
        let start = Instant::now();
        let outcome = catch_unwind(AssertUnwindSafe(|| parse(&input)));
        let took = start.elapsed();
        slowest = slowest.max(took);
        let shown = || input[..input.len().min(2_000)].escape_ascii().to_string();
        assert!(
            outcome.is_ok(),
            "FUZZ_SEED={seed}, input {number} panics: {}",
            shown()
        );
        assert!(
            took < PATIENCE,
            "FUZZ_SEED={seed}, input {number} takes {took:?}: {}",
            shown()
        );
    }
    if count > FEW {
        let name = std::thread::current().name().unwrap_or_default().to_owned();
        println!(
            "{name}: {count} inputs in {:.0?}, the slowest {slowest:.1?}",
            began.elapsed()
        );
    }
}

/// Declares both lengths of a test.
macro_rules! both {
    ($feed:ident, $few:ident, $soak:ident) => {
        #[test]
        fn $few() {
            $feed(crate::fuzz::FEW);
        }

        #[test]
        #[ignore = "minutes: make soak"]
        fn $soak() {
            $feed(crate::fuzz::MANY);
        }
    };
}
pub(crate) use both;
