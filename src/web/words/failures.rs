//! The words for each cause at Okta's side.

use crate::domain::failure::FailureKind;

/// What happened, why, and what to do.
#[derive(Debug, Clone, Copy)]
pub(in crate::web) struct Words {
    pub title: &'static str,
    pub what: &'static str,
    pub why: &'static str,
    pub steps: &'static [&'static str],
}

const fn words(
    title: &'static str,
    what: &'static str,
    why: &'static str,
    steps: &'static [&'static str],
) -> Words {
    Words {
        title,
        what,
        why,
        steps,
    }
}

/// The words for `kind`.
pub(in crate::web) const fn of_kind(kind: FailureKind) -> Words {
    match kind {
        FailureKind::NotAssigned
        | FailureKind::Denied
        | FailureKind::NothingGranted
        | FailureKind::UnknownScope
        | FailureKind::PolicyDenied
        | FailureKind::NetworkZone
        | FailureKind::InteractionRequired => of_decision(kind),
        FailureKind::CodeExpired
        | FailureKind::RefreshTokenDead
        | FailureKind::AccessTokenDead
        | FailureKind::WrongIssuer
        | FailureKind::IdTokenRejected
        | FailureKind::OtherOrganization
        | FailureKind::NotAnOrganization => of_answer(kind),
        FailureKind::Unreachable
        | FailureKind::TimedOut
        | FailureKind::RateLimited
        | FailureKind::OktaBroken
        | FailureKind::Nonsense
        | FailureKind::Other => of_trouble(kind),
        _ => of_app(kind),
    }
}

/// What the organization, or the person, decided.
const fn of_decision(kind: FailureKind) -> Words {
    match kind {
        FailureKind::NotAssigned => words(
            "You are not assigned to the app in Okta",
            "Okta knows you, but not as somebody who may use this app. Nothing was connected.",
            "The step Assignments was skipped when the app was made, or another account is signed in to Okta in this browser.",
            &[
                "In Okta's Admin Console, open Applications → Applications and choose the app.",
                "On the tab Assignments, press Assign → Assign to People, and assign the Super Administrator who signs in.",
                "Come back here and continue to Okta.",
            ],
        ),
        FailureKind::NothingGranted => words(
            "The app has no permission yet",
            "Okta grants an app only what its tab Okta API Scopes allows, and there nothing is granted. Nothing was connected.",
            "The app was made, but the step of granting the permissions was left out, or was done for another app.",
            &[
                "In Okta's Admin Console, a Super Administrator opens Applications → Applications and chooses the app.",
                "On the tab Okta API Scopes, press Grant beside each permission in the list here.",
                "Come back here and continue to Okta.",
            ],
        ),
        FailureKind::UnknownScope => words(
            "Okta does not know one of the permissions",
            "One unknown permission makes Okta refuse all of them. Nothing was connected.",
            "Your organization's edition does not have a feature that one of the permissions belongs to, or the sign-in went to a custom authorization server.",
            &[
                "Write to us with the reference below: we will see which one it is and leave it out for you.",
            ],
        ),
        FailureKind::PolicyDenied => words(
            "A sign-on policy of your organization refused",
            "Okta checked your sign-in against your organization's own rules, and they said no. Nothing was connected.",
            "The app's sign-on policy asks for another factor, device or network than you used.",
            &[
                "In Okta's Admin Console, open the app's tab Sign On and see which policy applies.",
                "Sign in in the way that it asks for, or let a colleague who can do this step.",
            ],
        ),
        FailureKind::NetworkZone => words(
            "The app accepts requests only from certain networks",
            "Okta refused our request, because the app is limited to network zones that our servers are not in. Nothing was connected.",
            "Somebody restricted the app's grants to network zones, which is a good habit.",
            &[
                "Ask us for the addresses of our servers: write to the address below.",
                "In Okta's Admin Console, open Security → Networks and add them to a zone that the app allows.",
                "Come back here and continue to Okta.",
            ],
        ),
        FailureKind::InteractionRequired => words(
            "Okta wants you to sign in",
            "Okta did not find you signed in, where it had to. Nothing was connected.",
            "The sign-in at Okta was interrupted.",
            &["Continue to Okta once more and sign in there."],
        ),
        _ => words(
            "Okta says that access was refused",
            "The sign-in ended with a no. Nothing was connected, and nothing that you entered is lost.",
            "Cancel was pressed on Okta's page, or a rule of your organization refused.",
            &[
                "If you pressed Cancel, continue to Okta again whenever you are ready.",
                "If you did not, show Okta's own words below to whoever manages your organization's policies.",
            ],
        ),
    }
}

