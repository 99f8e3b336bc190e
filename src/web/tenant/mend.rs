//! Mending a gap from the tenant's page: *Grant them for me*, and a link for a colleague.

use std::sync::Arc;

use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::proof::Proofs;
use super::{person_on_page, signed_in_as};
use crate::domain::authorization_attempt::ReturnTo;
use crate::domain::catalog::Catalog;
use crate::domain::clock::SharedClock;
use crate::domain::remedy::Remedies;
use crate::domain::scope::{Scope, ScopeSet};
use crate::domain::session::Unproven;
use crate::flows::{Back, FlowError, Repair, Status, StatusView, disclose};
use crate::web::actors::TenantAdministrator;
use crate::web::error::PageError;
use crate::web::pages::{GrantForMe, GrantsDone, HandOff, NamedScope, RefusedGrant};
use crate::web::state::Site;
use crate::web::when::when;
use crate::web::words;

/// `POST /tenants/{tenant}/hand-off`.
#[derive(Debug, Deserialize)]
pub(in crate::web) struct HandOffForm {
    #[serde(default)]
    reason: String,
}

/// `POST /tenants/{tenant}/grants`: what its page listed, separated by spaces.
#[derive(Debug, Deserialize)]
pub(in crate::web) struct GrantForm {
    #[serde(default)]
    scopes: String,
}

/// `GET /tenants/{tenant}/grants`: what would be added, before it is.
pub(in crate::web) async fn confirm(
    actor: TenantAdministrator,
    State(site): State<Arc<Site>>,
    State(status): State<Status>,
    State(catalog): State<Arc<Catalog>>,
    State(proofs): State<Proofs>,
) -> Result<Response, PageError> {
    let view = status.read(actor.tenant).await?;
    let path = format!("/tenants/{}", actor.tenant);
    let remedies = view.remedies();
    if !remedies.can_grant_here() || !view.may_be_written() {
        // Granted meanwhile, or not possible from here: the tenant's page says which.
        return Ok(Redirect::to(&path).into_response());
    }
    let proven = proofs.demand(&actor, ReturnTo::Grants).await?;
    if !view.is_freshly_signed_in_by(proven) {
        return Err(proofs
            .refuse(&actor, ReturnTo::Grants, Unproven::Stale)
            .await?);
    }
    let page = GrantForMe {
        layout: site.layout_for("Grant what is missing", signed_in_as(&actor.session, &view)),
        organization_host: view.host().unwrap_or_default(),
        app: client_id(&view),
        scopes: missing(&catalog, &remedies),
        signed_in: person_on_page(&view),
        path,
    };
    Ok(page.into_response())
}

/// `POST /tenants/{tenant}/grants`: adds them, and says what Okta took.
pub(in crate::web) async fn grant(
    actor: TenantAdministrator,
    State(site): State<Arc<Site>>,
    State(status): State<Status>,
    State(repair): State<Repair>,
    State(catalog): State<Arc<Catalog>>,
    State(proofs): State<Proofs>,
    Form(form): Form<GrantForm>,
) -> Result<Response, PageError> {
    let proven = proofs.demand(&actor, ReturnTo::Grants).await?;
    let confirmed = ScopeSet::parse(&form.scopes);
    if confirmed.is_empty() {
        // Nothing was read, so nothing is confirmed: it is shown first.
        let first = format!("/tenants/{}/grants", actor.tenant);
        return Ok(Redirect::to(&first).into_response());
    }
    let granted = match repair.grant_missing(proven, confirmed).await {
        Ok(granted) => granted,
        Err(FlowError::Unproven(unproven)) => {
            return Err(proofs.refuse(&actor, ReturnTo::Grants, unproven).await?);
        }
        Err(error) => return Err(PageError::at(error, Back::Tenant(actor.tenant))),
    };
    let view = status.read(actor.tenant).await?;
    let named = |scope: &Scope| named(&catalog, scope);
    let page = GrantsDone {
        catalog_version: catalog.version().to_owned(),
        layout: site.layout_for("Granted in Okta", signed_in_as(&actor.session, &view)),
        path: format!("/tenants/{}", actor.tenant),
        organization_host: view.host().unwrap_or_default(),
        added: granted.added.iter().map(named).collect(),
        refused: granted.refused.as_ref().map(|(scope, failure)| {
            let words = words::of_kind(failure.kind);
            RefusedGrant {
                scope: named(scope),
                why: words.why.to_owned(),
                steps: words.steps.iter().map(|step| (*step).to_owned()).collect(),
                okta_said: words::said(&failure.said),
            }
        }),
        untried: granted.untried.iter().map(named).collect(),
    };
    Ok(page.into_response())
}

/// `POST /tenants/{tenant}/hand-off`: a link for a colleague, shown this once.
pub(in crate::web) async fn hand_off(
    actor: TenantAdministrator,
    State(site): State<Arc<Site>>,
    State(status): State<Status>,
    State(repair): State<Repair>,
    State(catalog): State<Arc<Catalog>>,
    State(clock): State<SharedClock>,
    Form(form): Form<HandOffForm>,
) -> Result<HandOff, PageError> {
    let made = repair
        .hand_off(actor.tenant, actor.person, &form.reason)
        .await;
    let made = made.map_err(|error| PageError::at(error, Back::Tenant(actor.tenant)))?;
    let view = status.read(actor.tenant).await?;
    Ok(HandOff {
        layout: site.layout_for(
            "A link for your colleague",
            signed_in_as(&actor.session, &view),
        ),
        path: format!("/tenants/{}", actor.tenant),
        organization_host: view.host().unwrap_or_default(),
        link: disclose(&made.link).to_owned(),
        expires: when(made.expires_at, clock.now()),
        scopes: missing(&catalog, &view.remedies()),
        reason: made.reason,
    })
}

pub(in crate::web) fn client_id(view: &StatusView) -> String {
    view.connection
        .app
        .as_ref()
        .map(|app| app.client_id.to_string())
        .unwrap_or_default()
}

/// What somebody has to grant in Okta, with plain names.
pub(in crate::web) fn missing(catalog: &Catalog, remedies: &Remedies) -> Vec<NamedScope> {
    remedies
        .missing()
        .iter()
        .map(|scope| named(catalog, scope))
        .collect()
}

fn named(catalog: &Catalog, scope: &Scope) -> NamedScope {
    let name = catalog
        .find(scope)
        .map(|permission| permission.name().to_owned());
    NamedScope {
        id: scope.to_string(),
        name: name.unwrap_or_default(),
    }
}
