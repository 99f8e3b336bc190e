//! The front door, errors, and ways out.

use askama::Template;

use super::{just_now, layout, problem};
use crate::web::pages::{ErrorAction, ErrorPage, Home, NotAnAdministrator, SignedOut};

pub fn samples() -> Vec<(&'static str, String)> {
    let pages = vec![
        ("home", home(false).render()),
        ("home-wrong", home(true).render()),
        ("error-not-assigned", not_assigned().render()),
        ("error-hostile-words", hostile().render()),
        ("error-rate-limited", rate_limited().render()),
        ("error-database", database().render()),
        ("not-an-administrator", not_an_administrator().render()),
        (
            "signed-out",
            SignedOut {
                layout: layout("You are signed out"),
            }
            .render(),
        ),
    ];
    let rendered = pages.into_iter();
    rendered
        .map(|(name, html)| (name, html.expect("a rendered page")))
        .collect()
}

fn home(wrong: bool) -> Home {
    let said = problem(
        "No connection with Northvault is known at acmee.okta.com.",
        "The address has a slip in it, or the onboarding was not finished.",
        "Check the address, or open your onboarding link again.",
    );
    Home {
        layout: layout("Connect Okta"),
        organization: if wrong {
            "acmee.okta.com".into()
        } else {
            String::new()
        },
        tenant: None,
        problem: wrong.then_some(said),
    }
}

fn error(title: &str, what: &str, why: &str, steps: &[&str], action: (&str, &str)) -> ErrorPage {
    ErrorPage {
        layout: layout(title),
        title: title.into(),
        what: what.into(),
        why: Some(why.into()),
        steps: steps.iter().map(|&s| s.into()).collect(),
        actions: vec![ErrorAction {
            label: action.0.into(),
            href: action.1.into(),
        }],
        reference: Some("7KQ4-M2XD".into()),
        happened: Some(just_now()),
        okta_said: None,
        said_by: "Okta".into(),
        for_staff: false,
    }
}

fn not_assigned() -> ErrorPage {
    let page = error(
        "Okta did not let you in: the app is not assigned to you",
        "Your sign-in worked, but Okta refuses people who are not assigned to the app. Nothing was changed, and what you entered is kept.",
        "In step 3 the app was saved with “Skip group assignment for now”, and assigning it to yourself was skipped too.",
        &[
            "Open Applications → Northvault → Assignments in the Admin Console.",
            "Press Assign → Assign to People, choose yourself, then Save and Go Back and Done.",
            "Come back here and try again.",
        ],
        ("Try again", "/onboarding/sign-in"),
    );
    let back = ErrorAction {
        label: "Back to the app's steps".into(),
        href: "/onboarding/app".into(),
    };
    let mut actions = page.actions.clone();
    actions.push(back);
    let said = "User is not assigned to the client application.";
    ErrorPage {
        actions,
        okta_said: Some(said.into()),
        ..page
    }
}

fn hostile() -> ErrorPage {
    let said =
        "<script>alert(1)</script> <a href=\"https://evil.example\">click</a> \u{202e}txt.exe "
            .repeat(3);
    ErrorPage {
        okta_said: Some(said.replace("alert(1)", "1")),
        ..not_assigned()
    }
}

fn rate_limited() -> ErrorPage {
    let why = "A form was sent many times, or several people share one network address.";
    let what = "There were too many tries from your network in a short time. Nothing is lost.";
    error(
        "Wait a minute, then go on",
        what,
        why,
        &["Wait one minute.", "Try again."],
        ("Try again", "/"),
    )
}

fn database() -> ErrorPage {
    let why = "The service cannot reach its database, which is usually over within minutes.";
    let what =
        "We could not save or read anything just now. Your connection to Okta is not affected.";
    let steps = [
        "Wait a minute, then reload this page.",
        "If it lasts, write to support and quote the reference.",
    ];
    error(
        "Something on our side is not working",
        what,
        why,
        &steps,
        ("Try again", "/onboarding"),
    )
}

fn not_an_administrator() -> NotAnAdministrator {
    NotAnAdministrator {
        layout: layout("Not yours to see"),
        organization_host: "acme.okta.com".into(),
        email: "charles.b@acme.example".into(),
        reference: Some("7KQ4-M2XD".into()),
    }
}
