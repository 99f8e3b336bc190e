//! Who a Super Administrator's acts are for: they sign in again when their role was verified more than
//! a moment ago, and everybody else reads who can.

use std::sync::Arc;

use axum::extract::{FromRef, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};

use super::people::named;
use crate::domain::authorization_attempt::ReturnTo;
use crate::domain::clock::SharedClock;
use crate::domain::session::{RoleProof, SuperAdministrator, Unproven};
use crate::flows::{Back, FlowError, People, PersonRecord};
use crate::web::actors::TenantAdministrator;
use crate::web::error::PageError;
use crate::web::onboarding::leaving_page;
use crate::web::pages::{SignIn, SignInPurpose};
use crate::web::problem::Problem;
use crate::web::state::{AppState, Site};
use crate::web::when::when;

/// What a demand needs.
#[derive(Debug, Clone)]
pub(in crate::web) struct Proofs {
    site: Arc<Site>,
    people: People,
    clock: SharedClock,
}

impl FromRef<AppState> for Proofs {
    fn from_ref(state: &AppState) -> Self {
        Self {
            site: Arc::clone(&state.site),
            people: state.people.clone(),
            clock: state.clock.clone(),
        }
    }
}

impl Proofs {
    /// Lets pass who proved to be a Super Administrator a moment ago.
    pub(super) async fn demand(
        &self,
        actor: &TenantAdministrator,
        target: ReturnTo,
    ) -> Result<SuperAdministrator, PageError> {
        match actor.session.prove(self.clock.now()) {
            Ok(proven) => Ok(proven),
            Err(unproven) => Err(self.refuse(actor, target, unproven).await?),
        }
    }

    /// Lets pass whom Okta once called a Super Administrator, and never anything else since.
    pub(super) async fn demand_role(
        &self,
        actor: &TenantAdministrator,
        target: ReturnTo,
    ) -> Result<(), PageError> {
        match actor.proof().is_super {
            Some(true) => Ok(()),
            Some(false) => Err(self.refuse(actor, target, Unproven::Lesser).await?),
            None => Err(self.refuse(actor, target, Unproven::Stale).await?),
        }
    }

    /// What somebody gets who is not let pass.
    pub(super) async fn refuse(
        &self,
        actor: &TenantAdministrator,
        target: ReturnTo,
        unproven: Unproven,
    ) -> Result<PageError, PageError> {
        let path = format!("/tenants/{}", actor.tenant);
        if unproven == Unproven::Stale {
            let next = Redirect::to(&format!("{path}/{}", way(target)));
            return Ok(PageError::Page(Box::new(next.into_response())));
        }
        let people = self.people.list(actor.tenant).await?;
        let problem = lesser(&self.site, target, &people, actor.proof(), self);
        let problem = problem
            .action("To the status page", &path)
            .action("Verify my role again", &format!("{path}/{}", way(target)));
        Ok(PageError::Problem {
            problem: Box::new(problem),
            cause: None,
        })
    }
}

/// Where the sign-in begins that shows the role. Granting needs a new authorization besides.
const fn way(target: ReturnTo) -> &'static str {
    match target {
        ReturnTo::Grants => "grants/authorize",
        ReturnTo::Disconnect => "disconnect/verify",
        ReturnTo::People => "people/verify",
    }
}

/// For the middle of a sentence.
const fn act(target: ReturnTo) -> &'static str {
    match target {
        ReturnTo::Grants => "grant permissions",
        ReturnTo::Disconnect => "disconnect this organization",
        ReturnTo::People => "see and remove people with access",
    }
}

