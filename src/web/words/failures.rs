//! The words for each cause at Okta's side, as tables: one file per kind of cause.

mod answers;
mod apps;
mod decisions;
mod renewal;
mod troubles;

use crate::domain::failure::FailureKind;

pub(in crate::web) use renewal::of_renewal;

/// What happened, why, and what to do.
#[derive(Debug, Clone, Copy)]
pub(in crate::web) struct Words {
    pub title: &'static str,
    pub what: &'static str,
    pub why: &'static str,
    pub steps: &'static [&'static str],
}

const fn words(
    title: &'static str,
    what: &'static str,
    why: &'static str,
    steps: &'static [&'static str],
) -> Words {
    Words {
        title,
        what,
        why,
        steps,
    }
}

const LAST_RESORT: Words = words(
    "Okta refused",
    "Okta answered with an error that has no explanation of ours. Nothing was connected.",
    "Okta's own words below usually name the reason.",
    &[
        "Try again.",
        "If it happens again, write to us with the reference below.",
    ],
);

/// The words for `kind`.
pub(in crate::web) fn of_kind(kind: FailureKind) -> Words {
    let tables = [
        decisions::WORDS,
        apps::WORDS,
        answers::WORDS,
        troubles::WORDS,
    ];
    let found = tables
        .iter()
        .flat_map(|table| table.iter())
        .find(|(of, _)| *of == kind);
    found.map_or(LAST_RESORT, |(_, words)| *words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cause_says_what_happened_why_and_what_to_do() {
        for kind in FailureKind::ALL {
            let words = of_kind(kind);
            assert!(!words.steps.is_empty(), "{kind}");
            for sentence in [words.what, words.why].iter().chain(words.steps) {
                assert!(
                    sentence.ends_with('.') && sentence.len() > 8,
                    "{kind}: {sentence}"
                );
            }
            let is_explained = words.title != LAST_RESORT.title;
            assert!(
                is_explained || kind == FailureKind::Other,
                "{kind} has no words of its own"
            );
        }
    }
}
