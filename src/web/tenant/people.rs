//! `/tenants/{tenant}/people`: who has access, and taking it back.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use time::OffsetDateTime;

use super::proof::Proofs;
use super::signed_in_as;
use crate::domain::authorization_attempt::ReturnTo;
use crate::domain::id::PersonId;
use crate::flows::{Back, People, PersonRecord, Status};
use crate::web::actors::TenantAdministrator;
use crate::web::error::PageError;
use crate::web::pages::{PeoplePage, PersonRow, RemovePerson};
use crate::web::state::Site;
use crate::web::when::when;

/// Who of the path is meant.
#[derive(Debug, Deserialize)]
pub(in crate::web) struct OfPerson {
    pub person: PersonId,
}

/// `GET`: everybody who was let in.
pub(in crate::web) async fn list(
    actor: TenantAdministrator,
    State(site): State<Arc<Site>>,
    State(status): State<Status>,
    State(people): State<People>,
    State(proofs): State<Proofs>,
) -> Result<PeoplePage, PageError> {
    proofs.demand_role(&actor, ReturnTo::People).await?;
    let found = people.list(actor.tenant).await?;
    let view = status.read(actor.tenant).await?;
    let host = view.host().unwrap_or_default();
    let row = |one: &PersonRecord| PersonRow {
        is_you: one.id == actor.person,
        ..row(one, view.now)
    };
    Ok(PeoplePage {
        people: found.iter().map(row).collect(),
        layout: site.layout_for("People with access", signed_in_as(&actor.session, &view)),
        path: format!("/tenants/{}", actor.tenant),
        organization_host: host,
    })
}

/// `GET …/{person}/remove`: what ends, before it does.
pub(in crate::web) async fn confirm(
    actor: TenantAdministrator,
    Path(of): Path<OfPerson>,
    State(site): State<Arc<Site>>,
    State(status): State<Status>,
    State(people): State<People>,
    State(proofs): State<Proofs>,
) -> Result<Response, PageError> {
    proofs.demand(&actor, ReturnTo::People).await?;
    let path = format!("/tenants/{}", actor.tenant);
    let all = people.list(actor.tenant).await?;
    let Some(found) = all.iter().find(|one| one.id == of.person) else {
        return Ok(Redirect::to(&format!("{path}/people")).into_response());
    };
    let view = status.read(actor.tenant).await?;
    let host = view.host().unwrap_or_default();
    let page = RemovePerson {
        layout: site.layout_for("Remove access", signed_in_as(&actor.session, &view)),
        is_last: all.len() == 1,
        person: PersonRow {
            is_you: found.id == actor.person,
            ..row(found, view.now)
        },
        organization_host: host,
        path,
    };
    Ok(page.into_response())
}

/// `POST …/{person}/remove`: does it. A second press finds it done.
pub(in crate::web) async fn remove(
    actor: TenantAdministrator,
    Path(of): Path<OfPerson>,
    State(people): State<People>,
    State(proofs): State<Proofs>,
) -> Result<Redirect, PageError> {
    let proven = proofs.demand(&actor, ReturnTo::People).await?;
    let removed = people.remove(actor.tenant, of.person, proven.actor()).await;
    removed.map_err(|error| PageError::at(error, Back::Tenant(actor.tenant)))?;
    // Whoever removed their own access has no page of the tenant's left to go to.
    let next = if of.person == actor.person {
        "/signed-out".to_owned()
    } else {
        format!("/tenants/{}/people", actor.tenant)
    };
    Ok(Redirect::to(&next))
}

/// One of them, in words.
pub(in crate::web) fn row(one: &PersonRecord, now: OffsetDateTime) -> PersonRow {
    PersonRow {
        id: one.id.to_string(),
        name: if one.name.is_empty() {
            one.email.clone()
        } else {
            one.name.clone()
        },
        email: one.email.clone(),
        issuer: host_of(&one.issuer).to_owned(),
        role: match one.is_super {
            Some(true) => "Super Administrator",
            Some(false) => "Not a Super Administrator",
            None => "Role not confirmed by Okta",
        },
        role_verified: one.role_verified_at.map(|at| when(at, now)),
        let_in: when(one.let_in_at, now),
        link_made: one.link.map(|(_, made)| when(made, now)),
        last_signed_in: when(one.last_signed_in_at, now),
        carries_connection: one.carries_connection,
        is_you: false,
    }
}

/// Of an origin, what people know it by.
fn host_of(origin: &str) -> &str {
    origin.split_once("://").map_or(origin, |(_, host)| host)
}

/// `Ada Byron (ada@acme.example)`
pub(super) fn named(one: &PersonRecord) -> String {
    if one.name.is_empty() {
        one.email.clone()
    } else {
        format!("{} ({})", one.name, one.email)
    }
}
