//! Who is asking. An extractor hands out what the actor may touch; a handler that takes none of these
//! serves everybody.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Redirect};
use serde::Deserialize;

use super::error::PageError;
use super::held::Held;
use super::state::AppState;
use crate::domain::id::{PersonId, TenantId};
use crate::domain::session::{RoleProof, Session, Standing};

/// Somebody who may see the tenant of the path.
#[derive(Debug)]
pub(super) struct TenantVisitor {
    pub tenant: TenantId,
    pub session: Session,
}

/// An administrator of the tenant of the path.
#[derive(Debug)]
pub(super) struct TenantAdministrator {
    pub tenant: TenantId,
    pub person: PersonId,
    pub session: Session,
}

impl TenantAdministrator {
    /// What is known of the administrator's role.
    pub(super) fn proof(&self) -> RoleProof {
        match &self.session.standing {
            Standing::Administrator { proof, .. } => *proof,
            Standing::Visitor | Standing::Onboarding { .. } => RoleProof::default(),
        }
    }
}

/// The tenant of the path, which may hold more.
#[derive(Debug, Deserialize)]
struct OfPath {
    tenant: TenantId,
}

/// The tenant of the path, and the session, which belongs to it. Another tenant's page and one that
/// does not exist look the same: to a stranger both lead to the sign-in, to others both are not there.
async fn of_path(parts: &mut Parts, state: &AppState) -> Result<(TenantId, Session), PageError> {
    let path = Path::<OfPath>::from_request_parts(parts, state).await;
    let Path(OfPath { tenant }) = path.map_err(|_| PageError::not_found())?;
    let held = Held::of(parts, state).await?;
    if held.is_empty() {
        if parts.method != Method::GET {
            return Err(PageError::status(StatusCode::UNAUTHORIZED));
        }
        let page = Redirect::to(&format!("/?tenant={tenant}")).into_response();
        return Err(PageError::Page(Box::new(page)));
    }
    let session = held.at(tenant).ok_or_else(PageError::not_found)?;
    state.sessions.used(session).await?;
    Ok((tenant, session.clone()))
}
impl FromRequestParts<AppState> for TenantVisitor {
    type Rejection = PageError;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &AppState,
    ) -> Result<Self, Self::Rejection> {
        let (tenant, session) = of_path(parts, state).await?;
        Ok(Self { tenant, session })
    }
}

impl FromRequestParts<AppState> for TenantAdministrator {
    type Rejection = PageError;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &AppState,
    ) -> Result<Self, Self::Rejection> {
        let (tenant, session) = of_path(parts, state).await?;
        let Standing::Administrator { person, .. } = session.standing else {
            return Err(PageError::not_found());
        };
        Ok(Self {
            tenant,
            person,
            session,
        })
    }
}
