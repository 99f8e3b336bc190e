//! The one sentence that a person would say, and a second one to it.

use crate::domain::connection::{AttentionReason, ConnectionState};
use crate::domain::grant_status::{CategoryState, GrantStatus, Verdict as Grants};
use crate::flows::StatusView;
use crate::web::pages::{Tone, Verdict};

use super::{has_ended, names};

pub(super) fn of(view: &StatusView, vendor: &str) -> Verdict {
    let total = view.grants.total();
    match view.connection.state {
        ConnectionState::Disconnected => verdict(
            Tone::Neutral,
            "This connection was ended.".to_owned(),
            format!("{vendor} has no access any more. What is shown below is history."),
        ),
        state if has_ended(state) => verdict(
            Tone::Bad,
            "The sign-in behind this connection has ended, so nothing is backed up any more.".to_owned(),
            "One sign-in by a Super Administrator starts it again. Below is what was granted before.".to_owned(),
        ),
        ConnectionState::NeedsAttention(AttentionReason::NotSuperAdministrator) => verdict(
            Tone::Warn,
            format!("{}, but the person who signed in cannot use them all.", granted_of(view)),
            "Okta lets a token do only what the person behind it may do.".to_owned(),
        ),
        ConnectionState::NeedsAttention(AttentionReason::NoRefreshToken) => verdict(
            Tone::Warn,
            "Connected, but only for an hour.".to_owned(),
            "Okta gave nothing with which the connection could be kept alive.".to_owned(),
        ),
        ConnectionState::OnHold if view.grants.lacking().next().is_none() => verdict(
            Tone::Neutral,
            format!("All {total} permissions are granted. {vendor} now activates the connection."),
            "Backups begin after that.".to_owned(),
        ),
        _ => of_grants(&view.grants),
    }
}

fn of_grants(grants: &GrantStatus) -> Verdict {
    match grants.verdict() {
        Grants::NothingYet => verdict(
            Tone::Neutral,
            "Not connected yet.".to_owned(),
            format!(
                "This is what will be asked for: {} permissions in {} categories.",
                grants.total(),
                grants.categories().len()
            ),
        ),
        Grants::NoneGranted => verdict(
            Tone::Bad,
            format!(
                "None of the {} permissions is granted, so nothing is backed up yet.",
                grants.total()
            ),
            "Signing in worked; the app in Okta was given none of the permissions.".to_owned(),
        ),
        Grants::SomeMissing { granted, total } => verdict(
            Tone::Warn,
            format!(
                "{granted} of {total} permissions are granted. {}",
                gaps(grants)
            ),
            "Everything else is granted.".to_owned(),
        ),
        Grants::Unverified => verdict(
            Tone::Warn,
            "Connected, but Okta did not say what it granted.".to_owned(),
            "What is shown below is what was asked for.".to_owned(),
        ),
        _ => of_a_full_grant(grants),
    }
}

/// All are granted; what a check saw of them.
fn of_a_full_grant(grants: &GrantStatus) -> Verdict {
    let counts = grants.counts();
    let (tone, finding, detail) = match grants.verdict() {
        Grants::SomeBlocked => (
            Tone::Warn,
            format!(", but {} cannot be used", counts.blocked),
            "The administrator role behind this connection is too weak for them.",
        ),
        Grants::SomeChecksFailed => (
            Tone::Neutral,
            format!("; {} could not be checked", counts.check_failed),
            "That says nothing about them.",
        ),
        Grants::SomeUnavailable => (
            Tone::Good,
            ", and whatever your organization has works".to_owned(),
            "Some are for features that it does not have.",
        ),
        Grants::AllEffective => (
            Tone::Good,
            format!(", and {} were seen to work", counts.effective),
            "There is nothing left to do.",
        ),
        _ => (Tone::Good, String::new(), "There is nothing left to do."),
    };
    let sentence = format!("All {} permissions are granted{finding}.", counts.total);
    verdict(tone, sentence, detail.to_owned())
}

/// Which categories suffer, by name where there are few.
fn gaps(grants: &GrantStatus) -> String {
    let missing = names(grants, &[CategoryState::Missing]);
    let partly = names(grants, &[CategoryState::Partial]);
    match (missing, partly) {
        (Some((missing, count)), Some((partly, _))) => {
            format!(
                "{missing} {} not backed up yet, {partly} only in part.",
                is_or_are(count)
            )
        }
        (Some((missing, count)), None) => {
            format!("{missing} {} not backed up yet.", is_or_are(count))
        }
        (None, Some((partly, count))) => {
            format!("{partly} {} backed up only in part.", is_or_are(count))
        }
        (None, None) => String::new(),
    }
}

fn granted_of(view: &StatusView) -> String {
    match (view.grants.granted_count(), view.grants.total()) {
        (granted, total) if granted == total => format!("All {total} permissions are granted"),
        (granted, total) => format!("{granted} of {total} permissions are granted"),
    }
}

const fn is_or_are(count: usize) -> &'static str {
    if count == 1 { "is" } else { "are" }
}

fn verdict(tone: Tone, sentence: String, detail: String) -> Verdict {
    Verdict {
        tone,
        sentence,
        detail,
    }
}
