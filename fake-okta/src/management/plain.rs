//! Calls whose answers are always the same: what a young organization has of each resource.
#![expect(
    clippy::unnecessary_wraps,
    reason = "all rows of the table have one signature"
)]

use serde_json::json;

use super::{Context, Reply};
use crate::clock::iso;
use crate::web::Problem;

/// An empty list.
pub(super) fn none(_: &Context<'_>) -> Result<Reply, Problem> {
    Ok(Reply::ok(json!([])))
}

/// An empty object.
pub(super) fn empty(_: &Context<'_>) -> Result<Reply, Problem> {
    Ok(Reply::ok(json!({})))
}

/// The built-in group, and those that people are in, as far as the caller sees them.
pub(super) fn groups(context: &Context<'_>) -> Result<Reply, Problem> {
    let state = context.call.org.state();
    let named = state.people.iter().flat_map(|person| &person.groups);
    let named: std::collections::BTreeSet<&String> = named.collect();
    let everyone = json!({"id": "00g00000000000000all", "type": "BUILT_IN",
        "profile": {"name": "Everyone", "description": "All users in your organization"}});
    let shown = context.caller.groups_shown(&state);
    let sees = |name: &str| {
        let shown = shown.as_ref();
        shown.is_none_or(|groups| groups.iter().any(|of| of == name))
    };
    let everyone = shown.is_none().then_some(everyone);
    let named = named.into_iter().filter(|name| sees(name));
    let rows = named.map(|name| {
        json!({"id": crate::ids::derived_id("00g", name), "type": "OKTA_GROUP",
            "profile": {"name": name, "description": null}})
    });
    context.page(everyone.into_iter().chain(rows))
}

pub(super) fn schema(_: &Context<'_>) -> Result<Reply, Problem> {
    Ok(Reply::ok(json!({
        "$schema": "http://json-schema.org/draft-04/schema#",
        "name": "user", "title": "User", "type": "object",
        "definitions": {"custom": {"properties": {}}, "base": {"properties": {}}},
    })))
}

pub(super) fn user_types(_: &Context<'_>) -> Result<Reply, Problem> {
    Ok(Reply::ok(
        json!([{"id": "oty0000000000default", "name": "user", "displayName": "User",
        "default": true}]),
    ))
}

pub(super) fn policies(context: &Context<'_>) -> Result<Reply, Problem> {
    let Some(kind) = context.call.query.get("type") else {
        return Err(Problem::invalid(
            "type",
            "type: The type parameter is required.",
        ));
    };
    Ok(Reply::ok(
        json!([{"id": crate::ids::derived_id("00p", kind), "type": kind,
        "name": "Default Policy", "status": "ACTIVE", "system": true}]),
    ))
}

pub(super) fn zones(_: &Context<'_>) -> Result<Reply, Problem> {
    Ok(Reply::ok(
        json!([{"id": "nzo0000000000legacy1", "type": "IP", "name": "LegacyIpZone",
        "status": "ACTIVE", "system": true}]),
    ))
}

pub(super) fn authenticators(_: &Context<'_>) -> Result<Reply, Problem> {
    Ok(Reply::ok(
        json!([{"id": "aut0000000000passwrd", "key": "okta_password", "type": "password",
        "name": "Password", "status": "ACTIVE"}]),
    ))
}

pub(super) fn org(context: &Context<'_>) -> Result<Reply, Problem> {
    let state = context.call.org.state();
    Ok(Reply::ok(
        json!({"id": state.id, "subdomain": state.name, "companyName": state.name,
        "status": "ACTIVE"}),
    ))
}

pub(super) fn threats(_: &Context<'_>) -> Result<Reply, Problem> {
    Ok(Reply::ok(json!({"action": "none", "excludeZones": []})))
}

pub(super) fn logs(context: &Context<'_>) -> Result<Reply, Problem> {
    let published = iso(context.call.org.now());
    let event = json!({"uuid": "00000000-0000-4000-8000-000000000001",
        "eventType": "user.session.start", "severity": "INFO", "published": published,
        "outcome": {"result": "SUCCESS"}});
    context.page(std::iter::once(event))
}

pub(super) fn custom_roles(_: &Context<'_>) -> Result<Reply, Problem> {
    Ok(Reply::ok(json!({"roles": []})))
}

pub(super) fn servers(context: &Context<'_>) -> Result<Reply, Problem> {
    let server = default(context);
    context.page(std::iter::once(server))
}

pub(super) fn default_server(context: &Context<'_>) -> Result<Reply, Problem> {
    Ok(Reply::ok(default(context)))
}

fn default(context: &Context<'_>) -> serde_json::Value {
    json!({"id": "default", "name": "default", "status": "ACTIVE",
        "issuer": context.call.org.url("/oauth2/default"), "audiences": ["api://default"]})
}
