//! An application's Assignments page.

use askama::Template;
use axum::response::Response;

use super::{Halt, find_app};
use crate::state::{App, Person};
use crate::web::{Call, page, see_other};

struct Row {
    person: Person,
    assigned: bool,
}

#[derive(Template)]
#[template(path = "admin_assignments.html")]
struct AssignmentsPage<'a> {
    org: &'a str,
    app: &'a App,
    tab: &'a str,
    rows: Vec<Row>,
}

pub(super) async fn show(call: Call) -> Result<Response, Halt> {
    let app = find_app(&call)?;
    let people = call.org.state().people.clone();
    let row = |person: Person| Row {
        assigned: app.is_assigned(&person),
        person,
    };
    let rows = people.into_iter().map(row).collect();
    let assignments = AssignmentsPage {
        org: &call.org.name,
        app: &app,
        tab: "assignments",
        rows,
    };
    Ok(page(200, &assignments))
}

pub(super) async fn change(call: Call) -> Result<Response, Halt> {
    let app = find_app(&call)?;
    let login = call.form.get("login").unwrap_or_default();
    call.org.change(|state| match call.form.get("action") {
        Some("unassign") => state.unassign(&app.client_id, login),
        Some("everyone") => state.assign_everyone(&app.client_id, true),
        Some("selected") => state.assign_everyone(&app.client_id, false),
        _ => state.assign(&app.client_id, login),
    });
    Ok(see_other(&format!(
        "/admin/apps/{}/assignments",
        app.client_id
    )))
}
