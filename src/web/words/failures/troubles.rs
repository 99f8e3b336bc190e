//! What is wrong with Okta, or on the way to it.

use super::{Words, words};
use crate::domain::failure::FailureKind;

pub(super) const WORDS: &[(FailureKind, Words)] = &[
    (
        FailureKind::Unreachable,
        words(
            "Okta cannot be reached right now",
            "We could not connect to your organization. What you entered is kept, and nothing was changed.",
            "The network between us and Okta is interrupted, or the organization's address has stopped working.",
            &[
                "Wait a minute and try again.",
                "If it lasts, look at status.okta.com.",
            ],
        ),
    ),
    (
        FailureKind::TimedOut,
        words(
            "Okta did not answer in time",
            "We waited, and no complete answer came. What you entered is kept, and nothing was changed.",
            "Okta is slow at this moment.",
            &[
                "Wait a minute and try again.",
                "If it lasts, look at status.okta.com.",
            ],
        ),
    ),
    (
        FailureKind::RateLimited,
        words(
            "Okta asks us to slow down",
            "Your organization's request limit is used up for the moment. What you entered is kept, and nothing was changed.",
            "Many programs use your organization at once; Okta counts all of them together.",
            &["Wait a minute and try again. The limit renews itself every minute."],
        ),
    ),
    (
        FailureKind::OktaBroken,
        words(
            "Okta has a problem of its own",
            "Okta answered that something broke on its side. What you entered is kept, and nothing was changed.",
            "A disturbance at Okta; such things pass within minutes.",
            &[
                "Wait a few minutes and try again.",
                "If it lasts, look at status.okta.com.",
            ],
        ),
    ),
    (
        FailureKind::Nonsense,
        words(
            "Okta's answer made no sense",
            "Something else came back than Okta sends. What you entered is kept, and nothing was changed.",
            "A maintenance page, or a proxy between us and Okta, answered in its place.",
            &[
                "Wait a few minutes and try again.",
                "If it happens again, write to us with the reference below.",
            ],
        ),
    ),
];
