//! The words for what goes wrong at the staff's door. The reader is one of the vendor's own people, so
//! what only an operator can mend names the variable to look at.

use std::sync::Arc;

use axum::http::StatusCode;

use crate::domain::authorization_attempt::AttemptProblem;
use crate::domain::failure::{FailureKind, OktaFailure};
use crate::flows::{FlowError, NotInAGroup, StaffError};
use crate::web::error::{Cause, PageError};
use crate::web::problem::Problem;
use crate::web::words::said;

const TRY_AGAIN: (&str, &str) = ("Back to the sign-in", "/staff/sign-in");

/// The page for `error`.
pub(in crate::web) fn page(error: StaffError) -> PageError {
    let problem = match &error {
        StaffError::NotSetUp => return not_set_up(),
        StaffError::Provider(failure) => of_provider(failure),
        StaffError::Attempt(attempt) => of_attempt(*attempt),
        StaffError::Flow(FlowError::NotFound) => return PageError::not_found(),
        StaffError::Flow(FlowError::Store(store)) if store.is_unavailable() => database_down(),
        StaffError::Flow(_) => Problem::of_status(StatusCode::INTERNAL_SERVER_ERROR),
    };
    PageError::Problem {
        problem: Box::new(problem),
        cause: Some(Cause(Arc::new(error))),
    }
}

/// What the status alone says, to staff: they were sent no link, and begin at the look-up.
pub(in crate::web) fn said_to_staff(mut problem: Problem) -> Problem {
    if !problem.is_general {
        return problem;
    }
    if problem.status == StatusCode::NOT_FOUND {
        problem.why = Some("The address was cut off or mistyped.".to_owned());
        problem.steps = vec!["Find the customer by the look-up.".to_owned()];
    } else if problem.status.is_server_error() {
        let step = "If it happens again, give the reference below to whoever runs this service.";
        problem.steps = vec!["Go back and try again.".to_owned(), step.to_owned()];
    }
    problem.actions.clear();
    problem.action("To the look-up", "/support")
}

fn shown(problem: Problem) -> PageError {
    PageError::Problem {
        problem: Box::new(problem),
        cause: None,
    }
}

pub(super) fn not_set_up() -> PageError {
    let problem = Problem::new(
        StatusCode::NOT_FOUND,
        "Staff sign-in is not set up here",
        "Pages for staff open once this service knows the identity provider at which staff sign in.",
    )
    .because("None of the variables for it is set: GRANTWAY_STAFF_ISSUER and the four that go with it.")
    .step("Ask whoever runs this service to set them. Its operating guide says how.");
    shown(problem.action("To the front page", "/"))
}

pub(super) fn operators_only(group: &str) -> PageError {
    let problem = Problem::new(
        StatusCode::FORBIDDEN,
        "This page is for operators",
        "You are signed in with the role support, which may look customers up. Nothing was changed.",
    )
    .because(&format!(
        "Operators are the people in the group “{group}” of your identity provider."
    ))
    .step("Ask an operator to do this for you.")
    .step("If you should be one: ask for that group, then sign out here and in again.");
    shown(problem.action("To the look-up", "/support"))
}

pub(super) fn not_in_a_group(who: &NotInAGroup) -> PageError {
    let (support, operator) = (&who.support_group, &who.operator_group);
    let problem = Problem::new(
        StatusCode::FORBIDDEN,
        "You are signed in, but not as staff of this service",
        &format!(
            "{} confirmed that you are {}. That account is in neither of the groups that open these pages.",
            who.provider_host, who.email
        ),
    )
    .because("The account was not put into one of the groups, or the identity provider does not tell which groups it is in.")
    .step(&format!("Ask whoever looks after your identity provider for the group “{support}” (to look customers up) or “{operator}” (to do everything)."))
    .step("If you are in one of them: the provider must send a claim named groups to this service. Its operating guide says how.")
    .step("Then sign in again; the provider will ask who you are.");
    shown(problem.action("Sign in again", "/staff/sign-in?anew=yes"))
}

