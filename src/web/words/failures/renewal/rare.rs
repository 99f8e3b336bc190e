//! What seldom befalls a connection that stands: words for when nobody is at Okta and something was
//! granted before.

use super::AGAIN;
use crate::domain::failure::FailureKind;
use crate::web::words::failures::{Words, words};

pub(super) const TABLE: &[(FailureKind, Words, &str)] = &[
    (
        FailureKind::AccessTokenDead,
        words(
            "Okta no longer accepts the access that it gave",
            "A check was refused with a token that should still be good.",
            "The tokens of the person who signed in, or of the app, were revoked in Okta.",
            &[
                "Press Check again: a new token may be accepted.",
                "If it is not, a Super Administrator presses Authorize again and signs in.",
            ],
        ),
        "invalid_token for a fresh access token, although a refresh succeeds: sessions or tokens were cleared in Okta. A new sign-in mends it.",
    ),
    (
        FailureKind::NotAssigned,
        words(
            "The person who signed in is no longer assigned to the app",
            "So Okta does not renew the connection.",
            "The person was unassigned from the app, or left a group that is assigned to it.",
            &[
                "In Okta's Admin Console, open the app's tab Assignments and assign the person again.",
                AGAIN,
                "Or a Super Administrator who is assigned presses Authorize again and signs in.",
            ],
        ),
        "access_denied, user not assigned to the client: assign the person again, or somebody else who is assigned signs in.",
    ),
    (
        FailureKind::PolicyDenied,
        words(
            "A sign-on policy refuses the connection",
            "Okta evaluated a policy of your organization and does not renew the connection.",
            "A policy for the app or for the person was changed in Okta.",
            &[
                "In Okta's Admin Console, look under Security → Authentication policies at the policy of the app, and let it allow the person who signed in.",
                AGAIN,
            ],
        ),
        "access_denied with a policy as the reason. The organization's System Log names the policy; search there for Okta's request id.",
    ),
    (
        FailureKind::Denied,
        words(
            "Okta refuses to renew the connection",
            "Okta answered that access is denied, and named no reason that we know.",
            "A rule of your organization stands against it.",
            &[
                "In Okta's Admin Console, open Reports → System Log and look for the refusal at that time.",
                AGAIN,
            ],
        ),
        "access_denied with a text of Okta's that has no case of ours: read Okta's own words in the timeline.",
    ),
    (
        FailureKind::UnknownScope,
        words(
            "Okta no longer knows one of the permissions",
            "One of the permissions that were granted does not exist in your organization any more, so the connection cannot be renewed.",
            "Okta removed it, or your organization's edition changed.",
            &[
                "A Super Administrator presses Authorize again and signs in.",
                "If that fails too, write to us: we have to ask for less.",
            ],
        ),
        "invalid_scope on a refresh: a scope of the token is gone from the organization. A new sign-in asks for what is there; else the catalog has to change.",
    ),
    (
        FailureKind::InteractionRequired,
        words(
            "Okta wants the administrator to sign in again",
            "Okta does not renew the connection without a person.",
            "A rule of your organization asks for a new sign-in or consent.",
            &["A Super Administrator presses Authorize again and signs in."],
        ),
        "login_required, interaction_required or consent_required on a refresh. Only a new sign-in helps.",
    ),
    (
        FailureKind::WrongIssuer,
        words(
            "Okta's answers name another issuer",
            "What describes your organization's sign-in does not belong to the address that was confirmed, so nothing is sent there.",
            "The organization was renamed, or a proxy answers in its place.",
            &["Write to us: we have to compare the addresses with you."],
        ),
        "The metadata's issuer or endpoints are not the confirmed organization's. No token was sent. Compare the organization's address with the customer.",
    ),
    (
        FailureKind::OtherOrganization,
        words(
            "Another organization answers at this address",
            "It is not the one that was connected, so nothing is sent there.",
            "The address was given to another Okta organization.",
            &["Write to us: we have to find out with you which organization is the right one."],
        ),
        "The organization's id is another than the pinned one. No token was sent. Do not make a new link before that is cleared up.",
    ),
    (
        FailureKind::NotAnOrganization,
        words(
            "No Okta organization answers at this address",
            "So the connection cannot be renewed.",
            "The organization was renamed or closed, or the address leads elsewhere now.",
            &[
                "Open the address in a browser and look whether your Okta answers.",
                "If it has another address now, write to us for a new link.",
            ],
        ),
        "The documents at the organization's address are not Okta's: renamed, deactivated, or a preview that ended.",
    ),
    (
        FailureKind::DpopRequired,
        words(
            "The app now demands a proof that this connection does not send",
            "The app was set to require DPoP in token requests, so the connection cannot be renewed.",
            "Require Demonstrating Proof of Possession was ticked in the app's settings.",
            &[
                "In Okta's Admin Console, open the app's tab General → General Settings → Edit.",
                "Untick Require Demonstrating Proof of Possession (DPoP) header in token requests, and save.",
                AGAIN,
            ],
        ),
        "invalid_dpop_proof or use_dpop_nonce: the app's dpop_bound_access_tokens is on.",
    ),
    (
        FailureKind::Other,
        words(
            "Okta refuses to renew the connection, for a reason that we do not know",
            "Okta answered with an error that has no explanation of ours.",
            "Okta's own words usually name the reason.",
            &[
                AGAIN,
                "If it stays so, a Super Administrator presses Authorize again and signs in.",
            ],
        ),
        "An error of Okta's without a case of ours: read Okta's own words and its request id in the timeline, and tell the developers.",
    ),
];
