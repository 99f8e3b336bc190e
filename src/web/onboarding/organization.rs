//! `/onboarding/organization`: which organization, and is it the right one.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use url::form_urlencoded;

use super::{address, failed, journey};
use crate::domain::connection::{Edition, Organization as Known};
use crate::domain::org_url::{Correction, HostPolicy};
use crate::flows::{Back, Onboarding, OrganizationTrouble, Progress, Reached};
use crate::web::error::{Cause, PageError};
use crate::web::forms::{OrganizationForm, echo};
use crate::web::layers::Reference;
use crate::web::link_holder::{LinkForm, LinkHolder};
use crate::web::pages::{FieldProblem, FoundOrganization, Organization, Step};
use crate::web::state::Site;
use crate::web::words;

/// What was looked up, carried in the address so that the page can be reloaded.
#[derive(Debug, Deserialize)]
pub(super) struct LookedUp {
    found: Option<String>,
}

pub(super) async fn show(
    State(site): State<Arc<Site>>,
    State(onboarding): State<Onboarding>,
    State(policy): State<HostPolicy>,
    LinkHolder(entrant): LinkHolder,
    Query(looked_up): Query<LookedUp>,
) -> Result<Organization, PageError> {
    let progress = onboarding
        .progress_at(&entrant, Reached::Organization)
        .await;
    let progress = progress.map_err(|error| failed(&site, &entrant, error, Back::Home))?;
    let known = progress.record.organization(true).cloned();
    let typed = looked_up.found;
    let host = known.as_ref().map(|known| known.origin.host().to_owned());
    Ok(Organization {
        organization: host.unwrap_or_default(),
        found: known
            .zip(typed)
            .map(|(known, typed)| found(&known, &typed, &policy)),
        ..empty(&site, &progress)
    })
}

pub(super) async fn submit(
    State(site): State<Arc<Site>>,
    State(onboarding): State<Onboarding>,
    Reference(reference): Reference,
    LinkForm(entrant, form): LinkForm<OrganizationForm>,
) -> Result<Response, PageError> {
    let looked_up = onboarding
        .find_organization(&entrant, &form.organization, reference)
        .await;
    let looked_up =
        looked_up.map_err(|error| failed(&site, &entrant, error, Back::Organization))?;
    let Err(trouble) = looked_up else {
        let typed: String =
            form_urlencoded::byte_serialize(echo(&form.organization).as_bytes()).collect();
        let found = address("/onboarding/organization", &entrant);
        return Ok(Redirect::to(&format!("{found}&found={typed}")).into_response());
    };
    let progress = onboarding
        .progress(&entrant)
        .await
        .map_err(|error| failed(&site, &entrant, error, Back::Home))?;
    let mut page = empty(&site, &progress);
    page.organization = echo(&form.organization);
    let status = match &trouble {
        OrganizationTrouble::Okta(failure) if failure.kind.is_passing() => {
            StatusCode::SERVICE_UNAVAILABLE
        }
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    page.problem = Some(problem(&trouble));
    page.reference = Some(reference.to_string());
    let mut response = (status, page).into_response();
    if let OrganizationTrouble::Okta(failure) = trouble {
        response.extensions_mut().insert(Cause(Arc::new(failure)));
    }
    Ok(response)
}

pub(super) async fn confirm(
    State(site): State<Arc<Site>>,
    State(onboarding): State<Onboarding>,
    LinkForm(entrant, form): LinkForm<OrganizationForm>,
) -> Result<Redirect, PageError> {
    let confirmed = onboarding
        .confirm_organization(&entrant, &form.organization)
        .await;
    let confirmed =
        confirmed.map_err(|error| failed(&site, &entrant, error, Back::Organization))?;
    // An older page named another organization than the one that is kept: look again.
    let next = if confirmed {
        "/onboarding/permissions"
    } else {
        "/onboarding/organization"
    };
    Ok(Redirect::to(&address(next, &entrant)))
}

fn empty(site: &Site, progress: &Progress) -> Organization {
    Organization {
        layout: site.layout("Your organization"),
        journey: journey(progress, Step::Organization),
        pinned: progress
            .tenant
            .expected_origin
            .as_ref()
            .map(|origin| origin.host().to_owned()),
        organization: String::new(),
        problem: None,
        reference: None,
        found: None,
    }
}

fn found(known: &Known, typed: &str, policy: &HostPolicy) -> FoundOrganization {
    FoundOrganization {
        host: known.origin.host().to_owned(),
        id: known.id.to_string(),
        edition: edition(known.edition).to_owned(),
        corrections: corrections(known, typed, policy),
    }
}

/// What became of what was typed, said rather than done in silence.
fn corrections(known: &Known, typed: &str, policy: &HostPolicy) -> Vec<String> {
    let Ok(address) = policy.parse(typed) else {
        return Vec::new();
    };
    let mut corrections = Vec::new();
    if let Some(Correction::AdminHost { typed_host }) = &address.correction {
        corrections.push(format!(
            "{typed_host} is the Admin Console. The organization itself is {}, so that is what will be connected.",
            known.origin.host()
        ));
    }
    if address.origin != known.origin {
        corrections.push(format!(
            "{} is a custom domain of {}. Okta's own name is used, because it stays when domains change.",
            address.origin.host(),
            known.origin.host()
        ));
    }
    corrections
}

pub(in crate::web) const fn edition(edition: Edition) -> &'static str {
    match edition {
        Edition::IdentityEngine => "Identity Engine",
        Edition::Classic => "Classic Engine",
        Edition::Unknown => "not told by Okta",
    }
}

fn problem(trouble: &OrganizationTrouble) -> FieldProblem {
    match trouble {
        OrganizationTrouble::Address(problem) => FieldProblem { what: problem.to_string(), why: None, fix: None },
        OrganizationTrouble::Okta(failure) => {
            let words = words::of_kind(failure.kind);
            FieldProblem {
                what: format!("{}.", words.title),
                why: Some(words.why.to_owned()),
                fix: words.steps.first().map(|step| (*step).to_owned()),
            }
        }
        OrganizationTrouble::NotTheInvited { invited } => FieldProblem {
            what: format!("This link was made for {invited} and connects no other organization."),
            why: Some("A link pins its organization, so that nobody can be led to connect another one.".to_owned()),
            fix: Some("If your organization is really another one, ask for a new link.".to_owned()),
        },
        OrganizationTrouble::NotTheConnected => FieldProblem {
            what: "Another organization was connected to this account before.".to_owned(),
            why: Some("An account belongs to one organization for good, so that backups never mix.".to_owned()),
            fix: Some("Enter the address of that organization, or write to us if your company changed it.".to_owned()),
        },
    }
}