pub(super) fn session_ended() -> PageError {
    let problem = Problem::new(
        StatusCode::UNAUTHORIZED,
        "Your session has ended",
        "You are not signed in any more, so nothing was done.",
    )
    .because("A session ends after 30 minutes without a request, 12 hours after the sign-in, or when it is ended from the list of sessions.")
    .step("Sign in, and do it once more.");
    let (label, href) = TRY_AGAIN;
    shown(problem.action(label, href))
}

pub(super) fn sign_out_closed() -> PageError {
    let problem = Problem::new(
        StatusCode::GONE,
        "This way to the provider's sign-out has closed",
        "You are not signed in here. Whether you still are at your identity provider, only it can say.",
    )
    .because("The way is open once, for ten minutes after signing out here, in the same browser and until the sign-in page is opened again.")
    .step("Sign out at the provider's own pages, if somebody else uses this computer.");
    let (label, href) = TRY_AGAIN;
    shown(problem.action(label, href))
}

pub(super) fn no_sign_out() -> PageError {
    let problem = Problem::new(
        StatusCode::NOT_FOUND,
        "Your identity provider has no sign-out of this kind",
        "You are signed out here. The provider names no address at which to sign out there too.",
    )
    .because("Its discovery document has no end_session_endpoint.")
    .step("Sign out at the provider's own pages, if somebody else uses this computer.");
    let (label, href) = TRY_AGAIN;
    shown(problem.action(label, href))
}

fn database_down() -> Problem {
    let problem = Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "We cannot reach our records right now",
        "This is on our side and passes by itself. Nothing was changed.",
    )
    .because("The database is being restarted or is overloaded.")
    .step("Wait a minute, then reload this page.");
    let (label, href) = TRY_AGAIN;
    Problem {
        retry_after: Some(30),
        ..problem.action(label, href)
    }
}

fn of_attempt(attempt: AttemptProblem) -> Problem {
    let (title, why) = match attempt {
        AttemptProblem::StateMissing | AttemptProblem::Malformed => (
            "This answer is incomplete",
            "The address was cut off or changed on the way, for example by copying it.",
        ),
        AttemptProblem::Unknown | AttemptProblem::OtherConnection => (
            "This sign-in was not begun here",
            "An old page or a copied address was opened, or somebody sent you an address that is not yours to use.",
        ),
        AttemptProblem::Used => (
            "This sign-in was finished before",
            "The page was reloaded, or opened once more from the browser's history.",
        ),
        AttemptProblem::OtherBrowser => (
            "This sign-in was begun in another browser",
            "You changed browsers or windows on the way, or cookies were deleted. Only the browser that began a sign-in can finish it.",
        ),
        AttemptProblem::Expired => (
            "This sign-in took too long",
            "A sign-in has ten minutes, and the provider's page was open for longer, or the settings were changed meanwhile.",
        ),
    };
    let what =
        "Nobody was signed in by this answer of your identity provider, and nothing was changed.";
    let problem = Problem::new(StatusCode::BAD_REQUEST, title, what)
        .because(why)
        .step("Go back to the sign-in and begin anew.");
    let (label, href) = TRY_AGAIN;
    problem.action(label, href)
}

fn of_provider(failure: &OktaFailure) -> Problem {
    let (status, title, what, why, step) = told(failure.kind);
    let problem = Problem::new(status, title, what).because(why).step(step);
    let problem =
        problem.step("If it happens again, give the reference below to whoever runs this service.");
    let (label, href) = TRY_AGAIN;
    Problem {
        okta_said: said(&failure.said),
        said_by: "The identity provider",
        retry_after: failure.retry_after.map(|wait| wait.as_secs().max(1)),
        ..problem.action(label, href)
    }
}

