//! What the organization, or the person, decided.

use super::{Words, words};
use crate::domain::failure::FailureKind;

pub(super) const WORDS: &[(FailureKind, Words)] = &[
    (
        FailureKind::NotAssigned,
        words(
            "You are not assigned to the app in Okta",
            "Okta knows you, but not as somebody who may use this app. Nothing was connected.",
            "The step Assignments was skipped when the app was made, or another account is signed in to Okta in this browser.",
            &[
                "In Okta's Admin Console, open Applications → Applications and choose the app.",
                "On the tab Assignments, press Assign → Assign to People, and assign the Super Administrator who signs in.",
                "Come back here and continue to Okta.",
            ],
        ),
    ),
    (
        FailureKind::NothingGranted,
        words(
            "The app has no permission yet",
            "Okta grants an app only what its tab Okta API Scopes allows, and there nothing is granted. Nothing was connected.",
            "The app was made, but the step of granting the permissions was left out, or was done for another app.",
            &[
                "In Okta's Admin Console, a Super Administrator opens Applications → Applications and chooses the app.",
                "On the tab Okta API Scopes, press Grant beside each permission in the list here.",
                "Come back here and continue to Okta.",
            ],
        ),
    ),
    (
        FailureKind::UnknownScope,
        words(
            "Okta does not know one of the permissions",
            "One unknown permission makes Okta refuse all of them. Nothing was connected.",
            "Your organization's edition does not have a feature that one of the permissions belongs to, or the sign-in went to a custom authorization server.",
            &[
                "Write to us with the reference below: we will see which one it is and leave it out for you.",
            ],
        ),
    ),
    (
        FailureKind::PolicyDenied,
        words(
            "A sign-on policy of your organization refused",
            "Okta checked your sign-in against your organization's own rules, and they said no. Nothing was connected.",
            "The app's sign-on policy asks for another factor, device or network than you used.",
            &[
                "In Okta's Admin Console, open the app's tab Sign On and see which policy applies.",
                "Sign in in the way that it asks for, or let a colleague who can do this step.",
            ],
        ),
    ),
    (
        FailureKind::NetworkZone,
        words(
            "The app accepts requests only from certain networks",
            "Okta refused our request, because the app is limited to network zones that our servers are not in. Nothing was connected.",
            "Somebody restricted the app's grants to network zones, which is a good habit.",
            &[
                "Ask us for the addresses of our servers: write to the address below.",
                "In Okta's Admin Console, open Security → Networks and add them to a zone that the app allows.",
                "Come back here and continue to Okta.",
            ],
        ),
    ),
    (
        FailureKind::InteractionRequired,
        words(
            "Okta wants you to sign in",
            "Okta did not find you signed in, where it had to. Nothing was connected.",
            "The sign-in at Okta was interrupted.",
            &["Continue to Okta once more and sign in there."],
        ),
    ),
    (
        FailureKind::Denied,
        words(
            "Okta says that access was refused",
            "The sign-in ended with a no. Nothing was connected, and nothing that you entered is lost.",
            "Cancel was pressed on Okta's page, or a rule of your organization refused.",
            &[
                "If you pressed Cancel, continue to Okta again whenever you are ready.",
                "If you did not, show Okta's own words below to whoever manages your organization's policies.",
            ],
        ),
    ),
];
