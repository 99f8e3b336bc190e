//! Parses what a caller sends, and says what is wrong with it in the API's own way.

use axum::Json;
use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, OptionalFromRequest, Path, Query, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::problem::{ApiProblem, Kind};
use crate::domain::id::{LinkId, PersonId, TenantId};

/// Longer complaints of the parser are cut: they quote what was sent.
const LONGEST_COMPLAINT: usize = 200;

/// A JSON body.
#[derive(Debug)]
pub(super) struct Body<T>(pub T);

/// A JSON body that may be left out altogether.
#[derive(Debug)]
pub(super) struct OptionalBody<T>(pub T);

/// The parameters behind the question mark.
#[derive(Debug)]
pub(super) struct Parameters<T>(pub T);

/// The tenant of the path. What cannot be an id is as little there as an id of nothing.
#[derive(Debug)]
pub(super) struct OfTenant(pub TenantId);

/// The tenant and the link of the path.
#[derive(Debug)]
pub(super) struct OfLink(pub TenantId, pub LinkId);

#[derive(Deserialize)]
struct TenantPath {
    tenant: TenantId,
}

/// The tenant and the person of the path.
#[derive(Debug)]
pub(super) struct OfPerson(pub TenantId, pub PersonId);

#[derive(Deserialize)]
struct PersonPath {
    tenant: TenantId,
    person: PersonId,
}

#[derive(Deserialize)]
struct LinkPath {
    tenant: TenantId,
    link: LinkId,
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = ApiProblem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let read = <Json<T> as FromRequest<S>>::from_request(request, state).await;
        read.map(|Json(body)| Self(body))
            .map_err(|error| unread(&error))
    }
}

impl<T: DeserializeOwned + Default, S: Send + Sync> FromRequest<S> for OptionalBody<T> {
    type Rejection = ApiProblem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let read = <Json<T> as OptionalFromRequest<S>>::from_request(request, state).await;
        let body = read.map_err(|error| unread(&error))?;
        Ok(Self(body.map(|Json(body)| body).unwrap_or_default()))
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Parameters<T> {
    type Rejection = ApiProblem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let read = Query::<T>::from_request_parts(parts, state).await;
        let read = read.map_err(|error: QueryRejection| {
            ApiProblem::new(Kind::Malformed, cut(&error.body_text()))
        });
        read.map(|Query(parameters)| Self(parameters))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for OfTenant {
    type Rejection = ApiProblem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let read = Path::<TenantPath>::from_request_parts(parts, state).await;
        read.map(|Path(path)| Self(path.tenant))
            .map_err(|_| ApiProblem::no_tenant())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for OfLink {
    type Rejection = ApiProblem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let read = Path::<LinkPath>::from_request_parts(parts, state).await;
        read.map(|Path(path)| Self(path.tenant, path.link))
            .map_err(|_| ApiProblem::new(Kind::NotFound, super::links::NO_LINK))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for OfPerson {
    type Rejection = ApiProblem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let read = Path::<PersonPath>::from_request_parts(parts, state).await;
        read.map(|Path(path)| Self(path.tenant, path.person))
            .map_err(|_| ApiProblem::new(Kind::NotFound, super::people::NO_PERSON))
    }
}

fn unread(error: &JsonRejection) -> ApiProblem {
    let text = cut(&error.body_text());
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => ApiProblem::of_status(StatusCode::PAYLOAD_TOO_LARGE),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => ApiProblem::new(
            Kind::WrongMediaType,
            "Send JSON, and say so in the header: Content-Type: application/json.",
        ),
        StatusCode::UNPROCESSABLE_ENTITY => ApiProblem::new(Kind::Invalid, text),
        _ => ApiProblem::new(Kind::Malformed, text),
    }
}

/// At most so many characters, on one line.
fn cut(text: &str) -> String {
    let line = text.chars().filter(|c| !c.is_control());
    line.take(LONGEST_COMPLAINT).collect()
}
