//! What an operator can do at a tenant's: each act asks first, on a page of its own that says with
//! numbers what will happen, and is noted in the operator's name. Support sees who could do it.

pub(super) mod activation;
pub(super) mod disconnect;
pub(super) mod links;
pub(super) mod people;
pub(super) mod sessions;

use super::timeline;
use super::visitor::{OperatorVisitor, Visitor};
use super::words::{counted, listed};
use crate::domain::connection::ConnectionState;
use crate::domain::staff::StaffRole;
use crate::flows::{DoorRecord, StaffSessions, StatusView, Timeline};
use crate::web::error::PageError;
use crate::web::pages::{Act, ActDone, ConfirmAct};
use crate::web::staff::trouble;
use crate::web::state::Site;
use crate::web::status_page::can_disconnect;
use crate::web::when::when;

/// What was just done is told for so long.
const DONE_LASTS: time::Duration = time::Duration::minutes(10);

/// What the page is told of an act that was done, by the act's code in the address.
const DONE: [(&str, &str); 6] = [
    ("check", "check.requested"),
    ("activation", "connection.activated"),
    ("disconnect", "connection.disconnected"),
    ("links", "links.revoked"),
    ("sessions", "sessions.revoked"),
    ("people", "person.removed"),
];

/// One thing that could be done.
struct Offer {
    /// The end of its address.
    place: &'static str,
    label: String,
    /// For a sentence: `revoke its 3 open links`.
    verb: String,
}

/// What an operator who looks is offered; or, for the others, a sentence about it.
pub(super) async fn offered(
    visitor: &Visitor,
    view: &StatusView,
    doors: &DoorRecord,
    staff: &StaffSessions,
) -> Result<(Vec<Act>, Option<String>), PageError> {
    let offers = offers(view, doors);
    if visitor.user.member.role >= StaffRole::Operator {
        let act = |offer: Offer| Act {
            label: offer.label,
            href: format!("{}/{}", visitor.path(), offer.place),
        };
        return Ok((offers.into_iter().map(act).collect(), None));
    }
    if offers.is_empty() {
        return Ok((Vec::new(), None));
    }
    let verbs: Vec<String> = offers.into_iter().map(|offer| offer.verb).collect();
    let sentence = format!(
        "An operator can {}. {}",
        listed(&verbs),
        operators(staff).await?
    );
    Ok((Vec::new(), Some(sentence)))
}

fn offers(view: &StatusView, doors: &DoorRecord) -> Vec<Offer> {
    let offer = |place, label: &str, verb: &str| Offer {
        place,
        label: label.to_owned(),
        verb: verb.to_owned(),
    };
    let mut offers = Vec::new();
    if view.connection.state == ConnectionState::OnHold {
        offers.push(offer("activation", "Activate", "activate this connection"));
    }
    if can_disconnect(view.connection.state) {
        offers.push(offer(
            "disconnect",
            "Disconnect",
            "disconnect this customer",
        ));
    }
    let links = links::open(doors);
    if links > 0 {
        let what = counted(links, "open link", "open links");
        let (label, verb) = (format!("Revoke {what}"), format!("revoke {what}"));
        offers.push(offer("links/revoke", &label, &verb));
    }
    if doors.sessions() > 0 {
        let what = counted(doors.sessions(), "session", "sessions");
        let (label, verb) = (format!("End {what}"), format!("end {what}"));
        offers.push(offer("sessions/revoke", &label, &verb));
    }
    offers
}

/// Whom to ask.
async fn operators(staff: &StaffSessions) -> Result<String, PageError> {
    let group = staff.settings().map_or("", |all| &all.operator_group);
    let live = staff.list().await.map_err(trouble)?;
    let mut names: Vec<String> = live
        .into_iter()
        .filter(|session| session.member.role == StaffRole::Operator)
        .map(|session| session.member.name)
        .collect();
    names.sort_unstable();
    names.dedup();
    let here = match names.len() {
        0 => "None of them is signed in now.".to_owned(),
        1 => format!("{} is signed in now.", listed(&names)),
        _ => format!("{} are signed in now.", listed(&names)),
    };
    Ok(format!(
        "Operators are the people in the group “{group}”. {here}"
    ))
}

/// What the trail says of the act that the address names, if that was a moment ago.
pub(super) fn done(code: &str, happened: &Timeline, view: &StatusView) -> Option<ActDone> {
    let (_, action) = DONE.iter().find(|(of, _)| *of == code)?;
    let found = happened.happenings.iter().find(|one| one.action == *action);
    let found = found.filter(|one| view.now - one.at < DONE_LASTS)?;
    let row = timeline::row(found, view.now);
    let detail = row.detail.map(|detail| format!(": {detail}"));
    Some(ActDone {
        sentence: format!(
            "{}{}, by {}.",
            row.what,
            detail.unwrap_or_default(),
            row.who
        ),
        at: when(found.at, view.now),
    })
}

/// Where an act leads afterwards: to the tenant's page, which says what was done.
pub(super) fn after(visitor: &Visitor, code: &str) -> String {
    format!("{}?done={code}", visitor.path())
}

/// A question, still without its words.
fn question(visitor: &Visitor, site: &Site, view: &StatusView, place: &str) -> ConfirmAct {
    ConfirmAct {
        layout: site.layout("Please confirm"),
        staff: visitor.frame(),
        path: visitor.path(),
        tenant_name: view.tenant_name.clone(),
        action: format!("{}/{place}", visitor.path()),
        question: String::new(),
        lead: String::new(),
        compare: Vec::new(),
        happens: Vec::new(),
        stays: Vec::new(),
        choices: Vec::new(),
        button: String::new(),
        takes_away: true,
    }
}

/// What becomes of the links that ask a colleague for a repair.
fn repairs_close(repairs: i64) -> Option<String> {
    let links = counted(
        repairs,
        "link by which a colleague was asked for a repair no longer opens",
        "links by which colleagues were asked for a repair no longer open",
    );
    (repairs > 0).then(|| format!("{links}."))
}

/// The organization's host, or what stands for it.
fn host(view: &StatusView) -> String {
    view.host().unwrap_or_else(|| "the organization".to_owned())
}