/// What is set in the app's settings.
const fn of_app(kind: FailureKind) -> Words {
    match kind {
        FailureKind::WrongSecret => words(
            "Okta refused the client secret",
            "The client ID is right, but the secret is not the app's. Nothing was connected.",
            "The secret was cut off when it was copied, or was renewed in Okta since.",
            &[
                "In Okta's Admin Console, open the app's tab General → Client Credentials and copy the secret with its own button.",
                "Paste it in the step The app in Okta, or choose the public key there, which needs no secret.",
            ],
        ),
        FailureKind::KeyRefused => words(
            "Okta could not verify our key",
            "Okta checks our requests with our public key, and that did not work. Nothing was connected.",
            "The address of our keys is missing in the app's settings, or belongs to another connection, or was saved only moments ago.",
            &[
                "In Okta's Admin Console, open the app's tab General → Client Credentials → Edit.",
                "Choose Public key / Private key, then Use a URL to fetch keys dynamically, paste the keys address from here, and save.",
                "Try again; right after saving, Okta may need a minute.",
            ],
        ),
        FailureKind::WrongAuthMethod => words(
            "The app proves itself in another way than was chosen here",
            "The app's Client authentication in Okta and the choice made here differ. Nothing was connected.",
            "The app is set to a client secret while the public key was chosen here, or the other way round.",
            &[
                "In Okta's Admin Console, open the app's tab General → Client Credentials and see which Client authentication is set.",
                "Choose the same here, or change it there.",
            ],
        ),
        FailureKind::RefreshTokenGrantDisabled => words(
            "The app may not stay connected",
            "The app's Refresh Token grant is not enabled, so the connection would end an hour after the sign-in.",
            "Refresh Token was not ticked when the app was made; Okta leaves it off by default.",
            &[
                "In Okta's Admin Console, open the app's tab General → General Settings → Edit.",
                "Under Grant type, tick Refresh Token beside Authorization Code, and save.",
                "Come back here and try again.",
            ],
        ),
        FailureKind::CodeGrantDisabled => words(
            "The app does not take sign-ins",
            "The app's Authorization Code grant is not enabled. Nothing was connected.",
            "The app was made as another type than OIDC Web Application, or the grant was unticked.",
            &[
                "In Okta's Admin Console, open the app's tab General → General Settings → Edit.",
                "Under Grant type, tick Authorization Code and Refresh Token, and save.",
                "If they are not there, make a new app of the type Web Application.",
            ],
        ),
        FailureKind::DpopRequired => words(
            "The app demands a proof that this connection does not send",
            "The app is set to require DPoP in token requests. Nothing was connected.",
            "Okta ticks this setting by default for some kinds of apps.",
            &[
                "In Okta's Admin Console, open the app's tab General → General Settings → Edit.",
                "Untick Require Demonstrating Proof of Possession (DPoP) header in token requests, and save.",
                "Come back here and try again.",
            ],
        ),
        FailureKind::RedirectAddressNotRegistered => words(
            "The app does not know our sign-in redirect address",
            "Okta sends people back only to addresses that are registered for the app, letter by letter.",
            "The address was left out, has a space or a slash too many, or belongs to another connection. A deactivated app looks the same.",
            &[
                "In Okta's Admin Console, open the app's tab General → Login → Edit.",
                "Under Sign-in redirect URIs, add the address from here with the copy button, and save.",
            ],
        ),
        _ => words(
            "Okta does not know this client ID",
            "No active app of this organization has it. Nothing was connected.",
            "It was cut off when it was copied, it belongs to another organization, or the app was deactivated.",
            &[
                "In Okta's Admin Console, open the app's tab General and copy the Client ID with its own button.",
            ],
        ),
    }
}

