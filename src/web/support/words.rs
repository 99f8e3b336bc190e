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

/// What a kind of failure does to a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Effect {
    /// It can befall a connection that worked, and stays until a person does something.
    Lasting,
    /// It passes by itself, and is no reason of a state.
    Passing,
    /// It ends a sign-in, and leaves the connection as it was.
    OfTheSignIn,
}

/// Every kind by name, so that a new one has to be thought of.
const fn effect(kind: FailureKind) -> Effect {
    match kind {
        FailureKind::RefreshTokenDead
        | FailureKind::ReuseDetected
        | FailureKind::AccessTokenDead
        | FailureKind::WrongSecret
        | FailureKind::KeyRefused
        | FailureKind::WrongAuthMethod
        | FailureKind::RefreshTokenGrantDisabled
        | FailureKind::UnknownClient
        | FailureKind::NetworkZone
        | FailureKind::NothingGranted
        | FailureKind::NotAssigned
        | FailureKind::PolicyDenied
        | FailureKind::Denied
        | FailureKind::UnknownScope
        | FailureKind::InteractionRequired
        | FailureKind::DpopRequired
        | FailureKind::WrongIssuer
        | FailureKind::OtherOrganization
        | FailureKind::NotAnOrganization
        | FailureKind::Other => Effect::Lasting,
        FailureKind::Unreachable
        | FailureKind::TimedOut
        | FailureKind::RateLimited
        | FailureKind::OktaBroken
        | FailureKind::Nonsense => Effect::Passing,
        FailureKind::CodeExpired
        | FailureKind::CodeGrantDisabled
        | FailureKind::RedirectAddressNotRegistered
        | FailureKind::IdTokenRejected
        | FailureKind::IdTokenTooLong
        | FailureKind::OrganizationConflict => Effect::OfTheSignIn,
    }
}

/// The reasons that can be filtered by: those that a connection can really have.
pub(super) fn reasons() -> impl Iterator<Item = (&'static str, &'static str)> {
    let own = [
        AttentionReason::SignInExpired,
        AttentionReason::NotSuperAdministrator,
        AttentionReason::NoRefreshToken,
    ];
    let lasting = FailureKind::ALL
        .into_iter()
        .filter(|kind| effect(*kind) == Effect::Lasting);
    let failures = lasting.map(AttentionReason::Failed);
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
    impersonal(kind).unwrap_or_else(|| words::of_renewal(kind).words.title)
}

/// The same of a sign-in that failed.
pub(super) fn of_sign_in(kind: FailureKind) -> &'static str {
    impersonal(kind).unwrap_or_else(|| words::of_kind(kind).title)
}

/// Where the customer's title speaks to the customer.
const fn impersonal(kind: FailureKind) -> Option<&'static str> {
    match kind {
        FailureKind::NotAssigned => Some("The person is not assigned to the app in Okta"),
        FailureKind::PolicyDenied => Some("A sign-on policy of the organization refused"),
        FailureKind::InteractionRequired => Some("Okta wants somebody to sign in"),
        _ => None,
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
        _ if is(Urgency::EndsSoon) => "Works; the sign-in ends",
        ConnectionState::OnHold => "Waits for activation by an operator",
        ConnectionState::Pending => "Invited",
        ConnectionState::Disconnected => "Disconnected on purpose",
        _ => "Works",
    };
    phrase.to_owned()
}

/// What stands between [`why`] and the time that goes with it.
pub(super) fn joint(state: ConnectionState, urgency: i16) -> &'static str {
    let is = |wanted: Urgency| wanted.number() == urgency;
    match state {
        ConnectionState::NeedsAttention(_) | ConnectionState::Disconnected => ", ",
        _ if is(Urgency::Broken) || is(Urgency::Stuck) => ", ",
        _ if is(Urgency::EndsSoon) || state == ConnectionState::Pending => " ",
        _ => "; connected ",
    }
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

/// `3 links and 1 session`: only what there is.
pub(super) fn there_are(numbers: &[(i64, &str, &str)]) -> String {
    let there = numbers.iter().filter(|(number, ..)| *number > 0);
    let parts: Vec<String> = there
        .map(|(number, one, many)| counted(*number, one, many))
        .collect();
    listed(&parts)
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
    fn what_lasts_is_told_as_of_a_connection_that_stands() {
        for kind in FailureKind::ALL {
            assert_eq!(effect(kind) == Effect::Passing, kind.is_passing(), "{kind}");
            if effect(kind) == Effect::OfTheSignIn {
                continue;
            }
            let told = words::of_renewal(kind);
            let said = format!("{} {}", told.words.what, told.words.why);
            assert!(!said.contains("othing was connected"), "{kind}: {said}");
            assert!(
                !told.words.steps.is_empty() && told.support.ends_with('.'),
                "{kind}"
            );
        }
    }

    #[test]
    fn what_there_is_none_of_is_not_counted() {
        let said = |links, sessions| {
            there_are(&[(links, "link", "links"), (sessions, "session", "sessions")])
        };
        assert_eq!(said(1, 0), "1 link");
        assert_eq!(said(0, 2), "2 sessions");
        assert_eq!(said(3, 1), "3 links and 1 session");
        assert_eq!(said(0, 0), "");
    }

    #[test]
    fn a_reason_and_its_time_read_as_one_sentence() {
        let (connected, pending) = (ConnectionState::Connected, ConnectionState::Pending);
        for (state, urgency, time, expected) in [
            (
                connected,
                Urgency::Fine,
                "5 days ago",
                "Works; connected 5 days ago",
            ),
            (
                connected,
                Urgency::EndsSoon,
                "in 3 days",
                "Works; the sign-in ends in 3 days",
            ),
            (
                pending,
                Urgency::Pending,
                "2 days ago",
                "Invited 2 days ago",
            ),
            (
                pending,
                Urgency::Stuck,
                "2 days ago",
                "The latest sign-in failed, 2 days ago",
            ),
        ] {
            let urgency = urgency.number();
            let said = format!("{}{}{time}", why(state, urgency), joint(state, urgency));
            assert_eq!(said, expected);
        }
    }

    #[test]
    fn no_two_reasons_look_alike_in_the_filter() {
        let mut phrases: Vec<&str> = reasons().map(|(_, phrase)| phrase).collect();
        let all = phrases.len();
        phrases.sort_unstable();
        phrases.dedup();
        assert_eq!(phrases.len(), all);
    }

    #[test]
    fn every_reason_that_a_connection_can_have_has_a_phrase() {
        for (code, phrase) in reasons() {
            assert!(AttentionReason::from_code(code).is_some(), "{code}");
            assert!(phrase.len() > 10, "{code}: {phrase}");
        }
    }

    #[test]
    fn staff_are_spoken_to_of_the_customer_and_not_as_the_customer() {
        for kind in FailureKind::ALL {
            for phrase in [of_reason(AttentionReason::Failed(kind)), of_sign_in(kind)] {
                let lower = phrase.to_lowercase();
                let mut words = lower.split(' ');
                assert!(
                    !words.any(|word| word.starts_with("you")),
                    "{kind}: {phrase}"
                );
            }
        }
    }
}
