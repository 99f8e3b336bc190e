//! What the check found, put beside the field where it is mended.

use crate::domain::failure::OktaFailure;
use crate::domain::pasted::PastedProblem;
use crate::flows::AppTrouble;
use crate::web::pages::{AppField, AppProblem, FieldProblem};
use crate::web::words;

pub(in crate::web) fn problem(trouble: &AppTrouble) -> AppProblem {
    let (field, problem) = match trouble {
        AppTrouble::ClientIdPasted(problem) => (AppField::ClientId, no_client_id(*problem)),
        AppTrouble::SecretPasted(problem) => (AppField::ClientSecret, no_secret(*problem)),
        AppTrouble::ClientId(failure) => (AppField::ClientId, explained(failure)),
        AppTrouble::Secret(failure) => (AppField::ClientSecret, explained(failure)),
        AppTrouble::Keys(failure) => (AppField::Keys, explained(failure)),
        AppTrouble::RedirectAddress(failure) => (AppField::RedirectUri, explained(failure)),
        AppTrouble::RefreshGrant(failure) => (AppField::GrantTypes, explained(failure)),
    };
    AppProblem { field, problem }
}

fn explained(failure: &OktaFailure) -> FieldProblem {
    let words = words::of_kind(failure.kind);
    let why = match words::said(&failure.said) {
        Some(said) => format!("{} Okta said: {said}", words.why),
        None => words.why.to_owned(),
    };
    FieldProblem {
        what: format!("{}.", words.title),
        why: Some(why),
        fix: Some(words.steps.join(" ")),
    }
}

fn no_client_id(problem: PastedProblem) -> FieldProblem {
    let (what, why) = match problem {
        PastedProblem::LooksSecret => (
            "This looks like a secret, not a client ID. It was not saved or sent to Okta.",
            "A client ID is about 20 characters and begins with 0oa.",
        ),
        _ => (
            "Enter the app's client ID, such as 0oa1gjh63g214q0Hq0g4.",
            "A client ID is letters and digits only, without spaces.",
        ),
    };
    told(
        what,
        why,
        "In Okta's Admin Console, open the app's General tab and copy the Client ID with its copy button.",
    )
}

fn no_secret(problem: PastedProblem) -> FieldProblem {
    let (what, why) = match problem {
        PastedProblem::LooksLikeClientId => (
            "This is a client ID. Enter the app's client secret here.",
            "The client secret is a longer value, below the client ID on the same page.",
        ),
        PastedProblem::Empty => (
            "Enter the app's client secret, or choose the public key.",
            "This method needs the app's secret, and none is stored for this client ID.",
        ),
        _ => (
            "This is not a client secret.",
            "It contains a space or another character that a client secret does not have.",
        ),
    };
    told(
        what,
        why,
        "Copy it from the app's General tab, under Client Credentials.",
    )
}

fn told(what: &str, why: &str, fix: &str) -> FieldProblem {
    FieldProblem {
        what: what.to_owned(),
        why: Some(why.to_owned()),
        fix: Some(fix.to_owned()),
    }
}
