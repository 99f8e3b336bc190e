//! The words for a connection that cannot be renewed: nobody is at Okta at that moment, and what was
//! granted stays. For the administrator, and one sentence for whoever supports them.

mod rare;

use super::{LAST_RESORT, Words, of_kind, words};
use crate::domain::failure::FailureKind;

/// The same as [`Words`], with what support has to know.
#[derive(Debug, Clone, Copy)]
pub(in crate::web) struct RenewalWords {
    pub words: Words,
    pub support: &'static str,
}

const AGAIN: &str = "Press Check again: the connection goes on by itself as soon as Okta accepts it, without a new sign-in.";
const BY_ITSELF: &[&str] =
    &["Nothing is needed: it is tried again by itself. If it lasts, look at status.okta.com."];

const TABLE: &[(FailureKind, Words, &str)] = &[
    (
        FailureKind::RefreshTokenDead,
        words(
            "The sign-in behind this connection has ended",
            "Okta no longer accepts what it issued. Your history is kept.",
            "It was revoked in Okta, or the person who signed in has left or is no longer assigned to the app.",
            &["A Super Administrator presses Authorize again and signs in."],
        ),
        "Okta answered invalid_grant to the refresh token: revoked, expired, or its owner is gone. Only a new sign-in helps; nothing is tried any more.",
    ),
    (
        FailureKind::ReuseDetected,
        words(
            "Okta ended this connection for its safety",
            "A renewal of ours was cut off in the middle, and when it was tried again, Okta took it for a theft and ended the sign-in. Your history is kept.",
            "Our service or the way to Okta broke down for longer than the half minute that Okta forgives.",
            &["A Super Administrator presses Authorize again and signs in."],
        ),
        "An earlier refresh was interrupted after the token may have been spent, and the next came after Okta's leeway: the token family is revoked. Only a new sign-in helps.",
    ),
    (
        FailureKind::WrongSecret,
        words(
            "Okta no longer accepts the app's client secret",
            "So the connection cannot be renewed.",
            "The secret was renewed or removed in Okta since the app was entered here.",
            &[
                "If the old secret is still listed in Okta, on the app's tab General → Client Credentials, activate it again.",
                "Otherwise write to us for a new link, and enter the new secret in the step The app in Okta.",
                AGAIN,
            ],
        ),
        "The client secret that we hold is refused (invalid_client). The customer restores it, or enters the new one through a new link.",
    ),
    (
        FailureKind::KeyRefused,
        words(
            "Okta no longer accepts our key",
            "So the connection cannot be renewed.",
            "The address of our keys was changed in the app's settings, or Okta could not read it.",
            &[
                "In Okta's Admin Console, open the app's tab General → Client Credentials → Edit.",
                "Choose Public key / Private key, then Use a URL to fetch keys dynamically, with the keys address from the step The app in Okta, and save.",
                AGAIN,
            ],
        ),
        "Our client assertion is refused: the app's jwks_uri is missing or another, or Okta cannot reach this service's public address.",
    ),
    (
        FailureKind::WrongAuthMethod,
        words(
            "The app now proves itself in another way",
            "So the connection cannot be renewed.",
            "The app's Client authentication was changed in Okta.",
            &[
                "In Okta's Admin Console, open the app's tab General → Client Credentials and set Client authentication back to what it was.",
                "Or write to us for a new link, and choose the new way in the step The app in Okta.",
                AGAIN,
            ],
        ),
        "The app's token_endpoint_auth_method no longer is the one that was entered here.",
    ),
    (
        FailureKind::RefreshTokenGrantDisabled,
        words(
            "The app may no longer stay connected",
            "The app's Refresh Token grant is not enabled any more, so the connection cannot be renewed.",
            "Refresh Token was unticked in the app's settings.",
            &[
                "In Okta's Admin Console, open the app's tab General → General Settings → Edit.",
                "Under Grant type, tick Refresh Token beside Authorization Code, and save.",
                AGAIN,
            ],
        ),
        "unauthorized_client: the app's refresh_token grant type is off.",
    ),
    (
        FailureKind::UnknownClient,
        words(
            "The app is gone from Okta, or inactive",
            "Okta does not know the app that this connection uses, so it cannot be renewed.",
            "The app was deactivated or deleted in Okta.",
            &[
                "In Okta's Admin Console, under Applications → Applications, activate the app again.",
                "Then press Authorize again: Okta ends an app's sign-ins when it is deactivated.",
                "If it was deleted, write to us for a new link, and enter a new app.",
            ],
        ),
        "Okta does not know the client id: the app is inactive or deleted. Activating it usually needs a new sign-in too.",
    ),
    (
        FailureKind::NetworkZone,
        words(
            "The app accepts requests only from certain networks",
            "Okta refuses our servers, so the connection cannot be renewed.",
            "The app was limited to network zones that our servers are not in.",
            &[
                "Ask us for the addresses of our servers: write to the address below.",
                "In Okta's Admin Console, open Security → Networks and add them to a zone that the app allows.",
                AGAIN,
            ],
        ),
        "403 access_denied, outside the client's permitted network zones: send the customer our egress addresses.",
    ),
    (
        FailureKind::NothingGranted,
        words(
            "The app was left without any permission",
            "Every permission was revoked in Okta, so the connection cannot be renewed.",
            "Somebody revoked the grants on the app's tab Okta API Scopes.",
            &[
                "In Okta's Admin Console, on the app's tab Okta API Scopes, grant the permissions again.",
                AGAIN,
            ],
        ),
        "consent_required: none of the token's Okta API scopes is granted to the app any more.",
    ),
    (
        FailureKind::Unreachable,
        words(
            "Okta cannot be reached",
            "We cannot connect to your organization to renew the connection.",
            "The network between us and Okta is interrupted, or the organization's address has stopped working.",
            BY_ITSELF,
        ),
        "No connection to the organization's address, or it broke. Tried again by itself.",
    ),
    (
        FailureKind::TimedOut,
        words(
            "Okta does not answer in time",
            "We ask Okta to renew the connection, and no complete answer comes.",
            "Okta is slow.",
            BY_ITSELF,
        ),
        "No complete answer within 15 seconds. Tried again by itself.",
    ),
    (
        FailureKind::RateLimited,
        words(
            "Okta asks us to slow down",
            "Your organization's request limit is used up, so the connection waits to be renewed.",
            "Many programs use your organization at once; Okta counts all of them together.",
            &["Nothing is needed: it is tried again by itself when the limit renews."],
        ),
        "429 from the token endpoint. Tried again after the reset that Okta names.",
    ),
    (
        FailureKind::OktaBroken,
        words(
            "Okta has a problem of its own",
            "Okta answers that something broke on its side when we renew the connection.",
            "A disturbance at Okta.",
            BY_ITSELF,
        ),
        "5xx from Okta. Tried again by itself.",
    ),
    (
        FailureKind::Nonsense,
        words(
            "Okta's answers make no sense",
            "Something else comes back than Okta sends when we renew the connection.",
            "A maintenance page, or a proxy between us and Okta, answers in its place.",
            BY_ITSELF,
        ),
        "Not a token response: HTML, another shape, or a redirect. Tried again by itself.",
    ),
];

