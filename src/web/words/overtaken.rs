//! The words for what ended while somebody was at Okta.

use axum::http::StatusCode;

use super::{Problem, way_back};
use crate::domain::overtaken::Overtaken;
use crate::flows::Back;

/// Nothing was stored, and what Okta had issued is revoked there.
pub(in crate::web) fn of_overtaken(what: Overtaken, back: Back) -> Problem {
    let ended = |title, what| Problem::new(StatusCode::CONFLICT, title, what);
    match what {
        Overtaken::Link => ended(
            "This link no longer works",
            "It was revoked or expired while you were signing in to Okta. Nothing was connected. We are revoking the tokens that Okta issued.",
        )
        .because("Links expire, and are revoked when they may have reached the wrong person.")
        .step("Ask whoever sent you the link for a new one.")
        .action("To the front page", "/"),
        Overtaken::LinkUsed => ended(
            "This is already done",
            "Another sign-in finished what this link asks for while you were signing in to Okta. Your sign-in changed nothing.",
        )
        .because("Somebody else finished first, or you did in another tab or window.")
        .step("No action needed. You can close this page.")
        .action("To the front page", "/"),
        Overtaken::Session => ended(
            "You were signed out",
            "Your session here ended while you were signing in to Okta. Nothing was connected or changed.",
        )
        .because("You signed out in another tab, or somebody ended your organization's sessions here.")
        .step("Sign in again from the front page.")
        .action("To the front page", "/"),
        Overtaken::Person => ended(
            "You no longer have access",
            "Your access was removed while you were signing in to Okta. Nothing was changed.",
        )
        .because("An administrator of your organization, or whoever runs this service, removed it.")
        .step("Ask another administrator of your organization, or whoever sent you the link.")
        .action("To the front page", "/"),
        Overtaken::Disconnected => way_back(
            ended(
                "Your organization was disconnected",
                "Somebody disconnected it while you were signing in to Okta. Nothing was connected. We are revoking the tokens that Okta issued.",
            )
            .because("An administrator pressed Disconnect, or the connection was ended for your organization.")
            .step("To keep using it, connect again."),
            back,
        ),
        Overtaken::Settings => way_back(
            ended(
                "The settings were changed",
                "Another organization or app was entered here while you were signing in to Okta. Nothing was connected.",
            )
            .because("Somebody else went through these steps at the same time, or you did in another tab.")
            .step("Go back, check what is entered, and continue to Okta from there."),
            back,
        ),
    }
}
