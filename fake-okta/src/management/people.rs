//! Users and their administrator roles.

use serde_json::{Value, json};

use super::{Context, Reply};
use crate::ids;
use crate::state::{OrgState, Person, PersonStatus};
use crate::web::Problem;

/// A group administrator sees the members of their groups, and who administers nothing nobody.
pub(super) fn list(context: &Context<'_>) -> Result<Reply, Problem> {
    let state = context.call.org.state();
    let shown = context.caller.groups_shown(&state);
    let listed = |person: &&Person| {
        let is_in = |groups: &Vec<String>| person.groups.iter().any(|of| groups.contains(of));
        person.status != PersonStatus::Deactivated && shown.as_ref().is_none_or(is_in)
    };
    context.page(state.people.iter().filter(listed).map(user))
}

pub(super) fn one(context: &Context<'_>) -> Result<Reply, Problem> {
    let state = context.call.org.state();
    Ok(Reply::ok(user(find(&state, context.part(0))?)))
}

/// The standard roles of a user; the best detector of "not a super administrator".
pub(super) fn roles(context: &Context<'_>) -> Result<Reply, Problem> {
    let state = context.call.org.state();
    let person = find(&state, context.part(0))?;
    let roles = person.role.names().map(|(kind, label)| {
        json!({
            "id": ids::derived_id("ra1", &person.id),
            "label": label,
            "type": kind,
            "status": "ACTIVE",
            "created": "2025-01-01T00:00:00.000Z",
            "lastUpdated": "2025-01-01T00:00:00.000Z",
            "assignmentType": "USER",
        })
    });
    Ok(Reply::ok(roles.into_iter().collect()))
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "all rows of the table have one signature"
)]
pub(super) fn assignees(context: &Context<'_>) -> Result<Reply, Problem> {
    let state = context.call.org.state();
    let admins = state
        .people
        .iter()
        .filter(|person| person.role.names().is_some());
    let admins: Vec<Value> = admins.map(|person| json!({"id": person.id})).collect();
    Ok(Reply::ok(json!({ "value": admins })))
}

fn find<'a>(state: &'a OrgState, id: &str) -> Result<&'a Person, Problem> {
    state
        .person(id)
        .or_else(|| state.person_by_login(id))
        .ok_or_else(|| Problem::not_found(id, "User"))
}

fn user(person: &Person) -> Value {
    json!({
        "id": person.id,
        "status": person.status.api_name(),
        "created": "2025-01-01T00:00:00.000Z",
        "type": {"id": "oty0000000000default"},
        "profile": {
            "firstName": person.given_name,
            "lastName": person.family_name,
            "login": person.login,
            "email": person.login,
        },
    })
}
