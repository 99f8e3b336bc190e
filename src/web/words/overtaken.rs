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
            "This link was ended meanwhile",
            "While you were at Okta, the link that you came by was revoked or reached its end. Nothing was connected, and what Okta had issued is being revoked.",
        )
        .because("Links are ended when they are old, or when they may have reached the wrong person.")
        .step("Ask whoever sent you the link for a new one.")
        .action("To the front page", "/"),
        Overtaken::LinkUsed => ended(
            "This has been done already",
            "While you were at Okta, what this link asks for was done by another sign-in. That one counts; yours changed nothing.",
        )
        .because("Somebody else was faster, or you finished in another tab or window.")
        .step("There is nothing more to do. You can close this page.")
        .action("To the front page", "/"),
        Overtaken::Session => ended(
            "You were signed out meanwhile",
            "Your session here ended while you were at Okta, so your sign-in there was not used. Nothing was connected or changed.",
        )
        .because("You signed out in another tab, or somebody ended the sessions of your account.")
        .step("Sign in again from the front page.")
        .action("To the front page", "/"),
        Overtaken::Person => ended(
            "You are no longer an administrator here",
            "Your access was removed while you were at Okta. Nothing was changed.",
        )
        .step("Ask another administrator of your organization, or whoever sent you the link.")
        .action("To the front page", "/"),
        Overtaken::Disconnected => way_back(
            ended(
                "The connection was ended meanwhile",
                "While you were at Okta, somebody disconnected your organization. That stands: nothing was connected, and what Okta had issued is being revoked.",
            )
            .because("An administrator of your organization or the vendor chose Disconnect.")
            .step("If it is to go on, connect it again."),
            back,
        ),
        Overtaken::OnHold => way_back(
            ended(
                "The connection is on hold",
                "Nothing was changed in Okta from the moment that it was put on hold.",
            )
            .step("Wait until the vendor has activated it."),
            back,
        ),
        Overtaken::Settings => way_back(
            ended(
                "The settings were changed meanwhile",
                "While you were at Okta, another organization or app was entered here. Nothing was connected.",
            )
            .because("Somebody else went through the same steps at the same time, or you did in another tab.")
            .step("Go back, check what is entered, and continue to Okta from there."),
            back,
        ),
    }
}
