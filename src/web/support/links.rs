//! Links that support makes: another one for the onboarding, and a hand-off. The page that shows a
//! link is its only copy.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use super::letters;
use super::visitor::Visitor;
use crate::domain::catalog::Catalog;
use crate::flows::{DoorRecord, FlowError, Repair, Resent, Status, TenantError, Tenants, disclose};
use crate::web::error::PageError;
use crate::web::pages::SupportLink;
use crate::web::state::Site;
use crate::web::tenant::mend::missing;
use crate::web::when::when;

/// `POST /support/tenants/{tenant}/links`
pub(super) async fn new_link(
    visitor: Visitor,
    State(site): State<Arc<Site>>,
    State(tenants): State<Tenants>,
    State(status): State<Status>,
) -> Result<SupportLink, PageError> {
    let tenant = visitor.tenant;
    let made = tenants.create_link(tenant, None, visitor.actor()).await;
    let made = made.map_err(|error| match error {
        TenantError::Flow(error) => PageError::from(error),
        _ => PageError::from(FlowError::NotFound),
    })?;
    let view = status.read(tenant).await?;
    let (url, expires) = (disclose(&made.address), when(made.expires_at, view.now));
    Ok(SupportLink {
        layout: site.layout("A new link"),
        staff: visitor.frame(),
        path: visitor.path(),
        heading: format!("A new link for {}", view.tenant_name),
        lead: "It is shown this once. Send it to a Super Administrator of the customer's organization, and to nobody else: whoever begins with it first does the customer's onboarding.".to_owned(),
        text: letters::onboarding(&site, &view, url, &expires.exact),
        earlier: "Earlier links of this customer go on working until they end.".to_owned(),
        url: url.to_owned(),
        tenant_name: view.tenant_name,
        expires,
    })
}

/// `POST /support/tenants/{tenant}/hand-off`
pub(super) async fn hand_off(
    visitor: Visitor,
    State(site): State<Arc<Site>>,
    State(catalog): State<Arc<Catalog>>,
    State(repair): State<Repair>,
) -> Result<Response, PageError> {
    let resent = repair
        .resend(visitor.tenant, visitor.user.member.id)
        .await?;
    let Some(resent) = resent else {
        // Mended meanwhile: the page says so.
        return Ok(Redirect::to(&visitor.path()).into_response());
    };
    Ok(shown(&visitor, &site, &catalog, resent).into_response())
}

/// What the button says.
pub(super) fn label(doors: &DoorRecord) -> &'static str {
    if doors.count_open(true) > 0 {
        "Resend the hand-off"
    } else {
        "Make a hand-off"
    }
}

fn shown(visitor: &Visitor, site: &Site, catalog: &Catalog, resent: Resent) -> SupportLink {
    let view = resent.view;
    let (url, expires) = (disclose(&resent.link), when(resent.expires_at, view.now));
    let scopes = missing(catalog, &view.remedies());
    let asked_by = resent.asked_by.as_deref();
    let in_whose_name = asked_by.map_or_else(
        || format!("It asks in the name of {}'s support.", site.vendor_name),
        |who| format!("It asks in the name of {who}, who handed this repair to a colleague."),
    );
    let letter = (url, expires.exact.as_str());
    SupportLink {
        layout: site.layout("A hand-off"),
        staff: visitor.frame(),
        path: visitor.path(),
        heading: format!("A hand-off for {}", view.tenant_name),
        lead: format!(
            "It is shown this once. Send it to one Super Administrator of the customer's organization: it leads through this one repair, and to nothing else. {in_whose_name}"
        ),
        text: letters::hand_off(site, &view, asked_by, &scopes, letter),
        earlier: earlier(resent.ended),
        url: url.to_owned(),
        tenant_name: view.tenant_name.clone(),
        expires,
    }
}

fn earlier(ended: i64) -> String {
    match ended {
        0 => "There was no earlier one that still opened.".to_owned(),
        1 => "The earlier link for this repair no longer opens.".to_owned(),
        many => format!("The {many} earlier links for this repair no longer open."),
    }
}
