//! `/support/tenants/{tenant}/activation`: lifts the hold of a new connection.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use super::{OperatorVisitor, after, host, question};
use crate::domain::connection::ConnectionState;
use crate::flows::{Activation, Status, StatusView};
use crate::web::error::PageError;
use crate::web::pages::{Compared, ConfirmAct};
use crate::web::state::Site;
use crate::web::support::words;
use crate::web::when::when;

/// Asks: what an operator has to compare stands first, because the hold is there for it.
pub(in crate::web::support) async fn ask(
    OperatorVisitor(visitor): OperatorVisitor,
    State(site): State<Arc<Site>>,
    State(status): State<Status>,
) -> Result<Response, PageError> {
    let view = status.read(visitor.tenant).await?;
    let Some(next) = view.after_activation() else {
        return Ok(Redirect::to(&visitor.path()).into_response());
    };
    let (name, host, vendor) = (&view.tenant_name, host(&view), &site.vendor_name);
    let page = ConfirmAct {
        question: format!("Activate the connection of {name}?"),
        lead: format!(
            "A new connection waits until somebody has looked whether {host} really is the organization of {name}. If it is not, disconnect it instead."
        ),
        compare: compare(&view),
        happens: vec![
            format!("{vendor}'s programs get tokens for {host} from then on."),
            what_comes(next),
            "The customer's page no longer says that it waits for you.".to_owned(),
        ],
        stays: vec!["What was granted and by whom.".to_owned()],
        button: "Activate".to_owned(),
        takes_away: false,
        ..question(&visitor, &site, &view, "activation")
    };
    Ok(page.into_response())
}

/// Does it. A second press finds it done.
pub(in crate::web::support) async fn act(
    OperatorVisitor(visitor): OperatorVisitor,
    State(activation): State<Activation>,
) -> Result<Redirect, PageError> {
    let (tenant, actor) = (visitor.tenant, visitor.actor());
    activation.activate(tenant, actor).await?;
    Ok(Redirect::to(&after(&visitor, "activation")))
}

fn compare(view: &StatusView) -> Vec<Compared> {
    let fact = |what, value| Compared {
        what,
        value,
        is_exact: false,
    };
    let exact = |what, value| Compared {
        is_exact: true,
        ..fact(what, value)
    };
    let mut compare = vec![fact("Customer", view.tenant_name.clone())];
    if let Some(found) = &view.connection.organization {
        let host = found.origin.host().to_owned();
        compare.push(exact("Okta organization", host));
        compare.push(exact("Its ID", found.id.to_string()));
    }
    if let Some(facts) = &view.authorization {
        let at = when(facts.at, view.now).exact;
        let who = format!("{}, {}, on {at}", facts.person_name, facts.person_email);
        compare.push(fact("Signed in", who));
        let (granted, total) = (view.grants.granted_count(), view.grants.total());
        let permissions = format!("{granted} of {total} granted");
        compare.push(fact("Permissions", permissions));
    }
    compare
}

fn what_comes(next: ConnectionState) -> String {
    match next {
        ConnectionState::NeedsAttention(reason) => format!(
            "It needs attention right away: {}.",
            words::of_reason(reason)
        ),
        other => format!("Its state becomes: {}.", words::of_state(other)),
    }
}
