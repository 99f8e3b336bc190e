//! Where not everything works, or nobody has looked yet: which categories suffer, and from what.

use super::super::check;
use super::verdict;
use crate::domain::grant_status::{CategoryStatus, GrantStatus, ScopeState, ScopeStatus};
use crate::flows::StatusView;
use crate::web::pages::{Tone, Verdict};

/// Somebody has looked at everything that is granted: it speaks of what works.
pub(super) fn of_the_checked(view: &StatusView) -> Verdict {
    let grants = &view.grants;
    let counts = grants.counts();
    let gaps = gaps(view);
    let tone = if gaps.is_empty() {
        Tone::Good
    } else {
        Tone::Warn
    };
    let mut words = vec![if counts.effective == 1 {
        format!("1 of {} permissions works.", counts.total)
    } else {
        format!("{} of {} permissions work.", counts.effective, counts.total)
    }];
    words.extend(gaps);
    let tone = if counts.check_failed > 0 && tone == Tone::Good {
        Tone::Neutral
    } else {
        tone
    };
    verdict(tone, words.join(" "), rest(grants).join(" "))
}

/// Some granted permissions were never looked at: it speaks of what is granted.
pub(super) fn of_the_unchecked(view: &StatusView) -> Verdict {
    let counts = view.grants.counts();
    let gaps = gaps(view);
    let mut words = vec![if counts.granted == counts.total {
        format!("All {} permissions are granted.", counts.total)
    } else {
        format!(
            "{} of {} permissions are granted.",
            counts.granted, counts.total
        )
    }];
    let is_checking = view.checks.open.is_some();
    let is_whole = gaps.is_empty();
    words.extend(gaps);
    let failed = check::failed_as_a_whole(view).is_some();
    let next = match (is_checking, is_whole) {
        (true, _) => "What they can really do is being checked.",
        (false, true) if failed => "What they can really do is not known yet.",
        (false, true) => super::left_to_do(view),
        (false, false) => "Everything else is granted.",
    };
    let (tone, detail) = match (is_checking, is_whole) {
        (true, true) => {
            words.push(next.to_owned());
            (Tone::Neutral, "This takes less than a minute.")
        }
        (_, true) if failed => (Tone::Neutral, next),
        (_, true) => (Tone::Good, next),
        (_, false) => (Tone::Warn, next),
    };
    verdict(tone, words.join(" "), detail.to_owned())
}

/// What somebody can mend, in a sentence per cause.
fn gaps(view: &StatusView) -> Vec<String> {
    let grants = &view.grants;
    let facts = view.authorization.as_ref();
    let is_super = facts.and_then(|facts| facts.super_administrator) == Some(true);
    let by = if is_super {
        // No role is stronger, so that it cannot be the reason.
        "refused by Okta"
    } else {
        "blocked by the administrator's role"
    };
    let mut words = Vec::new();
    words.extend(lacking(grants));
    let blocked = categories(grants, |category| has(category, ScopeState::BlockedByRole));
    if let Some((names, count)) = listed(&blocked) {
        words.push(format!("{names} {} {by}.", is_or_are(count)));
    }
    words
}

/// Categories of which nothing, or only a part, is granted.
fn lacking(grants: &GrantStatus) -> Option<String> {
    let is_lacking = |category: &CategoryStatus| category.scopes().any(|s| s.state().is_lacking());
    let is_bare = |category: &CategoryStatus| category.scopes().all(|s| s.state().is_lacking());
    let bare = listed(&categories(grants, is_bare));
    let partly = listed(&categories(grants, |c| is_lacking(c) && !is_bare(c)));
    Some(match (bare, partly) {
        (Some((bare, count)), Some((partly, _))) => format!(
            "{bare} {} not backed up yet, {partly} only in part.",
            is_or_are(count)
        ),
        (Some((bare, count)), None) => format!("{bare} {} not backed up yet.", is_or_are(count)),
        (None, Some((partly, count))) => {
            format!("{partly} {} backed up only in part.", is_or_are(count))
        }
        (None, None) => return None,
    })
}

/// What nobody has to mend, or what cannot be told.
fn rest(grants: &GrantStatus) -> Vec<String> {
    let failed = grants.counts().check_failed;
    let mut words = Vec::new();
    words.extend(absent(grants));
    if failed > 0 {
        let it = if failed == 1 { "it" } else { "them" };
        words.push(format!(
            "{failed} could not be checked, which says nothing about {it}."
        ));
    }
    words.extend(untold(grants));
    words
}

/// What the organization does not have.
fn absent(grants: &GrantStatus) -> Option<String> {
    let is_bare = |category: &CategoryStatus| {
        let mut scopes = category.scopes();
        scopes.all(|status| status.state() == ScopeState::Unavailable)
    };
    let bare = listed(&categories(grants, is_bare));
    let partly = |c: &CategoryStatus| has(c, ScopeState::Unavailable) && !is_bare(c);
    let partly = listed(&categories(grants, partly));
    Some(match (bare, partly) {
        (Some((bare, count)), Some((partly, _))) => format!(
            "{bare} {} not available in this organization, {partly} not all of it, which is nothing to mend.",
            is_or_are(count)
        ),
        (Some((bare, count)), None) => format!(
            "{bare} {} not available in this organization, which is nothing to mend.",
            is_or_are(count)
        ),
        (None, Some((partly, _))) => {
            format!(
                "This organization does not have everything of {partly}, which is nothing to mend."
            )
        }
        (None, None) => return None,
    })
}

fn untold(grants: &GrantStatus) -> Option<String> {
    let is_untold = |status: &&ScopeStatus| status.state() == ScopeState::Unverified;
    let mut untold = grants.scopes().filter(is_untold);
    let first = untold.next()?.permission().name();
    Some(match untold.count() {
        0 => format!("Whether “{first}” works, no answer of Okta can tell."),
        more => format!(
            "Whether {} others work, no answer of Okta can tell.",
            more + 1
        ),
    })
}

fn has(category: &CategoryStatus, state: ScopeState) -> bool {
    category.scopes().any(|status| status.state() == state)
}

fn categories(grants: &GrantStatus, is_one: impl Fn(&CategoryStatus) -> bool) -> Vec<&str> {
    let those = grants.categories().iter().filter(|one| is_one(one));
    those.map(|one| one.category().name()).collect()
}

/// As a person lists them, and how many they are.
fn listed(names: &[&str]) -> Option<(String, usize)> {
    let text = match names {
        [] => return None,
        [one] => (*one).to_owned(),
        [all @ .., last] if names.len() <= 4 => format!("{} and {last}", all.join(", ")),
        _ => format!("{} categories", names.len()),
    };
    Some((text, names.len()))
}

const fn is_or_are(count: usize) -> &'static str {
    if count == 1 { "is" } else { "are" }
}
