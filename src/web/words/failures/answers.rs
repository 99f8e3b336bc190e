//! What is wrong with an answer.

use super::{Words, words};
use crate::domain::failure::FailureKind;

pub(super) const WORDS: &[(FailureKind, Words)] = &[
    (
        FailureKind::CodeExpired,
        words(
            "Okta's answer was no longer valid",
            "Okta's answers last five minutes and count once. Nothing was connected, and nothing that you entered is lost.",
            "The way back from Okta took too long, or the page was opened twice.",
            &["Continue to Okta once more."],
        ),
    ),
    (
        FailureKind::OtherOrganization,
        words(
            "Another organization answered",
            "The organization at this address is not the one that this connection belongs to. Nothing was connected.",
            "The address was given to another Okta organization since, or the link was made for another one.",
            &[
                "Check the organization's address in the first step.",
                "If your company really changed organizations, write to us: a new link is needed.",
            ],
        ),
    ),
    (
        FailureKind::OrganizationConflict,
        words(
            "This organization is known at another address",
            "What answers at this address says that it is an organization that is connected at another address, or it said something else before. Nothing was connected.",
            "An organization has one address here, so that none can pass for another one. After a company renames its organization it looks the same.",
            &[
                "Look at the address bar after you sign in to Okta, and enter what stands there before the first slash.",
                "If your company renamed its organization, write to us.",
            ],
        ),
    ),
    (
        FailureKind::NotAnOrganization,
        words(
            "No Okta organization answers at this address",
            "We asked, and what answered is not Okta.",
            "The address has a typing mistake, or the organization has another name at Okta than on your website.",
            &[
                "Look at the address bar after you sign in to Okta, and enter what stands there before the first slash.",
            ],
        ),
    ),
    (
        FailureKind::WrongIssuer,
        words(
            "The answer could not be trusted",
            "What came back does not prove who signed in at this organization, so it was thrown away. Nothing was connected.",
            "A clock that is wrong, a key that Okta changed at that very moment, or an attempt to mix two sign-ins.",
            &[
                "Continue to Okta once more.",
                "If it happens again, write to us with the reference below before you go on.",
            ],
        ),
    ),
    (
        FailureKind::IdTokenRejected,
        words(
            "The answer could not be trusted",
            "What came back does not prove who signed in at this organization, so it was thrown away. Nothing was connected.",
            "A clock that is wrong, a key that Okta changed at that very moment, or an attempt to mix two sign-ins.",
            &[
                "Continue to Okta once more.",
                "If it happens again, write to us with the reference below before you go on.",
            ],
        ),
    ),
    (
        FailureKind::IdTokenTooLong,
        words(
            "The ID token is too long",
            "The ID token, which says who signed in, is larger than we read, so it was thrown away. Nothing was connected.",
            "The app sends a groups claim, and you are in very many groups. We do not need your groups.",
            &[
                "In Okta, open the app, then Sign On, and set the groups claim of the OpenID Connect ID Token to “None”, or narrow its filter.",
                "Continue to Okta once more.",
            ],
        ),
    ),
    (
        FailureKind::RefreshTokenDead,
        words(
            "The sign-in behind this connection has ended",
            "Okta no longer accepts what it issued. Your history is kept.",
            "Ninety days have passed, somebody revoked it in Okta, or the person who signed in has left.",
            &["Authorize again, as a Super Administrator."],
        ),
    ),
    (
        FailureKind::ReuseDetected,
        words(
            "Okta ended this connection for its safety",
            "A renewal was cut off in the middle, and Okta took the next one for a theft. Your history is kept.",
            "Our service or the way to Okta broke down for longer than Okta forgives.",
            &["Authorize again, as a Super Administrator."],
        ),
    ),
    (
        FailureKind::AccessTokenDead,
        words(
            "The sign-in behind this connection has ended",
            "Okta no longer accepts what it issued. Your history is kept.",
            "Ninety days have passed, somebody revoked it in Okta, or the person who signed in has left.",
            &["Authorize again, as a Super Administrator."],
        ),
    ),
];