/// What is wrong with an answer.
const fn of_answer(kind: FailureKind) -> Words {
    match kind {
        FailureKind::CodeExpired => words(
            "Okta's answer was no longer valid",
            "Okta's answers last five minutes and count once. Nothing was connected, and nothing that you entered is lost.",
            "The way back from Okta took too long, or the page was opened twice.",
            &["Continue to Okta once more."],
        ),
        FailureKind::OtherOrganization => words(
            "Another organization answered",
            "The organization at this address is not the one that this connection belongs to. Nothing was connected.",
            "The address was given to another Okta organization since, or the link was made for another one.",
            &[
                "Check the organization's address in the first step.",
                "If your company really changed organizations, write to us: a new link is needed.",
            ],
        ),
        FailureKind::NotAnOrganization => words(
            "No Okta organization answers at this address",
            "We asked, and what answered is not Okta.",
            "The address has a typing mistake, or the organization has another name at Okta than on your website.",
            &[
                "Look at the address bar after you sign in to Okta, and enter what stands there before the first slash.",
            ],
        ),
        FailureKind::WrongIssuer | FailureKind::IdTokenRejected => words(
            "The answer could not be trusted",
            "What came back does not prove who signed in at this organization, so it was thrown away. Nothing was connected.",
            "A clock that is wrong, a key that Okta changed at that very moment, or an attempt to mix two sign-ins.",
            &[
                "Continue to Okta once more.",
                "If it happens again, write to us with the reference below before you go on.",
            ],
        ),
        _ => words(
            "The sign-in behind this connection has ended",
            "Okta no longer accepts what it issued. Your history is kept.",
            "Ninety days have passed, somebody revoked it in Okta, or the person who signed in has left.",
            &["Authorize again, as a Super Administrator."],
        ),
    }
}

/// What is wrong with Okta, or on the way to it.
const fn of_trouble(kind: FailureKind) -> Words {
    match kind {
        FailureKind::Unreachable => words(
            "Okta cannot be reached right now",
            "We could not connect to your organization. What you entered is kept, and nothing was changed.",
            "The network between us and Okta is interrupted, or the organization's address has stopped working.",
            &[
                "Wait a minute and try again.",
                "If it lasts, look at status.okta.com.",
            ],
        ),
        FailureKind::TimedOut => words(
            "Okta did not answer in time",
            "We waited, and no complete answer came. What you entered is kept, and nothing was changed.",
            "Okta is slow at this moment.",
            &[
                "Wait a minute and try again.",
                "If it lasts, look at status.okta.com.",
            ],
        ),
        FailureKind::RateLimited => words(
            "Okta asks us to slow down",
            "Your organization's request limit is used up for the moment. What you entered is kept, and nothing was changed.",
            "Many programs use your organization at once; Okta counts all of them together.",
            &["Wait a minute and try again. The limit renews itself every minute."],
        ),
        FailureKind::OktaBroken => words(
            "Okta has a problem of its own",
            "Okta answered that something broke on its side. What you entered is kept, and nothing was changed.",
            "A disturbance at Okta; such things pass within minutes.",
            &[
                "Wait a few minutes and try again.",
                "If it lasts, look at status.okta.com.",
            ],
        ),
        FailureKind::Nonsense => words(
            "Okta's answer made no sense",
            "Something else came back than Okta sends. What you entered is kept, and nothing was changed.",
            "A maintenance page, or a proxy between us and Okta, answered in its place.",
            &[
                "Wait a few minutes and try again.",
                "If it happens again, write to us with the reference below.",
            ],
        ),
        _ => words(
            "Okta refused",
            "Okta answered with an error that has no explanation of ours. Nothing was connected.",
            "Okta's own words below usually name the reason.",
            &[
                "Try again.",
                "If it happens again, write to us with the reference below.",
            ],
        ),
    }
}
