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
use crate::web::support::words::{counted, there_are};
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
    let (asked, button) = match doors.sessions() {
        1 => (format!("End the session of {name}?"), "End the session"),
        _ => (format!("End sessions of {name}?"), "End these sessions"),
    };
    let page = ConfirmAct {
        question: asked,
        lead: in_all(doors.administrators, doors.link_holders),
        happens: happens(&doors),
        stays: vec![
            "The connection, and what is read from the organization.".to_owned(),
            "Who may come back by signing in with Okta, unless you choose the sessions of one link: whom that let in loses access. To keep one person out, remove them under People with access.".to_owned(),
        ],
        choices: choices(&doors, view.now),
        button: button.to_owned(),
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

/// `5 sessions are live: 2 of administrators and 3 of people who opened a link`
fn in_all(administrators: i64, link_holders: i64) -> String {
    let all = counted(
        administrators + link_holders,
        "session is live",
        "sessions are live",
    );
    let whose = match (administrators, link_holders) {
        (1, 0) => "that of an administrator".to_owned(),
        (_, 0) => "all of administrators".to_owned(),
        (0, 1) => "that of somebody who opened a link".to_owned(),
        (0, _) => "all of people who opened a link".to_owned(),
        _ => there_are(&[
            (administrators, "of an administrator", "of administrators"),
            (
                link_holders,
                "of somebody who opened a link",
                "of people who opened a link",
            ),
        ]),
    };
    format!("{all}: {whose}.")
}

fn happens(doors: &DoorRecord) -> Vec<String> {
    let who = match doors.sessions() {
        1 => "Whoever is in it",
        _ => "Whoever is in one of these sessions",
    };
    let mut happens = vec![format!(
        "{who} is signed out at once, in every window, also in the middle of a step."
    )];
    if doors.administrators > 0 {
        happens.push("An administrator has to sign in with Okta again.".to_owned());
    }
    if doors.link_holders > 0 {
        happens.push("Whoever opened a link opens it again, if it still works.".to_owned());
    }
    happens
}

fn choices(doors: &DoorRecord, now: OffsetDateTime) -> Vec<ActChoice> {
    let all = ActChoice {
        value: "all".to_owned(),
        label: format!("All {} sessions", doors.sessions()),
        hint: match (doors.administrators, doors.link_holders) {
            (_, 0) => "Administrators who signed in with Okta.",
            (0, _) => "Whoever opened a link.",
            _ => "Administrators, and whoever opened a link.",
        }
        .to_owned(),
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
        hint: if link.is_repair {
            format!("{what}. {works}")
        } else {
            format!("{what}. {works} Whoever it let in loses access.")
        },
        chosen: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whose_sessions_are_live_is_told_without_what_there_is_none_of() {
        assert_eq!(in_all(1, 0), "1 session is live: that of an administrator.");
        assert_eq!(
            in_all(0, 2),
            "2 sessions are live: all of people who opened a link."
        );
        assert_eq!(
            in_all(2, 1),
            "3 sessions are live: 2 of administrators and 1 of somebody who opened a link."
        );
    }
}
