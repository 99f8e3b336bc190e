//! What somebody must know before everything else: a sign-in that failed, a role that is too weak.

use time::OffsetDateTime;
use time::macros::format_description;

use super::has_ended;
use crate::domain::connection::{AttentionReason, ConnectionState};
use crate::domain::failure::FailureKind;
use crate::flows::{LastFailure, StatusView};
use crate::web::pages::{Notice, Tone};
use crate::web::when::when;
use crate::web::words;

pub(super) fn of(view: &StatusView, vendor: &str) -> Option<Notice> {
    if let Some(failure) = &view.last_failure {
        return Some(of_failure(failure, view));
    }
    if let Some(notice) = not_renewed(view) {
        return Some(notice);
    }
    match view.connection.state {
        // What is seen to be blocked is told with its remedy.
        ConnectionState::NeedsAttention(AttentionReason::NotSuperAdministrator) => {
            (view.grants.counts().blocked == 0).then(|| weak_role(view))
        }
        ConnectionState::NeedsAttention(AttentionReason::NoRefreshToken) => {
            Some(no_refresh_token())
        }
        state if has_ended(state) => None,
        _ if view.ends_soon().is_some() => view.ends_soon().map(|end| ends_soon(end, view)),
        ConnectionState::OnHold => Some(on_hold(view, vendor)),
        _ => None,
    }
}

/// Why the connection cannot be renewed, and since when. What passes by itself is told only when
/// nothing can be read any more meanwhile.
fn not_renewed(view: &StatusView) -> Option<Notice> {
    let (kind, since) = view.failing()?;
    if kind.is_passing() && !view.is_without_token() {
        return None;
    }
    let words = words::of_renewal(kind).words;
    let end = view.tokens?.access_expires_at;
    let effect = match (kind.ends_the_sign_in(), view.is_without_token()) {
        (true, _) => String::new(),
        (_, true) => " Nothing can be read from your organization meanwhile.".to_owned(),
        (_, false) => format!(
            " What can be read now ends {}.",
            when(end, view.now).relative
        ),
    };
    let what = format!("{}{effect}", words.what);
    Some(Notice {
        why: Some(words.why.to_owned()),
        happened: Some(when(since, view.now)),
        ..notice(words.title, &what, words.steps)
    })
}

fn ends_soon(end: OffsetDateTime, view: &StatusView) -> Notice {
    let day = end.format(format_description!(
        "[day padding:none] [month repr:long] [year]"
    ));
    let title = format!("This sign-in ends on {}", day.unwrap_or_default());
    let what = format!(
        "Okta ends each sign-in after 90 days, whatever its use: this one {}. Then nothing can be read any more.",
        when(end, view.now).relative
    );
    let step = "A Super Administrator presses Authorize again and signs in before that day: nothing is interrupted.";
    notice(&title, &what, &[step])
}

fn of_failure(failure: &LastFailure, view: &StatusView) -> Notice {
    let words = words::of_kind(failure.kind());
    let kept = match &view.authorization {
        Some(_) => "The latest sign-in failed, and what was granted before stays as it is.",
        None => "The sign-in failed, and nothing was connected.",
    };
    Notice {
        okta_said: quoted(failure),
        reference: Some(failure.reference.to_string()),
        happened: Some(when(failure.at, view.now)),
        ..notice(words.title, &format!("{kept} {}", words.why), words.steps)
    }
}

fn quoted(failure: &LastFailure) -> Option<String> {
    words::said(&crate::domain::failure::OktaSaid {
        status: None,
        error: failure.error.clone(),
        description: failure.description.clone(),
        request_id: failure.request_id.clone(),
    })
}

fn weak_role(view: &StatusView) -> Notice {
    let who = view
        .authorization
        .as_ref()
        .map_or("The person who signed in", |facts| {
            facts.person_name.as_str()
        });
    let what = format!(
        "{who} is not a Super Administrator of the organization, as far as Okta tells. Okta put the permissions into the \
         token all the same, and will refuse part of what they are for."
    );
    let steps = [
        "A Super Administrator signs in: press Authorize again and sign in with that account.",
        "Or a Super Administrator gives this person the role, in Security → Administrators, and this person authorizes again.",
    ];
    notice(
        "This sign-in is too weak for what is granted",
        &what,
        &steps,
    )
}

fn no_refresh_token() -> Notice {
    let words = words::of_kind(FailureKind::RefreshTokenGrantDisabled);
    notice(words.title, words.what, words.steps)
}

/// Whoever waits must know for whom, and that nothing happens behind their back meanwhile.
fn on_hold(view: &StatusView, vendor: &str) -> Notice {
    let left = if view.grants.lacking().next().is_none() {
        "There is nothing for you to do."
    } else {
        "What is missing below can be granted meanwhile or later."
    };
    let what = format!(
        "{vendor} looks at each new connection and activates it by hand. Until then none of {vendor}'s programs gets a \
         token: nothing is backed up and nothing is changed. Only the checks on this page ask your organization \
         whether the permissions work. {left} If it takes longer than a working day, write to the address at the end of this page."
    );
    Notice {
        tone: Tone::Neutral,
        ..notice(&format!("Waiting for activation by {vendor}"), &what, &[])
    }
}

fn notice(title: &str, what: &str, steps: &[&str]) -> Notice {
    Notice {
        tone: Tone::Warn,
        title: title.to_owned(),
        what: what.to_owned(),
        why: None,
        steps: steps.iter().map(|step| (*step).to_owned()).collect(),
        okta_said: None,
        reference: None,
        happened: None,
    }
}
