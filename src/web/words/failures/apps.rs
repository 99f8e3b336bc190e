//! What is set in the app's settings.

use super::{Words, words};
use crate::domain::failure::FailureKind;

pub(super) const WORDS: &[(FailureKind, Words)] = &[
    (
        FailureKind::WrongSecret,
        words(
            "Okta refused the client secret",
            "The client ID is right, but the secret is not the app's. Nothing was connected.",
            "The secret was cut off when it was copied, or was renewed in Okta since.",
            &[
                "In Okta's Admin Console, open the app's tab General → Client Credentials and copy the secret with its own button.",
                "Paste it in the step The app in Okta, or choose the public key there, which needs no secret.",
            ],
        ),
    ),
    (
        FailureKind::KeyRefused,
        words(
            "Okta could not verify our key",
            "Okta checks our requests with our public key, and that did not work. Nothing was connected.",
            "The address of our keys is missing in the app's settings, or belongs to another connection, or was saved only moments ago.",
            &[
                "In Okta's Admin Console, open the app's tab General → Client Credentials → Edit.",
                "Choose Public key / Private key, then Use a URL to fetch keys dynamically, paste the keys address from here, and save.",
                "Try again; right after saving, Okta may need a minute.",
            ],
        ),
    ),
    (
        FailureKind::WrongAuthMethod,
        words(
            "The app proves itself in another way than was chosen here",
            "The app's Client authentication in Okta and the choice made here differ. Nothing was connected.",
            "The app is set to a client secret while the public key was chosen here, or the other way round.",
            &[
                "In Okta's Admin Console, open the app's tab General → Client Credentials and see which Client authentication is set.",
                "Choose the same here, or change it there.",
            ],
        ),
    ),
    (
        FailureKind::RefreshTokenGrantDisabled,
        words(
            "The app may not stay connected",
            "The app's Refresh Token grant is not enabled, so the connection would end an hour after the sign-in.",
            "Refresh Token was not ticked when the app was made; Okta leaves it off by default.",
            &[
                "In Okta's Admin Console, open the app's tab General → General Settings → Edit.",
                "Under Grant type, tick Refresh Token beside Authorization Code, and save.",
                "Come back here and try again.",
            ],
        ),
    ),
    (
        FailureKind::CodeGrantDisabled,
        words(
            "The app does not take sign-ins",
            "The app's Authorization Code grant is not enabled. Nothing was connected.",
            "The app was made as another type than OIDC Web Application, or the grant was unticked.",
            &[
                "In Okta's Admin Console, open the app's tab General → General Settings → Edit.",
                "Under Grant type, tick Authorization Code and Refresh Token, and save.",
                "If they are not there, make a new app of the type Web Application.",
            ],
        ),
    ),
    (
        FailureKind::DpopRequired,
        words(
            "The app demands a proof that this connection does not send",
            "The app is set to require DPoP in token requests. Nothing was connected.",
            "Okta ticks this setting by default for some kinds of apps.",
            &[
                "In Okta's Admin Console, open the app's tab General → General Settings → Edit.",
                "Untick Require Demonstrating Proof of Possession (DPoP) header in token requests, and save.",
                "Come back here and try again.",
            ],
        ),
    ),
    (
        FailureKind::RedirectAddressNotRegistered,
        words(
            "The app does not know our sign-in redirect address",
            "Okta sends people back only to addresses that are registered for the app, letter by letter.",
            "The address was left out, has a space or a slash too many, or belongs to another connection. A deactivated app looks the same.",
            &[
                "In Okta's Admin Console, open the app's tab General → Login → Edit.",
                "Under Sign-in redirect URIs, add the address from here with the copy button, and save.",
            ],
        ),
    ),
    (
        FailureKind::UnknownClient,
        words(
            "Okta does not know this client ID",
            "No active app of this organization has it. Nothing was connected.",
            "It was cut off when it was copied, it belongs to another organization, or the app was deactivated.",
            &[
                "In Okta's Admin Console, open the app's tab General and copy the Client ID with its own button.",
            ],
        ),
    ),
];
