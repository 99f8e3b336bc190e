//! The words for every failure: what happened, why it usually does, what to do. One place, so that a
//! cause reads the same wherever it shows up.

mod failures;
mod overtaken;

use axum::http::StatusCode;

use super::problem::Problem;
use crate::domain::authorization_attempt::AttemptProblem;
use crate::domain::failure::{OktaFailure, OktaSaid};
use crate::flows::Back;

pub(super) use failures::{of_kind, of_renewal};
pub(super) use overtaken::of_overtaken;

/// A failed conversation with Okta.
pub(super) fn of_failure(failure: &OktaFailure, back: Back) -> Problem {
    let words = of_kind(failure.kind);
    let status = if failure.kind.is_passing() {
        StatusCode::SERVICE_UNAVAILABLE
    } else {
        StatusCode::BAD_REQUEST
    };
    let mut problem = Problem::new(status, words.title, words.what).because(words.why);
    for step in words.steps {
        problem = problem.step(step);
    }
    problem.okta_said = said(&failure.said);
    problem.retry_after = failure.retry_after.map(|wait| wait.as_secs().max(1));
    way_back(problem, back)
}

/// An answer from Okta that belongs to no attempt of this browser.
pub(super) fn of_attempt(attempt: AttemptProblem, back: Back) -> Problem {
    let bad = |title, what| Problem::new(StatusCode::BAD_REQUEST, title, what);
    let problem = match attempt {
        AttemptProblem::StateMissing | AttemptProblem::Malformed => bad(
            "This answer is incomplete",
            "Something came back from Okta that is not what Okta sends. Nothing was connected and nothing was changed.",
        )
        .because("The address was cut off or changed on the way, for example by copying it."),
        AttemptProblem::Unknown => bad(
            "This sign-in was not begun here",
            "The answer from Okta belongs to no sign-in that we know of. Nothing was connected.",
        )
        .because("An old page or a copied address was opened, or somebody sent you an address that is not yours to use."),
        AttemptProblem::Used => bad(
            "This sign-in was finished before",
            "Each answer from Okta counts once, and this one was used. What it brought is still there.",
        )
        .because("The page was reloaded, or opened once more from the browser's history."),
        AttemptProblem::OtherBrowser => bad(
            "This sign-in was begun in another browser",
            "For your safety, only the browser that began a sign-in can finish it. Nothing was connected.",
        )
        .because("You changed browsers or windows on the way, private windows included, or cookies were deleted."),
        AttemptProblem::Expired => bad(
            "This sign-in took too long",
            "A sign-in has ten minutes, and this one had more. Nothing was connected, and nothing that you entered is lost.",
        )
        .because("The page with Okta's sign-in was left open for a while, or the settings were changed meanwhile."),
        AttemptProblem::OtherConnection => bad(
            "This answer came to the wrong address",
            "Each connection has an address of its own, and this answer belongs to another one. Nothing was connected.",
        )
        .because("The app in Okta has another connection's sign-in redirect address, or somebody mixed two sign-ins on purpose."),
    };
    way_back(
        problem.step("Go back to the last step here and continue to Okta from there."),
        back,
    )
}

/// Only a Super Administrator may, as of a moment ago.
pub(super) fn unproven(back: Back) -> Problem {
    let problem = Problem::new(
        StatusCode::FORBIDDEN,
        "Only a Super Administrator can do this",
        "Okta has not confirmed in the last 15 minutes that you are a Super Administrator. Nothing was changed.",
    )
    .because("Your sign-in is older than that, or your role in Okta is another one.")
    .step("Go back and try again: you are asked to sign in first.");
    way_back(problem, back)
}

/// The vendor has not activated the connection yet.
pub(super) fn on_hold(back: Back) -> Problem {
    let problem = Problem::new(
        StatusCode::CONFLICT,
        "This connection is waiting for activation",
        "Nothing was changed in Okta or here.",
    )
    .because("Until the connection is activated, it cannot be changed, and it cannot change anything in Okta.")
    .step("Wait for the activation, then try again.")
    .step("To end the connection instead, open its page and choose Disconnect.");
    way_back(problem, back)
}

/// PostgreSQL does not answer.
pub(super) fn database_down(back: Back) -> Problem {
    let problem = Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "We cannot reach our records right now",
        "This is on our side and passes by itself. What you entered before is kept.",
    )
    .because("Our database is being restarted or is overloaded.")
    .step("Wait a minute.")
    .step("Go back and try again. If you were just at Okta, continue to Okta once more.");
    way_back(
        Problem {
            retry_after: Some(30),
            ..problem
        },
        back,
    )
}

/// Another process renews the connection's token, and Okta lets it wait.
pub(super) fn busy(back: Back) -> Problem {
    let problem = Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "Okta is slow to answer right now",
        "The connection is being renewed at Okta at this moment, and that takes longer than it should. Nothing was changed.",
    )
    .because("Okta, or the way to it, is slow.")
    .step("Wait a minute and try again.");
    way_back(
        Problem {
            retry_after: Some(15),
            ..problem
        },
        back,
    )
}

/// *Check again*, pressed twice.
pub(super) fn too_soon(seconds: u64, back: Back) -> Problem {
    let what = format!(
        "A check was started less than half a minute ago. You can press “Check again” in {seconds} seconds."
    );
    let problem = Problem::new(
        StatusCode::TOO_MANY_REQUESTS,
        "That was checked just now",
        &what,
    )
    .because("Each check asks Okta about every permission, and Okta allows only so many questions a minute.")
    .step("Look at what the last check found.")
    .step("If you changed something in Okta since, wait that long and check again.");
    way_back(
        Problem {
            retry_after: Some(seconds),
            ..problem
        },
        back,
    )
}

/// Okta's own words, with how Okta's support finds the request.
pub(super) fn said(said: &OktaSaid) -> Option<String> {
    let mut words = Vec::new();
    words.extend(said.error.clone());
    words.extend(said.description.clone());
    if words.is_empty() {
        return None;
    }
    let mut text = words.join(": ");
    if let Some(request) = &said.request_id {
        text.push_str(" (request ");
        text.push_str(request);
        text.push(')');
    }
    Some(text)
}

fn way_back(problem: Problem, back: Back) -> Problem {
    match back {
        Back::Home => problem.action("To the front page", "/"),
        Back::Onboarding => problem
            .action("Try again", "/onboarding/sign-in")
            .action("Check the app's settings", "/onboarding/app"),
        Back::App => problem.action("Back to the app's settings", "/onboarding/app"),
        Back::Repair => problem.action("Try again", "/repair"),
        Back::Organization => {
            problem.action("Back to the organization", "/onboarding/organization")
        }
        Back::Tenant(tenant) => problem.action("To the status page", &format!("/tenants/{tenant}")),
    }
}
