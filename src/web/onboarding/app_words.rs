//! What the check found, put beside the field where it is mended.

use crate::domain::failure::OktaFailure;
use crate::flows::AppTrouble;
use crate::web::pages::{AppField, AppProblem, FieldProblem};
use crate::web::words;

pub(in crate::web) fn problem(trouble: &AppTrouble) -> AppProblem {
    let (field, problem) = match trouble {
        AppTrouble::ClientIdMalformed(_) => (AppField::ClientId, malformed()),
        AppTrouble::SecretMissing => (AppField::ClientSecret, no_secret()),
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

fn malformed() -> FieldProblem {
    FieldProblem {
        what: "Enter the app's client ID, such as 0oa1gjh63g214q0Hq0g4.".to_owned(),
        why: Some("A client ID is letters and digits only, without spaces.".to_owned()),
        fix: Some("In Okta's Admin Console, open the app's tab General and copy the Client ID with its own button.".to_owned()),
    }
}

fn no_secret() -> FieldProblem {
    FieldProblem {
        what: "Enter the app's client secret, or choose the public key.".to_owned(),
        why: Some(
            "This way of proving the app needs its secret, and none is stored for this client ID."
                .to_owned(),
        ),
        fix: Some("Copy it from the app's tab General → Client Credentials.".to_owned()),
    }
}
