//! A connection's state in the words that support uses: short enough for a list.

use crate::domain::connection::{AttentionReason, ConnectionState};
use crate::domain::failure::FailureKind;
use crate::domain::grant_status::CategoryState;
use crate::domain::look_up::Urgency;
use crate::web::words;

/// The states that can be filtered by, with their words.
pub(super) const STATES: [(&str, &str); 5] = [
    ("needs_attention", "Needs attention"),
    ("on_hold", "On hold"),
    ("pending", "Not connected yet"),
    ("connected", "Connected"),
    ("disconnected", "Disconnected"),
];

/// What can befall a connection that worked. The other kinds end a sign-in before there is one.
const LASTING: [FailureKind; 10] = [
    FailureKind::RefreshTokenDead,
    FailureKind::WrongSecret,
    FailureKind::KeyRefused,
    FailureKind::WrongAuthMethod,
    FailureKind::RefreshTokenGrantDisabled,
    FailureKind::UnknownClient,
    FailureKind::NetworkZone,
    FailureKind::DpopRequired,
    FailureKind::NothingGranted,
    FailureKind::Other,
];

/// The reasons that can be filtered by: those that a connection can really have.
pub(super) fn reasons() -> impl Iterator<Item = (&'static str, &'static str)> {
    let own = [
        AttentionReason::SignInExpired,
        AttentionReason::NotSuperAdministrator,
        AttentionReason::NoRefreshToken,
    ];
    let failures = LASTING.into_iter().map(AttentionReason::Failed);
    own.into_iter()
        .chain(failures)
        .map(|reason| (reason.code(), of_reason(reason)))
}

pub(super) const fn of_state(state: ConnectionState) -> &'static str {
    match state {
        ConnectionState::Pending => "Not connected yet",
        ConnectionState::Connected => "Connected",
        ConnectionState::NeedsAttention(_) => "Needs attention",
        ConnectionState::OnHold => "On hold",
        ConnectionState::Disconnected => "Disconnected",
    }
}

/// Why the connection needs a person, in one phrase.
pub(super) fn of_reason(reason: AttentionReason) -> &'static str {
    match reason {
        AttentionReason::SignInExpired => "The sign-in ended after Okta's 90 days",
        AttentionReason::NotSuperAdministrator => "Signed in without the Super Administrator role",
        AttentionReason::NoRefreshToken => "Okta gave no refresh token",
        AttentionReason::Failed(kind) => of_failure(kind),
    }
}

/// The customer's title, unless it speaks to the customer.
fn of_failure(kind: FailureKind) -> &'static str {
    match kind {
        FailureKind::NotAssigned => "The person is not assigned to the app in Okta",
        FailureKind::PolicyDenied => "A sign-on policy of the organization refused",
        FailureKind::InteractionRequired => "Okta wants somebody to sign in",
        _ => words::of_renewal(kind).words.title,
    }
}

/// One phrase for the list: the reason, or what the place in the list says.
pub(super) fn why(state: ConnectionState, urgency: i16) -> String {
    if let ConnectionState::NeedsAttention(reason) = state {
        return of_reason(reason).to_owned();
    }
    let is = |wanted: Urgency| wanted.number() == urgency;
    let phrase = match state {
        _ if is(Urgency::Broken) => "Cannot be renewed at the moment",
        _ if is(Urgency::Stuck) => "The latest sign-in failed",
        _ if is(Urgency::Partial) => "Some permissions are missing or do not work",
        _ if is(Urgency::EndsSoon) => "Works; the sign-in ends soon",
        ConnectionState::OnHold => "Waits for activation by an operator",
        ConnectionState::Pending => "Invited",
        ConnectionState::Disconnected => "Disconnected on purpose",
        _ => "Works",
    };
    phrase.to_owned()
}

/// The colour and icon of a place in the list.
pub(super) fn tone(urgency: i16) -> &'static str {
    if urgency <= Urgency::Stuck.number() {
        "bad"
    } else if urgency <= Urgency::EndsSoon.number() {
        "warn"
    } else if urgency == Urgency::Fine.number() {
        "good"
    } else {
        "neutral"
    }
}

pub(super) const fn of_category(state: CategoryState) -> &'static str {
    match state {
        CategoryState::Granted => "granted",
        CategoryState::Partial => "partly granted",
        CategoryState::Missing => "missing",
        CategoryState::Blocked => "blocked by role",
        CategoryState::Unavailable => "not available",
        CategoryState::Unknown => "not known",
    }
}

/// `1 link`, `3 links`.
pub(super) fn counted(number: i64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// `a, b and c`.
pub(super) fn listed(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_that_a_connection_can_have_has_a_phrase() {
        for (code, phrase) in reasons() {
            assert!(AttentionReason::from_code(code).is_some(), "{code}");
            assert!(phrase.len() > 10, "{code}: {phrase}");
        }
    }

    #[test]
    fn the_list_speaks_of_the_customer_and_not_to_them() {
        for kind in FailureKind::ALL {
            let phrase = of_reason(AttentionReason::Failed(kind)).to_lowercase();
            let mut words = phrase.split(' ');
            assert!(
                !words.any(|word| word.starts_with("you")),
                "{kind}: {phrase}"
            );
        }
    }
}