type Told = (
    StatusCode,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

#[expect(clippy::too_many_lines, reason = "a table")]
fn told(kind: FailureKind) -> Told {
    match kind {
        kind if kind.is_passing() => passing(kind),
        FailureKind::IdTokenRejected => (
            StatusCode::BAD_REQUEST,
            "The answer could not be trusted",
            "Who signed in could not be proved from what your identity provider sent. Nobody was signed in.",
            "The provider's keys were just changed, a clock is wrong, or somebody interfered.",
            "Begin the sign-in anew.",
        ),
        FailureKind::IdTokenTooLong => (
            StatusCode::BAD_REQUEST,
            "Your identity provider sent too much",
            "What it sent to say who you are is larger than this service reads. Nobody was signed in.",
            "You are in very many groups, and the provider puts all of them into the ID token.",
            "Ask whoever looks after your identity provider to send only the two groups of this service in the groups claim, or to leave the claim out of the ID token: the groups are then read from the userinfo endpoint.",
        ),
        FailureKind::WrongIssuer => (
            StatusCode::BAD_REQUEST,
            "Another provider answered",
            "The answer is not one of the identity provider that is set up here. Nobody was signed in.",
            "GRANTWAY_STAFF_ISSUER is not written exactly as the provider writes it, or two sign-ins were mixed on purpose.",
            "Begin the sign-in anew.",
        ),
        FailureKind::NotAnOrganization => (
            StatusCode::SERVICE_UNAVAILABLE,
            "The identity provider does not fit",
            "Your identity provider cannot be used as it is set up here. Nobody was signed in.",
            "GRANTWAY_STAFF_ISSUER is mistyped, or the provider lacks something: a discovery document, https, RS256 or ES256, clients with a secret.",
            "Ask whoever runs this service to compare the settings with the operating guide.",
        ),
        FailureKind::WrongSecret
        | FailureKind::WrongAuthMethod
        | FailureKind::KeyRefused
        | FailureKind::UnknownClient
        | FailureKind::RedirectAddressNotRegistered
        | FailureKind::CodeGrantDisabled
        | FailureKind::DpopRequired
        | FailureKind::UnknownScope => (
            StatusCode::BAD_REQUEST,
            "The identity provider refuses this service",
            "Your account is fine; your identity provider does not accept this service as it is set up. Nobody was signed in.",
            "The client ID, its secret, its redirect address or its settings at the provider differ from those here.",
            "Ask whoever runs this service to compare the client at the provider with the operating guide.",
        ),
        FailureKind::NotAssigned
        | FailureKind::Denied
        | FailureKind::PolicyDenied
        | FailureKind::NetworkZone
        | FailureKind::InteractionRequired => (
            StatusCode::BAD_REQUEST,
            "The identity provider did not sign you in",
            "Your identity provider refused, or the sign-in was cancelled there. Nobody was signed in.",
            "You pressed Cancel, or your account may not use this application.",
            "Try again; if it refuses, ask whoever looks after the provider to assign you to the application.",
        ),
        _ => (
            StatusCode::BAD_REQUEST,
            "The identity provider refused",
            "Your identity provider answered with an error. Nobody was signed in.",
            "A sign-in's code lives for a minute or so and counts once; otherwise the provider's own words name the reason.",
            "Begin the sign-in anew.",
        ),
    }
}

fn passing(kind: FailureKind) -> Told {
    let (title, why) = match kind {
        FailureKind::TimedOut => (
            "The identity provider did not answer in time",
            "It is slow at this moment.",
        ),
        FailureKind::RateLimited => (
            "The identity provider asks us to slow down",
            "Many sign-ins came within a short time.",
        ),
        FailureKind::OktaBroken => (
            "The identity provider has a problem of its own",
            "It answered that something broke on its side.",
        ),
        FailureKind::Nonsense => (
            "The identity provider's answer made no sense",
            "A maintenance page, or a proxy on the way, answered in its place.",
        ),
        _ => (
            "The identity provider cannot be reached",
            "It is down, or the network between it and this service is interrupted.",
        ),
    };
    (
        StatusCode::SERVICE_UNAVAILABLE,
        title,
        "Staff sign in there, so nobody can sign in right now. Who is signed in stays so, and nothing was changed.",
        why,
        "Wait a minute, then try again.",
    )
}
