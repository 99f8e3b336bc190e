//! Webhooks: which addresses may be told, of what, in which words, and how patiently.

mod address;
mod body;
mod schedule;

pub use address::{EndpointUrl, UrlProblem, WebhookPolicy};
pub use body::{event_body, test_body};
pub use schedule::{GIVES_UP_AFTER, after_failure, jittered};

use super::audit::Action;

/// The type of the message that `grantway webhook test` sends; no event has it.
pub const TEST_TYPE: &str = "webhook.test";

/// Why an endpoint gets nothing any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DisabledReason {
    /// The vendor said so.
    Asked,
    /// The endpoint answered 410.
    Gone,
    /// Nothing but failures for [`GIVES_UP_AFTER`].
    Failing,
}

/// How a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryState {
    Waiting,
    Delivered,
    /// Given up, until it is replayed.
    Dead,
}

impl DisabledReason {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Gone => "gone",
            Self::Failing => "failing",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Asked, Self::Gone, Self::Failing]
            .into_iter()
            .find(|reason| reason.code() == code)
    }
}

impl DeliveryState {
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::Dead => "dead",
        }
    }

    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Waiting, Self::Delivered, Self::Dead]
            .into_iter()
            .find(|state| state.code() == code)
    }
}

/// The types of events, as an endpoint's filter names them; `None` for a word that is none.
#[must_use]
pub fn event_type(word: &str) -> Option<&'static str> {
    let mut known = Action::PUBLISHED.into_iter().map(Action::code);
    known.find(|code| *code == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_what_is_published_can_be_asked_for() {
        for action in Action::PUBLISHED {
            assert!(action.is_published(), "{action:?}");
            assert_eq!(event_type(action.code()), Some(action.code()));
        }
        for word in ["", "tenant.created", "connection.*", TEST_TYPE] {
            assert_eq!(event_type(word), None, "{word}");
        }
    }

    #[test]
    fn stored_words_are_read_back() {
        for reason in [
            DisabledReason::Asked,
            DisabledReason::Gone,
            DisabledReason::Failing,
        ] {
            assert_eq!(DisabledReason::from_code(reason.code()), Some(reason));
        }
        for state in [
            DeliveryState::Waiting,
            DeliveryState::Delivered,
            DeliveryState::Dead,
        ] {
            assert_eq!(DeliveryState::from_code(state.code()), Some(state));
        }
        assert_eq!(DeliveryState::from_code("lost"), None);
    }
}
