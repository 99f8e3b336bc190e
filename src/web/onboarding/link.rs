//! `/onboard/{link}`: opens a link and takes it out of the address bar. A GET comes from anywhere, so in a
//! browser that holds something else it only asks; the POST of its form opens.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use secrecy::SecretString;

use super::which::shown;
use super::{link_problem, unopened};
use crate::domain::id::LinkId;
use crate::flows::{Back, Consent, Onboarding, Opened, disclose};
use crate::web::cookies::Whose;
use crate::web::error::PageError;
use crate::web::held::Held;
use crate::web::pages::{LinkTrouble, OpenBeside};
use crate::web::state::Site;

/// Longer than any link's token: such an address is not even looked up.
const LONGEST: usize = 200;

pub(super) async fn open(
    State(site): State<Arc<Site>>,
    State(onboarding): State<Onboarding>,
    held: Held,
    jar: CookieJar,
    Path(token): Path<SecretString>,
) -> Result<Response, PageError> {
    enter(&site, &onboarding, &held, jar, &token, Consent::NotAsked).await
}

pub(super) async fn open_beside(
    State(site): State<Arc<Site>>,
    State(onboarding): State<Onboarding>,
    held: Held,
    jar: CookieJar,
    Path(token): Path<SecretString>,
) -> Result<Response, PageError> {
    let (_, goes) = held.room();
    let replaces = goes.map(|session| session.id);
    let consent = Consent::Given { replaces };
    enter(&site, &onboarding, &held, jar, &token, consent).await
}

async fn enter(
    site: &Site,
    onboarding: &Onboarding,
    held: &Held,
    jar: CookieJar,
    token: &SecretString,
    consent: Consent,
) -> Result<Response, PageError> {
    if disclose(token).len() > LONGEST {
        let (status, trouble) = (StatusCode::NOT_FOUND, LinkTrouble::Unknown);
        return Ok(link_problem::page(site, status, trouble));
    }
    let opened = onboarding.open(token, &held.sessions(), consent).await;
    let opened = opened.map_err(|error| unopened(site, error, Back::Home))?;
    Ok(match opened {
        Opened::Session {
            link,
            token,
            replaces,
        } => {
            let place = replaces.and_then(|session| held.place_of(session));
            let whose = Whose::Administrator(place.unwrap_or_else(|| held.room().0));
            (whose.set(site, jar, &token), to_onboarding(held, link)).into_response()
        }
        Opened::Ongoing(link) => to_onboarding(held, link).into_response(),
        Opened::AlreadyConnected(tenant) => {
            Redirect::to(&format!("/tenants/{tenant}")).into_response()
        }
        Opened::AsksFirst { account } => {
            ask(site, onboarding, held, account).await?.into_response()
        }
    })
}

/// The address says which onboarding only where there are several.
fn to_onboarding(held: &Held, link: LinkId) -> Redirect {
    let mut onboardings = held.onboardings().into_iter();
    if onboardings.all(|entrant| entrant.link == link) {
        return Redirect::to("/onboarding");
    }
    Redirect::to(&format!("/onboarding?link={link}"))
}

/// Nothing has happened yet. The form goes to the page's own address, so that the link is not on it.
async fn ask(
    site: &Site,
    onboarding: &Onboarding,
    held: &Held,
    account: String,
) -> Result<OpenBeside, PageError> {
    let open = onboarding.open_here(&held.sessions()).await?;
    let goes = held.room().1.map(|session| session.id);
    let goes = goes.and_then(|id| open.iter().find(|here| here.session == id).cloned());
    Ok(OpenBeside {
        layout: site.layout("Open this link?"),
        account,
        goes: goes.map(shown),
        open: open.into_iter().map(shown).collect(),
    })
}
