//! `/tenants/{tenant}/held`: a sign-in that was not used, because it would have made the connection
//! weaker, with both numbers, and the choice.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use super::signed_in_as;
use crate::domain::clock::SharedClock;
use crate::domain::session::Standing;
use crate::flows::{Authorize, Back, Entrant, HeldRecord, Origin, Status};
use crate::web::actors::TenantVisitor;
use crate::web::error::PageError;
use crate::web::onboarding::{address, failed, leaving_page};
use crate::web::pages::{HeldSignIn, SignIn};
use crate::web::state::Site;

/// `GET`: for the browser that signed in, for an hour, unless another sign-in was used since.
pub(in crate::web) async fn show(
    visitor: TenantVisitor,
    State(site): State<Arc<Site>>,
    State(status): State<Status>,
    State(authorize): State<Authorize>,
) -> Result<Response, PageError> {
    let (tenant, session) = (visitor.tenant, &visitor.session);
    let path = format!("/tenants/{tenant}");
    let Some(held) = authorize.held(tenant, session).await? else {
        return Ok(Redirect::to(&path).into_response());
    };
    let view = status.read(tenant).await?;
    let title = "Your sign-in was not used";
    let (layout, keep_href, again_href) = match Entrant::of(session.clone()) {
        None => (
            site.layout_for(title, signed_in_as(session, &view)),
            path.clone(),
            format!("{path}/authorize"),
        ),
        Some(entrant) => (
            site.layout(title),
            address("/repair", &entrant),
            address("/onboarding/sign-in", &entrant),
        ),
    };
    let HeldRecord {
        before,
        after,
        is_super,
        carrier,
        carrier_name,
        ..
    } = held;
    let is_own =
        matches!(&session.standing, Standing::Administrator { person, .. } if *person == carrier);
    let page = HeldSignIn {
        layout,
        organization_host: view.host().unwrap_or_default(),
        carrier: carrier_name,
        is_own,
        before,
        after,
        choose_href: is_super.then(|| format!("{path}/held/sign-in")),
        keep_href,
        again_href,
    };
    Ok(page.into_response())
}

/// `GET …/sign-in`: the choice begins another sign-in, which has to show the role again.
pub(in crate::web) async fn choose(
    visitor: TenantVisitor,
    State(site): State<Arc<Site>>,
    State(authorize): State<Authorize>,
    State(clock): State<SharedClock>,
) -> Result<SignIn, PageError> {
    let TenantVisitor { tenant, session } = visitor;
    let back = Back::Tenant(tenant);
    let leaving = if let Standing::Administrator { person, .. } = &session.standing {
        let origin = Origin::Administrator {
            session: &session,
            tenant,
            person: *person,
            read: None,
            returns_to: None,
        };
        let begun = authorize.begin_chosen(origin).await;
        begun.map_err(|error| PageError::at(error, back))?
    } else {
        let entrant = Entrant::of(session.clone()).ok_or_else(PageError::not_found)?;
        let begun = authorize.begin_chosen(Origin::Onboarding(&entrant)).await;
        begun.map_err(|error| failed(&site, &entrant, error, back))?
    };
    let page = leaving_page(&site, &clock, leaving, None);
    Ok(SignIn {
        back_href: format!("/tenants/{tenant}/held"),
        ..page
    })
}
