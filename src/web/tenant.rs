//! `/tenants/{tenant}`: the grant status page, and *Authorize again*.

pub(super) mod connect;
pub(super) mod disconnect;
pub(super) mod events;
pub(super) mod held;
pub(super) mod mend;
pub(super) mod people;
pub(super) mod proof;
pub(super) mod report;

use std::sync::Arc;

use axum::Form;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect};
use url::form_urlencoded;

pub use self::events::Watchers;
use super::actors::{TenantAdministrator, TenantVisitor};
use super::error::PageError;
use super::forms::ReadForm;
use super::onboarding::{failed, leaving_page};
use super::pages::{Person, SignIn, SignedIn, TenantStatus};
use super::state::Site;
use super::status_page::present;
use super::when::when;
use crate::domain::audit::Actor;
use crate::domain::authorization_attempt::ReturnTo;
use crate::domain::catalog::Catalog;
use crate::domain::clock::SharedClock;
use crate::domain::id::TenantId;
use crate::domain::session::{Session, Standing};
use crate::flows::{
    Authorize, Back, Checks, Entrant, FlowError, Onboarding, Origin, Status, StatusView,
};

/// An administrator's page. The holder of a link sees it too, as long as nothing was ever connected
/// and no other browser began with the link: then it holds nothing but what this browser entered.
pub(super) async fn status(
    TenantVisitor { tenant, session }: TenantVisitor,
    State(site): State<Arc<Site>>,
    State(status): State<Status>,
    State(onboarding): State<Onboarding>,
    State(catalog): State<Arc<Catalog>>,
) -> Result<TenantStatus, PageError> {
    if let Some(entrant) = Entrant::of(session.clone()) {
        let progress = onboarding.progress(&entrant).await;
        progress.map_err(|error| failed(&site, &entrant, error, Back::Home))?;
    }
    let view = status.read(tenant).await?;
    let signed_in = match &session.standing {
        Standing::Administrator { .. } => Some(signed_in_as(&session, &view)),
        _ if view.connection.connected_at.is_some() => return Err(PageError::not_found()),
        _ => None,
    };
    Ok(present(&site, &catalog, &view, tenant, signed_in))
}

/// `POST /tenants/{tenant}/authorize`: on to the page before Okta, to which a browser can go back.
pub(super) async fn authorize_again(
    TenantAdministrator { tenant, .. }: TenantAdministrator,
    Form(form): Form<ReadForm>,
) -> Redirect {
    Redirect::to(&authorize_address(tenant, &form.catalog))
}

/// The page before Okta, for somebody who was shown this version of what is asked.
fn authorize_address(tenant: TenantId, catalog: &str) -> String {
    let shown: String = form_urlencoded::byte_serialize(catalog.as_bytes()).collect();
    format!("/tenants/{tenant}/authorize?catalog={shown}")
}

/// `GET /tenants/{tenant}/authorize`: the same organization and app, once more.
pub(super) async fn authorize(
    actor: TenantAdministrator,
    State(site): State<Arc<Site>>,
    State(authorize): State<Authorize>,
    State(clock): State<SharedClock>,
    Query(read): Query<ReadForm>,
) -> Result<SignIn, PageError> {
    let read = Some(read.catalog.as_str());
    leave(&actor, &site, &authorize, &clock, read, None).await
}

/// `GET /tenants/{tenant}/grants/authorize`: what writes in Okta uses the own sign-in of who presses.
pub(super) async fn authorize_for_grants(
    actor: TenantAdministrator,
    State(site): State<Arc<Site>>,
    State(authorize): State<Authorize>,
    State(clock): State<SharedClock>,
) -> Result<SignIn, PageError> {
    let returns_to = Some(ReturnTo::Grants);
    leave(&actor, &site, &authorize, &clock, None, returns_to).await
}

async fn leave(
    actor: &TenantAdministrator,
    site: &Site,
    authorize: &Authorize,
    clock: &SharedClock,
    read: Option<&str>,
    returns_to: Option<ReturnTo>,
) -> Result<SignIn, PageError> {
    let (tenant, back) = (actor.tenant, Back::Tenant(actor.tenant));
    let origin = Origin::Administrator {
        session: &actor.session,
        tenant,
        person: actor.person,
        read,
        returns_to,
    };
    let leaving = authorize.begin(origin).await.map_err(|error| match error {
        // Of what was ended, the app has to be checked first.
        FlowError::StepTooEarly => {
            let first = Redirect::to(&format!("/tenants/{tenant}/connect"));
            PageError::Page(Box::new(first.into_response()))
        }
        other => PageError::at(other, back),
    })?;
    let page = leaving_page(site, clock, leaving, None);
    Ok(SignIn {
        back_href: format!("/tenants/{tenant}"),
        ..page
    })
}

/// `POST /tenants/{tenant}/checks`: *Check again*.
pub(super) async fn check_again(
    TenantAdministrator { tenant, person, .. }: TenantAdministrator,
    State(checks): State<Checks>,
) -> Result<Redirect, PageError> {
    let requested = checks.request(tenant, Actor::Administrator(person)).await;
    requested.map_err(|error| PageError::at(error, Back::Tenant(tenant)))?;
    Ok(Redirect::to(&format!("/tenants/{tenant}")))
}

/// How the header shows an administrator: by e-mail where Okta gave no name.
fn signed_in_as(session: &Session, view: &StatusView) -> SignedIn {
    let (name, email) = match &session.standing {
        Standing::Administrator { name, email, .. } => (name.clone(), email.clone()),
        _ => Default::default(),
    };
    let name = if name.is_empty() { email.clone() } else { name };
    SignedIn {
        name,
        email,
        organization_host: view.host().unwrap_or_default(),
    }
}

/// Whose sign-in the connection rests on.
fn person_on_page(view: &StatusView) -> Option<Person> {
    view.authorization.as_ref().map(|facts| Person {
        name: facts.person_name.clone(),
        email: facts.person_email.clone(),
        at: when(facts.at, view.now),
    })
}
