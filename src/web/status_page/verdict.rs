//! The one sentence that a person would say, and a second one to it.

mod sentences;

use crate::domain::connection::{AttentionReason, ConnectionState};
use crate::domain::grant_status::Verdict as Grants;
use crate::flows::StatusView;
use crate::web::pages::{Tone, Verdict};

use super::{disconnected, has_ended, is_to_be_mended_in_okta};

pub(super) fn of(view: &StatusView, vendor: &str) -> Verdict {
    let total = view.grants.total();
    match view.connection.state {
        ConnectionState::Disconnected => verdict(
            Tone::Neutral,
            view.ending.as_ref().map_or_else(
                || "This connection was ended.".to_owned(),
                |ending| disconnected::sentence(ending, view, vendor),
            ),
            format!("{vendor} has no access any more. What is shown below is history."),
        ),
        state if has_ended(state) => verdict(
            Tone::Bad,
            "The sign-in behind this connection has ended, so nothing is backed up any more.".to_owned(),
            "One sign-in by a Super Administrator starts it again. Below is what was granted before.".to_owned(),
        ),
        ConnectionState::Connected | ConnectionState::NeedsAttention(_)
            if view.stalled_since().is_some() => verdict(
            Tone::Bad,
            "The connection could not be renewed, so nothing is backed up at the moment.".to_owned(),
            "What was granted stays, and is shown below as it was last.".to_owned(),
        ),
        _ if is_to_be_mended_in_okta(view) => verdict(
            Tone::Warn,
            "Okta refuses to renew this connection, so backups will stop within the hour.".to_owned(),
            "It can be mended in Okta, without a new sign-in.".to_owned(),
        ),
        ConnectionState::NeedsAttention(AttentionReason::NotSuperAdministrator)
            if nobody_looked(view) => verdict(
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
            "Everything is done on your side. Backups begin after the activation.".to_owned(),
        ),
        _ => of_grants(view),
    }
}

/// What a check has seen says more than the role's name.
fn nobody_looked(view: &StatusView) -> bool {
    let counts = view.grants.counts();
    counts.blocked == 0 && counts.unchecked > 0
}

fn of_grants(view: &StatusView) -> Verdict {
    let grants = &view.grants;
    let total = grants.total();
    match grants.verdict() {
        Grants::NothingYet => verdict(
            Tone::Neutral,
            "Not connected yet.".to_owned(),
            format!(
                "This is what will be asked for: {total} permissions in {} categories.",
                grants.categories().len()
            ),
        ),
        Grants::NoneGranted => verdict(
            Tone::Bad,
            format!("None of the {total} permissions is granted, so nothing is backed up yet."),
            "Signing in worked; the app in Okta was given none of the permissions.".to_owned(),
        ),
        Grants::Unverified => verdict(
            Tone::Warn,
            "Connected, but Okta did not say what it granted.".to_owned(),
            "What is shown below is what was asked for.".to_owned(),
        ),
        Grants::AllEffective => works(view),
        _ if grants.counts().unchecked > 0 => sentences::of_the_unchecked(view),
        _ => sentences::of_the_checked(view),
    }
}

/// Nothing is left to find out.
fn works(view: &StatusView) -> Verdict {
    let counts = view.grants.counts();
    let (total, works) = (counts.total, counts.effective);
    let sentence = if works == total {
        format!("All {total} permissions work.")
    } else {
        format!("All {total} permissions are granted, and the {works} that can be checked work.")
    };
    verdict(Tone::Good, sentence, left_to_do(view).to_owned())
}

/// Where everything is granted.
fn left_to_do(view: &StatusView) -> &'static str {
    if view.ends_soon().is_some() {
        "What is left to do is to sign in anew before this sign-in ends."
    } else {
        "There is nothing left to do."
    }
}

fn granted_of(view: &StatusView) -> String {
    match (view.grants.granted_count(), view.grants.total()) {
        (granted, total) if granted == total => format!("All {total} permissions are granted"),
        (granted, total) => format!("{granted} of {total} permissions are granted"),
    }
}

fn verdict(tone: Tone, sentence: String, detail: String) -> Verdict {
    Verdict {
        tone,
        sentence,
        detail,
    }
}
