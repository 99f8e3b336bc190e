//! `/support/tenants/{tenant}/sessions/revoke`: signs the customer's people out, all of them or those
//! who came by one link.

use std::sync::Arc;

use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use time::OffsetDateTime;

use super::{OperatorVisitor, after, question};
use crate::domain::id::LinkId;
use crate::flows::{DoorRecord, Doors, LinkDoor, Status};
use crate::web::error::PageError;
use crate::web::pages::{ActChoice, ConfirmAct};
use crate::web::state::Site;
use crate::web::support::words::counted;
use crate::web::when::when;

/// Which sessions: those that a link led to, or all.
#[derive(Debug, Default, Deserialize)]
pub(in crate::web::support) struct Which {
    #[serde(default)]
    link: String,
}

pub(in crate::web::support) async fn ask(
    OperatorVisitor(visitor): OperatorVisitor,
    State(site): State<Arc<Site>>,
    State(status): State<Status>,
    State(doors): State<Doors>,
) -> Result<Response, PageError> {
    let view = status.read(visitor.tenant).await?;
    let doors = doors.read(visitor.tenant).await?;
    if doors.sessions() == 0 {
        return Ok(Redirect::to(&visitor.path()).into_response());
    }
    let name = &view.tenant_name;
    let page = ConfirmAct {
        question: format!("End sessions of {name}?"),
        lead: format!("{}.", in_all(&doors)),
        happens: vec![
            "Whoever is in one of the chosen sessions is signed out at once, in every window, also in the middle of a step.".to_owned(),
            "An administrator has to sign in with Okta again. Who opened a link opens it again, if it still works.".to_owned(),
        ],
        stays: vec![
            "The connection, and what is read from the organization.".to_owned(),
            "Who may come in: to keep somebody out, revoke the links, or have their account deactivated in Okta.".to_owned(),
        ],
        choices: choices(&doors, view.now),
        button: "End these sessions".to_owned(),
        ..question(&visitor, &site, &view, "sessions/revoke")
    };
    Ok(page.into_response())
}

/// Does it. A second press finds nothing to do.
pub(in crate::web::support) async fn act(
    OperatorVisitor(visitor): OperatorVisitor,
    State(doors): State<Doors>,
    Form(which): Form<Which>,
) -> Result<Redirect, PageError> {
    let (tenant, actor) = (visitor.tenant, visitor.actor());
    let link = which.link()?;
    doors.close_sessions(tenant, link, actor).await?;
    Ok(Redirect::to(&after(&visitor, "sessions")))
}

impl Which {
    /// What names no link must not end all of them.
    fn link(&self) -> Result<Option<LinkId>, PageError> {
        if self.link == "all" {
            return Ok(None);
        }
        let link = self.link.parse::<uuid::Uuid>();
        link.map(|id| Some(LinkId::from_uuid(id)))
            .map_err(|_| PageError::status(axum::http::StatusCode::UNPROCESSABLE_ENTITY))
    }
}

/// `5 sessions: 2 of administrators, 3 of people who opened a link`
fn in_all(doors: &DoorRecord) -> String {
    let all = counted(doors.sessions(), "session is live", "sessions are live");
    match (doors.administrators, doors.link_holders) {
        (_, 0) => format!("{all}, of administrators"),
        (0, _) => format!("{all}, of people who opened a link"),
        (one, other) => {
            format!("{all}: {one} of administrators, {other} of people who opened a link")
        }
    }
}

fn choices(doors: &DoorRecord, now: OffsetDateTime) -> Vec<ActChoice> {
    let all = ActChoice {
        value: "all".to_owned(),
        label: match doors.sessions() {
            1 => "The one session".to_owned(),
            number => format!("All {number} sessions"),
        },
        hint: "Administrators, and whoever opened a link.".to_owned(),
        chosen: true,
    };
    // A link that led to all of them is no choice of its own.
    let some = 1..doors.sessions();
    let led = doors
        .links
        .iter()
        .filter(|link| some.contains(&link.sessions));
    [all]
        .into_iter()
        .chain(led.map(|link| of_link(link, now)))
        .collect()
}

fn of_link(link: &LinkDoor, now: OffsetDateTime) -> ActChoice {
    let made = when(link.created_at, now).exact;
    let what = if link.is_repair {
        "A link that asks a colleague for a repair"
    } else {
        "An onboarding link"
    };
    let works = if link.is_open {
        "It still opens."
    } else {
        "It no longer opens."
    };
    ActChoice {
        value: link.id().to_string(),
        label: format!(
            "Only {} by the link of {made}",
            counted(link.sessions, "session that came", "sessions that came")
        ),
        hint: format!("{what}. {works}"),
        chosen: false,
    }
}
