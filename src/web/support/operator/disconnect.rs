//! `/support/tenants/{tenant}/disconnect`: ends the customer's connection in the vendor's name.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use super::{OperatorVisitor, after, host, question, repairs_close};
use crate::flows::{Disconnect, DoorRecord, Doors, Status};
use crate::web::error::PageError;
use crate::web::pages::ConfirmAct;
use crate::web::state::Site;
use crate::web::status_page::can_disconnect;
use crate::web::support::words::counted;

pub(in crate::web::support) async fn ask(
    OperatorVisitor(visitor): OperatorVisitor,
    State(site): State<Arc<Site>>,
    State(status): State<Status>,
    State(doors): State<Doors>,
) -> Result<Response, PageError> {
    let view = status.read(visitor.tenant).await?;
    if !can_disconnect(view.connection.state) {
        return Ok(Redirect::to(&visitor.path()).into_response());
    }
    let open = doors.read(visitor.tenant).await?;
    let (name, host, vendor) = (&view.tenant_name, host(&view), &site.vendor_name);
    let page = ConfirmAct {
        question: format!("Disconnect {name} from {host}?"),
        lead: format!("{vendor} loses its access to {host} at once."),
        happens: happens(vendor, &open),
        stays: stays(vendor, &open),
        button: "Disconnect".to_owned(),
        ..question(&visitor, &site, &view, "disconnect")
    };
    Ok(page.into_response())
}

/// Does it. A second press finds it done.
pub(in crate::web::support) async fn act(
    OperatorVisitor(visitor): OperatorVisitor,
    State(flow): State<Disconnect>,
) -> Result<Redirect, PageError> {
    flow.disconnect(visitor.tenant, visitor.actor()).await?;
    Ok(Redirect::to(&after(&visitor, "disconnect")))
}

fn happens(vendor: &str, doors: &DoorRecord) -> Vec<String> {
    let mut happens = vec![
        format!("{vendor}'s programs get no token of this customer's any more: backups and restores stop."),
        "Okta is asked to revoke the tokens that it issued; if it does not answer right away, we keep asking.".to_owned(),
        "The tokens, the client secret and the signing key that we hold are destroyed. Nobody can bring them back.".to_owned(),
        format!("The customer's page says that {vendor} disconnected, and when."),
    ];
    happens.extend(repairs_close(doors.count_open(true)));
    happens
}

fn stays(vendor: &str, doors: &DoorRecord) -> Vec<String> {
    let mut stays = vec![
        "The history, the organization's address and the app's client ID: so connecting again is short.".to_owned(),
        format!("What {vendor} has backed up before."),
    ];
    if doors.administrators > 0 {
        let (sessions, end) = match doors.administrators {
            1 => ("1 session of an administrator".to_owned(), "end it"),
            many => (format!("{many} sessions of administrators"), "end them"),
        };
        stays.push(format!(
            "{sessions}: from there they can connect again. To prevent that, {end} too."
        ));
    }
    let links = doors.count_open(false);
    if links > 0 {
        let links = counted(links, "open onboarding link", "open onboarding links");
        stays.push(format!(
            "{links}: whoever has one can connect again. To prevent that, revoke the open links too."
        ));
    }
    stays
}