fn rows() -> impl Iterator<Item = &'static (FailureKind, Words, &'static str)> {
    TABLE.iter().chain(rare::TABLE)
}

/// The words for `kind`, or those that it has elsewhere.
pub(in crate::web) fn of_renewal(kind: FailureKind) -> RenewalWords {
    let found = rows().find(|(of, ..)| *of == kind);
    found.map_or_else(
        || RenewalWords {
            words: of_kind(kind),
            support: LAST_RESORT.why,
        },
        |(_, words, support)| RenewalWords {
            words: *words,
            support,
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_fail_has_words_of_its_own_for_both() {
        for (kind, words, support) in rows() {
            for sentence in [words.what, words.why, support].iter().chain(words.steps) {
                assert!(
                    sentence.ends_with('.') && sentence.len() > 8,
                    "{kind}: {sentence}"
                );
            }
            assert!(!words.steps.is_empty(), "{kind}");
            let told_twice = rows().filter(|(_, other, _)| other.title == words.title);
            assert_eq!(told_twice.count(), 1, "{kind}");
        }
        for kind in FailureKind::ALL
            .into_iter()
            .filter(|kind| kind.is_passing())
        {
            assert!(rows().any(|(of, ..)| *of == kind), "{kind}");
        }
    }

    #[test]
    fn nobody_is_told_that_nothing_was_connected_where_something_was() {
        for (kind, words, _) in rows() {
            let said = format!("{} {}", words.what, words.why);
            assert!(!said.contains("Nothing was connected"), "{kind}");
        }
    }
}
