//! `/support/tenants/{tenant}/links/revoke`: closes every open link at once.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use super::{OperatorVisitor, after, question, repairs_close};
use crate::flows::{DoorRecord, Doors, Status};
use crate::web::error::PageError;
use crate::web::pages::ConfirmAct;
use crate::web::state::Site;
use crate::web::support::words::{counted, there_are};

pub(in crate::web::support) async fn ask(
    OperatorVisitor(visitor): OperatorVisitor,
    State(site): State<Arc<Site>>,
    State(status): State<Status>,
    State(doors): State<Doors>,
) -> Result<Response, PageError> {
    let view = status.read(visitor.tenant).await?;
    let doors = doors.read(visitor.tenant).await?;
    if open(&doors) == 0 {
        return Ok(Redirect::to(&visitor.path()).into_response());
    }
    let name = &view.tenant_name;
    let page = ConfirmAct {
        question: match open(&doors) {
            1 => format!("Revoke the open link of {name}?"),
            _ => format!("Revoke all open links of {name}?"),
        },
        lead: lead(open(&doors), holders(&doors)),
        happens: happens(&doors),
        stays: stays(&doors),
        button: format!("Revoke {}", counted(open(&doors), "link", "links")),
        ..question(&visitor, &site, &view, "links/revoke")
    };
    Ok(page.into_response())
}

/// Does it. A second press finds nothing to do.
pub(in crate::web::support) async fn act(
    OperatorVisitor(visitor): OperatorVisitor,
    State(doors): State<Doors>,
) -> Result<Redirect, PageError> {
    doors.close_links(visitor.tenant, visitor.actor()).await?;
    Ok(Redirect::to(&after(&visitor, "links")))
}

/// How many links still open.
pub(super) fn open(doors: &DoorRecord) -> i64 {
    doors.count_open(true) + doors.count_open(false)
}

/// Sessions that end with the links.
fn holders(doors: &DoorRecord) -> i64 {
    doors.open_links().map(|link| link.holders).sum()
}

/// `3 links and 2 sessions end.`
fn lead(links: i64, sessions: i64) -> String {
    let what = there_are(&[(links, "link", "links"), (sessions, "session", "sessions")]);
    let end = if links + sessions == 1 { "ends" } else { "end" };
    format!("{what} {end}.")
}

fn happens(doors: &DoorRecord) -> Vec<String> {
    let (repairs, onboarding) = (doors.count_open(true), doors.count_open(false));
    let mut happens = Vec::new();
    if onboarding > 0 {
        let links = counted(
            onboarding,
            "onboarding link no longer opens",
            "onboarding links no longer open",
        );
        happens.push(format!(
            "{links}. Whoever tries reads that it was revoked, and whom to ask."
        ));
    }
    happens.extend(repairs_close(repairs));
    if holders(doors) > 0 {
        let sessions = counted(
            holders(doors),
            "session of somebody who opened one of these links ends",
            "sessions of people who opened one of these links end",
        );
        happens.push(format!("{sessions} at once, also in the middle of a step."));
    }
    happens
}

fn stays(doors: &DoorRecord) -> Vec<String> {
    let mut stays = vec!["The connection, and what is read from the organization.".to_owned()];
    if doors.administrators > 0 {
        let sessions = counted(
            doors.administrators,
            "session of an administrator who signed in before",
            "sessions of administrators who signed in before",
        );
        stays.push(format!("{sessions}: they stay signed in."));
    }
    stays.push("A new link can be made at any time.".to_owned());
    stays
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_is_told_without_what_there_is_none_of() {
        assert_eq!(lead(1, 0), "1 link ends.");
        assert_eq!(lead(2, 0), "2 links end.");
        assert_eq!(lead(1, 1), "1 link and 1 session end.");
    }
}