fn lesser(
    site: &Site,
    target: ReturnTo,
    people: &[PersonRecord],
    proof: RoleProof,
    proofs: &Proofs,
) -> Problem {
    let told = match proof.verified_at {
        Some(at) => format!(
            "Okta said {} that you are not one.",
            when(at, proofs.clock.now()).relative
        ),
        None => "Okta has not confirmed that you are one.".to_owned(),
    };
    let problem = Problem::new(
        StatusCode::FORBIDDEN,
        "Only a Super Administrator can do this",
        &format!(
            "To {}, you have to be a Super Administrator in Okta. {told} Nothing was changed.",
            act(target)
        ),
    )
    .because("You were let in with another administrator role, or without one. You can still see the status and run a check.");
    let able: Vec<String> = people
        .iter()
        .filter(|person| person.is_super == Some(true))
        .map(named)
        .collect();
    let ask = if able.is_empty() {
        format!("Ask {} support: {}.", site.vendor_name, site.support_email)
    } else {
        format!("Ask somebody who can: {}.", able.join(", "))
    };
    problem
        .step(&ask)
        .step("If you have become a Super Administrator since, verify your role again.")
}

/// `GET /tenants/{tenant}/disconnect/verify`
pub(in crate::web) async fn before_disconnect(
    actor: TenantAdministrator,
    State(site): State<Arc<Site>>,
    State(proofs): State<Proofs>,
) -> Result<SignIn, PageError> {
    begin(&actor, &site, &proofs, ReturnTo::Disconnect).await
}

/// `GET /tenants/{tenant}/people/verify`
pub(in crate::web) async fn before_people(
    actor: TenantAdministrator,
    State(site): State<Arc<Site>>,
    State(proofs): State<Proofs>,
) -> Result<SignIn, PageError> {
    begin(&actor, &site, &proofs, ReturnTo::People).await
}

async fn begin(
    actor: &TenantAdministrator,
    site: &Site,
    proofs: &Proofs,
    target: ReturnTo,
) -> Result<SignIn, PageError> {
    let begun = proofs
        .people
        .begin_verification(&actor.session, target)
        .await;
    let leaving = begun.map_err(|error| match error {
        FlowError::NotFound => unverifiable(site, actor),
        other => PageError::at(other, Back::Tenant(actor.tenant)),
    })?;
    let page = leaving_page(site, &proofs.clock, leaving, None);
    Ok(SignIn {
        purpose: SignInPurpose::Verify,
        back_href: format!("/tenants/{}", actor.tenant),
        ..page
    })
}

/// The connection was ended, and with it the way to ask Okta.
fn unverifiable(site: &Site, actor: &TenantAdministrator) -> PageError {
    let problem = Problem::new(
        StatusCode::FORBIDDEN,
        "Your role cannot be verified now",
        "This connection was disconnected, so Okta cannot tell us your role. Nothing was changed.",
    )
    .because("The app's credentials were destroyed with the connection.")
    .step("Connect again first.")
    .step(&format!(
        "Or ask {} support: {}.",
        site.vendor_name, site.support_email
    ))
    .action("To the status page", &format!("/tenants/{}", actor.tenant));
    PageError::Problem {
        problem: Box::new(problem),
        cause: None,
    }
}

/// Okta did not tell the role.
pub(in crate::web) fn unverified(site: &Site, path: &str) -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        "Okta did not confirm your role",
        "You signed in, but Okta did not tell us whether you are a Super Administrator. Nothing was changed.",
    )
    .because("The app in Okta is not granted okta.roles.manage, with which roles can be read, or Okta did not answer.")
    .step("In Okta, open the app, choose Okta API Scopes, and grant okta.roles.manage. Then try again.")
    .step(&format!(
        "Or ask {} support to do it for you: {}.",
        site.vendor_name, site.support_email
    ))
    .action("To the status page", path)
}

/// Another account was used.
pub(in crate::web) fn somebody_else(email: &str, path: &str) -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        "That was another account",
        &format!(
            "Okta confirmed {email}, who is not the person signed in here. Nothing was changed."
        ),
    )
    .because("Several people use this browser, or you have more than one account in Okta.")
    .step("Try again with the account that you are signed in with here.")
    .step("To use the other account, sign out here first.")
    .action("To the status page", path)
}
