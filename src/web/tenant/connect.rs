//! `/tenants/{tenant}/connect`: the short way back after a disconnection. The organization and the app
//! are known; a client secret has to be entered again, because it was destroyed.

use std::sync::Arc;

use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::{authorize_address, signed_in_as};
use crate::domain::catalog::Catalog;
use crate::domain::connection::{ClientAuthMethod, ConnectionState};
use crate::domain::remedy::admin_console_link;
use crate::domain::session::Session;
use crate::flows::{AppOutcome, AppSetup, Back, FlowError, Status, StatusView};
use crate::web::actors::TenantAdministrator;
use crate::web::error::PageError;
use crate::web::forms::{AppInOktaForm, echo_client_id};
use crate::web::layers::Reference;
use crate::web::onboarding::app::{client_auth, sent, to_grant};
use crate::web::onboarding::app_words::problem;
use crate::web::pages::ConnectAgain;
use crate::web::state::Site;
use crate::web::status_page::wanted;

/// The form, with the version of the catalog that its page showed.
#[derive(Deserialize)]
pub(in crate::web) struct Shown {
    #[serde(default)]
    catalog: String,
    #[serde(flatten)]
    form: AppInOktaForm,
}

pub(in crate::web) async fn show(
    actor: TenantAdministrator,
    State(site): State<Arc<Site>>,
    State(status): State<Status>,
    State(setup): State<AppSetup>,
    State(catalog): State<Arc<Catalog>>,
) -> Result<Response, PageError> {
    let view = status.read(actor.tenant).await?;
    if view.connection.state != ConnectionState::Disconnected {
        return Ok(to_tenant(&actor).into_response());
    }
    Ok(page(&site, &setup, &catalog, &view, &actor.session).into_response())
}

pub(in crate::web) async fn submit(
    actor: TenantAdministrator,
    State(site): State<Arc<Site>>,
    State(status): State<Status>,
    State(setup): State<AppSetup>,
    State(catalog): State<Arc<Catalog>>,
    Reference(reference): Reference,
    Form(Shown {
        catalog: read,
        form,
    }): Form<Shown>,
) -> Result<Response, PageError> {
    let typed = echo_client_id(&form.client_id);
    let sent = sent(form)?;
    let method = sent.auth_method;
    let outcome = setup.submit_again(actor.tenant, actor.person, sent).await;
    let troubles = match outcome {
        Ok(AppOutcome::Ready) => {
            let next = authorize_address(actor.tenant, &read);
            return Ok(Redirect::to(&next).into_response());
        }
        Ok(AppOutcome::Troubled(troubles)) => troubles,
        // It is connected again already, by another tab or another person.
        Err(FlowError::StepTooEarly) => return Ok(to_tenant(&actor).into_response()),
        Err(error) => return Err(PageError::at(error, Back::Tenant(actor.tenant))),
    };
    let view = status.read(actor.tenant).await?;
    let page = ConnectAgain {
        client_id: typed,
        client_auth: client_auth(method),
        problems: troubles.iter().map(problem).collect(),
        reference: Some(reference.to_string()),
        ..page(&site, &setup, &catalog, &view, &actor.session)
    };
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

fn to_tenant(actor: &TenantAdministrator) -> Redirect {
    Redirect::to(&format!("/tenants/{}", actor.tenant))
}

fn page(
    site: &Site,
    setup: &AppSetup,
    catalog: &Catalog,
    view: &StatusView,
    session: &Session,
) -> ConnectAgain {
    let connection = &view.connection;
    let organization = connection.organization.as_ref();
    let app = connection.app.as_ref();
    let method = app.map_or(ClientAuthMethod::PrivateKeyJwt, |app| app.auth_method);
    ConnectAgain {
        layout: site.layout_for("Connect again", signed_in_as(session, view)),
        path: format!("/tenants/{}", connection.tenant),
        vendor_account: view.tenant_name.clone(),
        organization_host: view.host().unwrap_or_default(),
        client_auth: client_auth(method),
        client_id: app.map(|app| app.client_id.to_string()).unwrap_or_default(),
        redirect_uri: setup.redirect_uri(connection.id).to_string(),
        jwks_url: setup.jwks_url(connection.id).to_string(),
        scopes: to_grant(catalog),
        admin_console_url: organization
            .and_then(|found| admin_console_link(&found.origin))
            .map(|link| link.url),
        wanted: wanted(view),
        catalog_version: catalog.version().to_owned(),
        problems: Vec::new(),
        reference: None,
    }
}
