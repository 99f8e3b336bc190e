//! `/api/v1/tenants/{tenant}/people`: who has access, and taking it back.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::auth::{Caller, Onboarding, OnboardingOrSupport};
use super::input::{OfPerson, OfTenant};
use super::problem::{ApiProblem, Kind};
use crate::domain::id::{LinkId, PersonId};
use crate::flows::{People, PersonRecord};
use crate::web::status_json::written;

pub(super) const NO_PERSON: &str =
    "Nobody with this id has access to the tenant. List the people to see who has.";

/// Somebody who was let in by one of the tenant's onboarding links.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Person)]
pub(super) struct PersonJson {
    #[schema(value_type = uuid::Uuid)]
    id: PersonId,
    #[schema(example = "Grace Hopper")]
    name: String,
    #[schema(example = "grace@acme.example")]
    email: String,
    /// Where the person signs in.
    #[schema(example = "https://acme.okta.com")]
    issuer: String,
    /// Whether Okta last called the person a Super Administrator; null while it never told.
    #[schema(required)]
    super_administrator: Option<bool>,
    /// When Okta told.
    #[schema(format = DateTime, required)]
    role_verified_at: Option<String>,
    #[schema(format = DateTime)]
    let_in_at: String,
    /// The link that let the person in.
    #[schema(value_type = Option<uuid::Uuid>, required)]
    link: Option<LinkId>,
    #[schema(format = DateTime)]
    last_signed_in_at: String,
}

/// Everybody with access.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = People)]
pub(super) struct PeopleJson {
    people: Vec<PersonJson>,
}

impl From<PersonRecord> for PersonJson {
    fn from(person: PersonRecord) -> Self {
        Self {
            id: person.id,
            name: person.name,
            email: person.email,
            issuer: person.issuer,
            super_administrator: person.is_super,
            role_verified_at: person.role_verified_at.map(written),
            let_in_at: written(person.let_in_at),
            link: person.link.map(|(link, _)| link),
            last_signed_in_at: written(person.last_signed_in_at),
        }
    }
}

/// List people with access
///
/// Who was let in by one of the tenant's links, in that order, with the role as Okta last told it.
#[utoipa::path(
    get, path = "/api/v1/tenants/{tenant}/people", tag = "People", operation_id = "list_people",
    params(("tenant" = Uuid, Path, description = "The tenant's id.")),
    responses((status = 200, description = "Everybody with access.", body = PeopleJson)),
    extensions(("x-roles" = json!(["onboarding", "support"]))),
)]
pub(super) async fn list(
    _: Caller<OnboardingOrSupport>,
    OfTenant(tenant): OfTenant,
    State(people): State<People>,
) -> Result<Json<PeopleJson>, ApiProblem> {
    let found = people.list(tenant).await?;
    Ok(Json(PeopleJson {
        people: found.into_iter().map(Into::into).collect(),
    }))
}

/// Remove a person's access
///
/// The person's sessions and the hand-offs that they made end at once, and signing in with Okta no
/// longer lets them in. The connection goes on.
#[utoipa::path(
    delete, path = "/api/v1/tenants/{tenant}/people/{person}", tag = "People", operation_id = "remove_person",
    params(
        ("tenant" = Uuid, Path, description = "The tenant's id."),
        ("person" = Uuid, Path, description = "The person's id."),
    ),
    responses((status = 204, description = "The person has no access any more.")),
    extensions(("x-roles" = json!(["onboarding"]))),
)]
pub(super) async fn remove(
    caller: Caller<Onboarding>,
    OfPerson(tenant, person): OfPerson,
    State(people): State<People>,
) -> Result<StatusCode, ApiProblem> {
    let removed = people.remove(tenant, person, caller.actor()).await?;
    removed.ok_or_else(|| ApiProblem::new(Kind::NotFound, NO_PERSON))?;
    Ok(StatusCode::NO_CONTENT)
}
