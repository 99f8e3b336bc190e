//! `/onboarding/app`: the app in Okta, and the check before the browser leaves.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use secrecy::SecretString;

use super::app_words::problem;
use super::{address, failed, journey};
use crate::domain::catalog::{Catalog, Permission};
use crate::domain::connection::{ClientAuthMethod, ConnectionState};
use crate::domain::org_url::OrgOrigin;
use crate::domain::remedy::admin_console_link;
use crate::flows::{AppForm, AppOutcome, AppSetup, Back, Onboarding, Progress, Reached, disclose};
use crate::web::error::PageError;
use crate::web::forms::{AppInOktaForm, echo_client_id};
use crate::web::layers::Reference;
use crate::web::link_holder::{LinkForm, LinkHolder};
use crate::web::pages::{AppInOkta, ClientAuth, ScopeToGrant, Step};
use crate::web::state::Site;

pub(super) async fn show(
    State(site): State<Arc<Site>>,
    State(onboarding): State<Onboarding>,
    State(setup): State<AppSetup>,
    State(catalog): State<Arc<Catalog>>,
    LinkHolder(entrant): LinkHolder,
) -> Result<AppInOkta, PageError> {
    let progress = onboarding.progress_at(&entrant, Reached::App).await;
    let progress = progress.map_err(|error| failed(&site, &entrant, error, Back::Home))?;
    Ok(page(&site, &setup, &catalog, &progress))
}

pub(super) async fn submit(
    State(site): State<Arc<Site>>,
    State(onboarding): State<Onboarding>,
    State(setup): State<AppSetup>,
    State(catalog): State<Arc<Catalog>>,
    Reference(reference): Reference,
    LinkForm(entrant, form): LinkForm<AppInOktaForm>,
) -> Result<Response, PageError> {
    let client_id = echo_client_id(&form.client_id);
    let sent = sent(form)?;
    let auth_method = sent.auth_method;
    let outcome = setup
        .submit(&entrant, sent)
        .await
        .map_err(|error| failed(&site, &entrant, error, Back::App))?;
    let AppOutcome::Troubled(troubles) = outcome else {
        return Ok(Redirect::to(&address("/onboarding/sign-in", &entrant)).into_response());
    };
    let progress = onboarding
        .progress(&entrant)
        .await
        .map_err(|error| failed(&site, &entrant, error, Back::App))?;
    let mut page = page(&site, &setup, &catalog, &progress);
    page.client_id = client_id;
    page.client_auth = client_auth(auth_method);
    page.problems = troubles.iter().map(problem).collect();
    page.reference = Some(reference.to_string());
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// What was typed, for the use case.
pub(in crate::web) fn sent(form: AppInOktaForm) -> Result<AppForm, PageError> {
    let method = ClientAuthMethod::from_name(&form.client_auth);
    Ok(AppForm {
        auth_method: method.ok_or_else(|| PageError::status(StatusCode::UNPROCESSABLE_ENTITY))?,
        client_id: form.client_id,
        client_secret: form.client_secret.filter(is_typed),
    })
}

/// A field that was left empty sends an empty text.
fn is_typed(secret: &SecretString) -> bool {
    !disclose(secret).trim().is_empty()
}

fn page(site: &Site, setup: &AppSetup, catalog: &Catalog, progress: &Progress) -> AppInOkta {
    let connection = &progress.record.connection;
    // What was entered last; before that, the app that the connection lives by.
    let entered = progress.record.next_app.as_ref();
    let app = entered.map(|next| &next.app).or(connection.app.as_ref());
    let origin = connection
        .organization
        .as_ref()
        .map(|organization| &organization.origin);
    AppInOkta {
        layout: site.layout("The app in Okta"),
        journey: journey(progress, Step::App),
        app_name: site.vendor_name.clone(),
        redirect_uri: setup.redirect_uri(connection.id).to_string(),
        jwks_url: setup.jwks_url(connection.id).to_string(),
        scopes: to_grant(catalog),
        admin_console_url: origin.and_then(admin_console),
        client_auth: app.map_or(ClientAuth::PrivateKeyJwt, |app| {
            client_auth(app.auth_method)
        }),
        client_id: app.map(|app| app.client_id.to_string()).unwrap_or_default(),
        is_known: connection.state == ConnectionState::Disconnected,
        secret_stored: entered.is_some_and(|next| next.client_secret.is_some()),
        problems: Vec::new(),
        reference: None,
    }
}

pub(in crate::web) fn to_grant(catalog: &Catalog) -> Vec<ScopeToGrant> {
    let scope = |permission: &Permission| ScopeToGrant {
        id: permission.id().to_owned(),
        name: permission.name().to_owned(),
    };
    let mut scopes: Vec<ScopeToGrant> = catalog.permissions().map(scope).collect();
    scopes.sort_by_key(|scope| scope.id.to_lowercase());
    scopes
}

pub(in crate::web) const fn client_auth(method: ClientAuthMethod) -> ClientAuth {
    match method {
        ClientAuthMethod::PrivateKeyJwt => ClientAuth::PrivateKeyJwt,
        ClientAuthMethod::ClientSecretBasic => ClientAuth::ClientSecretBasic,
    }
}

/// The address of the list of applications in the organization's Admin Console.
fn admin_console(origin: &OrgOrigin) -> Option<String> {
    admin_console_link(origin).map(|link| link.url)
}
