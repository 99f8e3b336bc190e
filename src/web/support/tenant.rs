//! `/support/tenants/{tenant}`: nobody of the staff looks at a tenant without having said why.

use std::sync::Arc;

use axum::Form;
use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequestParts, Path, Query, State};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{cause, timeline, words};
use crate::domain::catalog::Catalog;
use crate::domain::connection::ConnectionState;
use crate::domain::id::TenantId;
use crate::flows::{Status, StatusView, Support, TimelinePlace, Visit};
use crate::web::error::PageError;
use crate::web::pages::{SupportPlace, SupportTenant, TenantStatus, TimelineFilter, VisitPage};
use crate::web::staff::SupportUser;
use crate::web::state::{AppState, Site};
use crate::web::status_page::present;
use crate::web::when::when;

/// Somebody of the staff on a visit to the tenant of the path. Who is on none is asked why first.
#[derive(Debug)]
pub(super) struct Visitor {
    pub user: SupportUser,
    pub tenant: TenantId,
    pub visit: Visit,
}

impl FromRequestParts<AppState> for Visitor {
    type Rejection = PageError;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &AppState,
    ) -> Result<Self, Self::Rejection> {
        let user = SupportUser::from_request_parts(parts, state).await?;
        let tenant = of_path(parts, state).await?;
        if let Some(visit) = state.support.visit(tenant, &user.session).await? {
            return Ok(Self {
                user,
                tenant,
                visit,
            });
        }
        let page = ask(&state.site, &state.status, &user, tenant, None).await?;
        Err(PageError::Page(Box::new(page.into_response())))
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
        layout: site.layout("Why do you look?"),
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
    Ok((axum::http::StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// Which part of the timeline.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Part {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    before: String,
}

pub(super) async fn show(
    visitor: Visitor,
    State(site): State<Arc<Site>>,
    State(catalog): State<Arc<Catalog>>,
    State(status): State<Status>,
    State(support): State<Support>,
    Query(part): Query<Part>,
) -> Result<SupportTenant, PageError> {
    let Visitor {
        user,
        tenant,
        visit,
    } = visitor;
    let view = status.read(tenant).await?;
    let (kind, _, prefixes) = part.kind();
    let happened = support.timeline(tenant, part.place(), prefixes).await?;
    let everything = support.timeline(tenant, None, &[""]).await?;
    let path = path_of(tenant);
    let now = view.now;
    let can_check = can_check(&view);
    let (state, tone) = (view.connection.state, tone(&view));
    let older = happened.next.map(|place| older_address(&path, kind, place));
    let rows = happened
        .happenings
        .iter()
        .map(|one| timeline::row(one, now))
        .collect();
    let page: TenantStatus = customers_page(&site, &catalog, &status, tenant).await?;
    Ok(SupportTenant {
        layout: site.layout(&page.vendor_account),
        staff: user.frame(SupportPlace::LookUp),
        tenant_id: tenant.to_string(),
        tenant_name: page.vendor_account.clone(),
        state: words::of_state(state),
        tone,
        cause: cause::of(&page, &view, &everything),
        visit_reason: visit.reason,
        visit_at: when(visit.at, now),
        kinds: kinds(&path, kind),
        happenings: rows,
        older_href: older,
        categories: page.categories,
        facts: page.facts,
        can_check,
        path,
    })
}

/// The page that the tenant's administrator sees at this moment.
pub(super) async fn customers_page(
    site: &Site,
    catalog: &Catalog,
    status: &Status,
    tenant: TenantId,
) -> Result<TenantStatus, PageError> {
    let view = status.read(tenant).await?;
    Ok(present(site, catalog, view, tenant, None))
}

fn can_check(view: &StatusView) -> bool {
    view.authorization.is_some() && view.connection.state != ConnectionState::Disconnected
}

fn tone(view: &StatusView) -> &'static str {
    let lacks = view.grants.lacking().next().is_some() || view.grants.counts().blocked > 0;
    match view.connection.state {
        ConnectionState::NeedsAttention(_) => "bad",
        _ if view.last_failure.is_some() => "bad",
        ConnectionState::OnHold => "warn",
        ConnectionState::Pending | ConnectionState::Disconnected => "neutral",
        ConnectionState::Connected if lacks => "warn",
        ConnectionState::Connected => "good",
    }
}

fn kinds(path: &str, chosen: &str) -> Vec<TimelineFilter> {
    let filter = |(kind, label, _): &(&'static str, &'static str, &[&str])| TimelineFilter {
        label,
        href: format!("{path}?kind={kind}#timeline"),
        chosen: *kind == chosen,
    };
    timeline::KINDS.iter().map(filter).collect()
}

fn older_address(path: &str, kind: &str, place: TimelinePlace) -> String {
    let micros = place.at.unix_timestamp_nanos() / 1_000;
    format!("{path}?kind={kind}&before={micros}.{}#timeline", place.id)
}

impl Part {
    fn kind(&self) -> (&'static str, &'static str, &'static [&'static str]) {
        let found = timeline::KINDS.iter().find(|(kind, ..)| *kind == self.kind);
        *found.unwrap_or(&timeline::KINDS[0])
    }

    /// `microseconds.id`
    fn place(&self) -> Option<TimelinePlace> {
        let (micros, id) = self.before.split_once('.')?;
        let micros: i64 = micros.parse().ok()?;
        let at = OffsetDateTime::from_unix_timestamp_nanos(i128::from(micros) * 1_000).ok()?;
        let id: Uuid = id.parse().ok()?;
        Some(TimelinePlace { at, id })
    }
}
