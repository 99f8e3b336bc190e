//! Nobody of the staff looks at a tenant without having said why: a visit, which the pages of a tenant
//! demand.

use std::sync::Arc;

use axum::Form;
use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::domain::audit::Actor;
use crate::domain::id::TenantId;
use crate::flows::{Status, Support, Visit};
use crate::web::error::PageError;
use crate::web::pages::{StaffFrame, SupportPlace, VisitPage};
use crate::web::staff::{OperatorUser, SupportUser};
use crate::web::state::{AppState, Site};

/// Somebody of the staff on a visit to the tenant of the path. Who is on none is asked why first.
#[derive(Debug)]
pub(super) struct Visitor {
    pub user: SupportUser,
    pub tenant: TenantId,
    pub visit: Visit,
}

/// The same, with the role that may change things.
#[derive(Debug)]
pub(super) struct OperatorVisitor(pub Visitor);

impl FromRequestParts<AppState> for Visitor {
    type Rejection = PageError;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &AppState,
    ) -> Result<Self, Self::Rejection> {
        let user = SupportUser::from_request_parts(parts, state).await?;
        Self::of(user, parts, state).await
    }
}

impl FromRequestParts<AppState> for OperatorVisitor {
    type Rejection = PageError;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &AppState,
    ) -> Result<Self, Self::Rejection> {
        let OperatorUser(user) = OperatorUser::from_request_parts(parts, state).await?;
        Visitor::of(user, parts, state).await.map(Self)
    }
}

impl Visitor {
    async fn of(user: SupportUser, parts: &mut Parts, state: &AppState) -> Result<Self, PageError> {
        let tenant = of_path(parts, state).await?;
        let visit = state.support.visit(tenant, &user.member, &user.session);
        if let Some(visit) = visit.await? {
            return Ok(Self {
                user,
                tenant,
                visit,
            });
        }
        let page = ask(&state.site, &state.status, &user, tenant, None).await?;
        Err(PageError::Page(Box::new(page.into_response())))
    }

    /// Whom the trail names.
    pub(super) fn actor(&self) -> Actor {
        Actor::Staff(self.user.member.id)
    }

    /// What is around the page.
    pub(super) fn frame(&self) -> StaffFrame {
        self.user.frame(SupportPlace::LookUp)
    }

    /// `/support/tenants/{tenant}`
    pub(super) fn path(&self) -> String {
        path_of(self.tenant)
    }
}

/// The tenant of the path, which may hold more.
#[derive(Debug, Deserialize)]
pub(super) struct OfPath {
    tenant: TenantId,
}

async fn of_path(parts: &mut Parts, state: &AppState) -> Result<TenantId, PageError> {
    let path = Path::<OfPath>::from_request_parts(parts, state).await;
    path.map(|Path(OfPath { tenant })| tenant)
        .map_err(|_| PageError::not_found())
}

async fn ask(
    site: &Site,
    status: &Status,
    user: &SupportUser,
    tenant: TenantId,
    problem: Option<String>,
) -> Result<VisitPage, PageError> {
    let view = status.read(tenant).await?;
    Ok(VisitPage {
        layout: site.layout("Why are you looking?"),
        staff: user.frame(SupportPlace::LookUp),
        path: path_of(tenant),
        tenant_name: view.tenant_name,
        problem,
    })
}

pub(super) fn path_of(tenant: TenantId) -> String {
    format!("/support/tenants/{tenant}")
}

#[derive(Debug, Deserialize)]
pub(super) struct VisitForm {
    #[serde(default)]
    reason: String,
}

/// `POST /support/tenants/{tenant}/visit`
pub(super) async fn visit(
    user: SupportUser,
    path: Result<Path<OfPath>, PathRejection>,
    State(site): State<Arc<Site>>,
    State(status): State<Status>,
    State(support): State<Support>,
    Form(form): Form<VisitForm>,
) -> Result<Response, PageError> {
    let Path(OfPath { tenant }) = path.map_err(|_| PageError::not_found())?;
    let begun = support
        .begin_visit(tenant, &user.member, &user.session, &form.reason)
        .await?;
    if begun {
        return Ok(Redirect::to(&path_of(tenant)).into_response());
    }
    let problem = Some("Say why, in a few words. The customer sees it.".to_owned());
    let page = ask(&site, &status, &user, tenant, problem).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}
