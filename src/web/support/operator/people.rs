//! `/support/tenants/{tenant}/people/{person}/remove`: takes a person's access back.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::{OperatorVisitor, after, question};
use crate::flows::{People, PersonRecord, Status};
use crate::web::error::PageError;
use crate::web::pages::ConfirmAct;
use crate::web::state::Site;
use crate::web::tenant::people::OfPerson;

pub(in crate::web::support) async fn ask(
    OperatorVisitor(visitor): OperatorVisitor,
    Path(of): Path<OfPerson>,
    State(site): State<Arc<Site>>,
    State(status): State<Status>,
    State(people): State<People>,
) -> Result<Response, PageError> {
    let all = people.list(visitor.tenant).await?;
    let Some(found) = all.iter().find(|one| one.id == of.person) else {
        let list = format!("{}/people", visitor.path());
        return Ok(Redirect::to(&list).into_response());
    };
    let view = status.read(visitor.tenant).await?;
    let place = format!("people/{}/remove", of.person);
    let page = ConfirmAct {
        question: format!("Remove the access of {}?", found.name),
        lead: format!(
            "{} can no longer see the connection of {}.",
            found.email, view.tenant_name
        ),
        happens: happens(found, all.len() == 1),
        stays: stays(found),
        button: "Remove access".to_owned(),
        ..question(&visitor, &site, &view, &place)
    };
    Ok(page.into_response())
}

/// Does it. A second press finds it done.
pub(in crate::web::support) async fn act(
    OperatorVisitor(visitor): OperatorVisitor,
    Path(of): Path<OfPerson>,
    State(people): State<People>,
) -> Result<Redirect, PageError> {
    people
        .remove(visitor.tenant, of.person, visitor.actor())
        .await?;
    Ok(Redirect::to(&after(&visitor, "people")))
}

fn happens(person: &PersonRecord, is_last: bool) -> Vec<String> {
    let mut happens = vec![
        format!("{} is signed out at once, in every browser.", person.name),
        "Signing in with Okta no longer lets them in. A new onboarding link would.".to_owned(),
        "Links they sent to a colleague for a repair stop working.".to_owned(),
    ];
    if is_last {
        happens.push(
            "Nobody else has access: the customer needs a new onboarding link to come back."
                .to_owned(),
        );
    }
    happens
}

fn stays(person: &PersonRecord) -> Vec<String> {
    let connection = if person.carries_connection {
        "The connection. It keeps using this person's sign-in until somebody else authorizes again."
    } else {
        "The connection, and what is read from the organization."
    };
    vec![
        connection.to_owned(),
        "The account in Okta, and the history.".to_owned(),
    ]
}
