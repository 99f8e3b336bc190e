//! `/onboarding/sign-in`: the last page before Okta. Its button is a plain link, because browsers
//! apply `form-action` to every redirect that follows a form.

use std::sync::Arc;

use axum::extract::State;

use super::{address, failed, journey};
use crate::domain::clock::SharedClock;
use crate::flows::{Authorize, Back, Leaving, Onboarding, Origin, Reached, disclose};
use crate::web::error::PageError;
use crate::web::link_holder::LinkHolder;
use crate::web::pages::{Journey, SignIn, SignInPurpose, Step};
use crate::web::state::Site;
use crate::web::when::when;

pub(super) async fn show(
    State(site): State<Arc<Site>>,
    State(onboarding): State<Onboarding>,
    State(authorize): State<Authorize>,
    State(clock): State<SharedClock>,
    LinkHolder(entrant): LinkHolder,
) -> Result<SignIn, PageError> {
    let progress = onboarding.progress_at(&entrant, Reached::SignIn).await;
    let progress = progress.map_err(|error| failed(&site, &entrant, error, Back::Home))?;
    let leaving = authorize.begin(Origin::Onboarding(&entrant)).await;
    let leaving = leaving.map_err(|error| failed(&site, &entrant, error, Back::Onboarding))?;
    let journey = journey(&progress, Step::SignIn);
    let page = leaving_page(&site, &clock, leaving, Some(journey));
    Ok(SignIn {
        back_href: address("/onboarding/app", &entrant),
        ..page
    })
}

/// The page that names both sides and leads to Okta.
pub(in crate::web) fn leaving_page(
    site: &Site,
    clock: &SharedClock,
    leaving: Leaving,
    journey: Option<Journey>,
) -> SignIn {
    let purpose = if journey.is_some() {
        SignInPurpose::Onboarding
    } else {
        SignInPurpose::AuthorizeAgain
    };
    SignIn {
        layout: site.layout("Sign in with Okta"),
        purpose,
        journey,
        vendor_account: Some(leaving.tenant_name),
        organization_host: leaving.organization_host,
        // Shown to this browser alone: the state in it is worthless in any other.
        authorize_url: disclose(&leaving.url).to_owned(),
        expires: when(leaving.expires_at, clock.now()),
        back_href: "/".to_owned(),
        permissions: leaving.permissions,
    }
}
